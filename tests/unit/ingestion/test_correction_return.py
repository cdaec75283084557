"""A corrected workbook sent back, and those made of files that are no XLSX."""

import io
import json
import zipfile
from typing import Any

import pytest

from services.ingestion.correction.findings import Findings
from services.ingestion.correction.marking import RED
from services.ingestion.correction.workbook import corrected
from services.ingestion.feeds.own_parts import REPORT_SHEET
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import Row, Sheet
from services.ingestion.validate.validation import Outcome
from services.ingestion.wording import listed
from tests.unit.ingestion.correction_samples import (
    ABOUT,
    as_book,
    colour,
    judge,
    note_of,
    opened,
    remark,
    sample,
    texts,
)


def test_a_csv_keeps_its_rows_and_its_spelling() -> None:
    book = opened(as_book("Titre\n\nDépartement;Nombre\n01;1 234,5\n", errors=[remark("", 4, 1)]))
    page = book["Données"]
    assert [page[c].value for c in ("A1", "A3", "A4", "B4")] == ["Titre", "Département", "01", "1 234,5"]
    assert "ERREUR" in note_of(page["B4"])


def test_json_has_its_keys_above_its_first_object() -> None:
    page = opened(as_book(json.dumps([{"a": 1, "b": 10**20}]), "x.json", [remark("", 1, 1)]))["Données"]
    assert [c.value for c in page[1]] == ["a", "b"]
    assert [c.value for c in page[2]] == [1, "100000000000000000000"]
    assert "ERREUR" in note_of(page["B2"])


def test_days_go_on_counting_from_1904() -> None:
    sheets = [Sheet("F", [Row(1, ["Date"]), Row(2, [42_000])], epoch_1904=True)]
    content = corrected(b"x", Findings(ABOUT, [], []), lambda: sheets)
    assert read_sheets(content, "", "x.xlsx")[1].epoch_1904


def test_a_workbook_that_openpyxl_does_not_open_is_made_anew_and_says_so() -> None:
    content = odd_styles(sample())
    with pytest.raises(ValueError, match="stylesheet"):
        opened(content)
    error = remark("Remontée d'août", 4, 1)
    book = opened(corrected(content, Findings(ABOUT, [error], []), lambda: read_sheets(content, "", "x.xlsx")))
    page = book["Remontée d'août"]
    assert "ERREUR" in note_of(page["B4"])
    assert (page["B4"].value, page["E4"].value) == ("deux cents", 40)
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:E1", "B2:D2"]
    assert any("classeur refait" in text for text in texts(book[REPORT_SHEET]))


def odd_styles(content: bytes) -> bytes:
    """A pattern that newer programs write and openpyxl has never heard of."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w") as written:
        for name in archive.namelist():
            part = archive.read(name)
            written.writestr(name, part.replace(b'"gray125"', b'"gray126"') if name == "xl/styles.xml" else part)
    return packed.getvalue()


def corrected_of(content: bytes, outcome: Outcome) -> bytes:
    read = read_sheets(content, "", "x.xlsx" if content.startswith(b"PK") else "x.csv")
    return corrected(content, Findings(ABOUT, listed(outcome.errors), listed(outcome.repairs)), lambda: read)


def figures(outcome: Outcome) -> set[tuple[Any, ...]]:
    return {(f.indicator, f.territory, f.period, f.value, f.numerator, f.denominator) for f in outcome.figures}


def test_sent_back_untouched_it_says_the_same() -> None:
    first = judge(sample())
    assert [(n.row, n.code) for n in first.errors] == [(4, "not_a_number")]
    back = judge(corrected_of(sample(), first))
    assert figures(back) == figures(first)
    assert listed(back.errors) == listed(first.errors)
    assert listed(back.repairs) == listed(first.repairs)


@pytest.mark.parametrize("source", ["xlsx", "csv"])
def test_sent_back_corrected_it_is_accepted_and_marked_no_more(source: str) -> None:
    text = "Département;Jeunes devenus majeurs;Logement stable\n31;deux cents;80\nAriege;40;12\n"
    content = sample() if source == "xlsx" else text.encode()
    first = judge(content, f"x.{source}")
    book = opened(corrected_of(content, first))
    page = book["Remontée d'août" if source == "xlsx" else "Données"]
    wrong = page["B4" if source == "xlsx" else "B2"]
    assert colour(wrong) == RED
    wrong.value = 200
    for row in page.iter_rows():  # a spreadsheet would have computed them; openpyxl drops what it read
        for cell in row:
            if cell.data_type == "f":
                cell.value = 0
    buffer = io.BytesIO()
    book.save(buffer)
    second = judge(buffer.getvalue())
    assert second.errors == []
    assert len(second.figures) > len(first.figures)
    again = opened(corrected_of(buffer.getvalue(), second))
    page = again[page.title]
    assert page[wrong.coordinate].comment is None
    assert colour(page[wrong.coordinate]) == ""
    assert again.sheetnames.count(REPORT_SHEET) == 1
