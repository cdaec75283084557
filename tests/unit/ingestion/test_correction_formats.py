"""Corrections of what other programs write: ODS, XLS, and our own templates."""

import io
from collections.abc import Callable, Sequence

import pytest
from openpyxl import load_workbook

from services.ingestion.correction.findings import Findings
from services.ingestion.correction.marking import RED
from services.ingestion.correction.workbook import corrected
from services.ingestion.feeds.own_parts import GUIDE_SHEET, LISTS_SHEET, REPORT_SHEET
from services.ingestion.parse.read import read_sheets
from services.ingestion.templates.workbook import TABLE_SHEET
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.wording import listed
from tests.corpus.writers.grid import Grid
from tests.corpus.writers.ods import as_ods
from tests.corpus.writers.xls import as_xls
from tests.unit.ingestion.correction_samples import ABOUT, colour, formulas, judge, note_of
from tests.unit.ingestion.filling import fill, made
from tests.unit.ingestion.judge import FEEDS, catalogue

GRIDS = [
    Grid(
        [
            ["Sorties de l'ASE en 2020", None, None],
            ["Département", "Jeunes devenus majeurs", "Logement stable"],
            ["31", "deux cents", 80.0],
            ["Ariege", "40", 12.0],
        ],
        name="Saisie",
        merges=["A1:C1"],
    ),
    Grid([["caché"]], name="Brouillon", hidden=True),
]


def corrected_of(content: bytes, outcome: Outcome) -> bytes:
    findings = Findings(ABOUT, listed(outcome.errors), listed(outcome.repairs))
    return corrected(content, findings, lambda: read_sheets(content, "", ""))


@pytest.mark.parametrize("write", [as_ods, as_xls], ids=lambda f: f.__name__)
def test_other_spreadsheets_come_back_as_xlsx(write: Callable[[Sequence[Grid]], bytes]) -> None:
    first = judge(write(GRIDS), "")
    assert [(n.row, n.code) for n in first.errors] == [(3, "not_a_number")]
    content = corrected_of(write(GRIDS), first)
    assert formulas(content) == 0
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [REPORT_SHEET, "Saisie", "Brouillon"]
    assert book["Brouillon"].sheet_state == "hidden"
    page = book["Saisie"]
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:C1"]
    assert "ERREUR" in note_of(page["B3"])
    assert (page["B3"].value, page["C3"].value, page["C4"].value) == ("deux cents", 80, 12)
    page["B3"].value = 200
    buffer = io.BytesIO()
    book.save(buffer)
    second = judge(buffer.getvalue())
    assert second.errors == []
    assert len(second.figures) > len(first.figures)


def test_a_template_keeps_its_lists_and_its_locks() -> None:
    feed = FEEDS["ase-exits"]
    book = load_workbook(io.BytesIO(fill(made(feed, "REG-76", "2020"), feed).content))
    page = book[TABLE_SHEET]
    title = "Jeunes devenus majeurs"
    column = next(c.column for c in page[1] if str(c.value).startswith(title))
    wrong = page.cell(3, column)
    right, wrong.value = wrong.value, "beaucoup"
    buffer = io.BytesIO()
    book.save(buffer)
    first = validate(read_sheets(buffer.getvalue(), "", ""), feed, catalogue(), "REG-76", "2020")
    assert first.errors
    after = load_workbook(io.BytesIO(corrected_of(buffer.getvalue(), first)))
    assert {REPORT_SHEET, TABLE_SHEET, GUIDE_SHEET, LISTS_SHEET} == set(after.sheetnames)
    sheet = after[TABLE_SHEET]
    assert len(sheet.data_validations.dataValidation) == len(page.data_validations.dataValidation) > 0
    assert (sheet.protection.sheet, sheet["A1"].protection.locked) == (page.protection.sheet, True)
    assert set(after.defined_names) == set(book.defined_names)
    assert colour(sheet[wrong.coordinate]) == RED
    sheet[wrong.coordinate].value = right
    buffer = io.BytesIO()
    after.save(buffer)
    second = validate(read_sheets(buffer.getvalue(), "", ""), feed, catalogue(), "REG-76", "2020")
    assert (second.errors, second.repairs) == ([], [])
