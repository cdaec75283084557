"""Nothing in a corrected workbook runs that did not run in the file."""

import json

import pytest
from openpyxl.cell.cell import Cell

from services.ingestion.correction import neutral, rebuilt, report_page
from services.ingestion.correction.findings import Findings
from services.ingestion.correction.workbook import corrected
from services.ingestion.feeds.own_parts import REPORT_SHEET
from tests.unit.ingestion.correction_samples import (
    as_book,
    formulas,
    judge,
    marked,
    no_rows,
    opened,
    remark,
    sample,
    texts,
)

INJECTIONS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=1+1", "\r=1", "#REF!", '=HYPERLINK("x")']


def test_a_column_called_nom_does_not_make_the_report_look_like_persons() -> None:
    content = marked([remark("Remontée d'août", 4, 0, column="Nom", raw="Zzz")] * 5)
    assert judge(content).figures


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_that_would_run_stays_text(text: str) -> None:
    """In our report and comments; what the sender wrote is what the sender wrote."""
    error = remark("Remontée d'août", 4, 1, raw=text, column=text, message=text, params={"proposal": text})
    content = corrected(sample(), Findings([("Fichier", text)], [error], []), no_rows)
    assert formulas(content) == formulas(sample())
    assert all(c.data_type == "s" for row in opened(content)[REPORT_SHEET].iter_rows() for c in row if c.value)
    assert all(
        c.quotePrefix
        for row in opened(content)[REPORT_SHEET].iter_rows()
        for c in row
        if str(c.value or "").startswith(neutral.DANGEROUS)
    )


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_csv_never_becomes_formulas(text: str) -> None:
    content = as_book(json.dumps([{"Département": text, text: "1"}]), "x.json")
    assert formulas(content) == 0
    cell = opened(content)["Données"]["A2"]
    assert (cell.value, cell.data_type) == (text.replace("\r", "\n"), "s")
    assert bool(cell.quotePrefix) == text.startswith(neutral.DANGEROUS)


def test_a_writer_that_forgets_to_neutralise_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: plain assignment, as openpyxl invites to."""

    def plainly(cell: Cell, text: str) -> None:
        cell.value = text

    monkeypatch.setattr(report_page, "write_text", plainly)
    monkeypatch.setattr(rebuilt, "write_text", plainly)
    with pytest.raises(AssertionError):
        test_text_that_would_run_stays_text("=1+1")
    with pytest.raises(AssertionError):
        test_a_csv_never_becomes_formulas("=1+1")


def test_control_characters_do_not_break_the_workbook() -> None:
    error = remark("Remontée d'août", 4, 1, raw="a\x01b\x0b", message="m\x02")
    assert "ab" in texts(opened(marked([error]))[REPORT_SHEET])
