"""Headers, titles and sheets that change what a figure is: said, or refused at their place, never lost."""

import io
import time
from decimal import Decimal

import openpyxl
import pytest

from services.ingestion.parse.archive import Archive
from services.ingestion.parse.formats import scale_of
from services.ingestion.parse.xlsx import parse_xlsx
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.wording import listed
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge, repairs

AMOUNTS, YOUNG = "calpae-amounts", "ase-exits"


def judged(feed: str, text: str) -> Outcome:
    outcome = judge(feed, text, period="2021")
    assert all(e["message"] for e in listed([*outcome.errors, *outcome.repairs]))
    return outcome


@pytest.mark.parametrize(
    "header", ["Montant 2021 (en k€)", "Montant (milliers d'euros)", "Montant k€", "Montant\n;k€", "Montant (en K€)"]
)
def test_a_scale_in_the_header_is_applied_and_said(header: str) -> None:
    outcome = judged(AMOUNTS, f"Département;{header}\n31;3160\n")
    assert [(f.value, f.qualifier) for f in outcome.figures] == [(Decimal(3_160_000), "~")]
    assert "scaled_unit" in repairs(outcome)


def test_a_scale_in_a_title_above_is_refused_once() -> None:
    outcome = judged(AMOUNTS, "Montants en milliers d'euros;\nDépartement;Montant\n31;3160\n09;12\n")
    assert outcome.figures == []
    assert errors(outcome) == [(1, "", "unit_in_title")]


@pytest.mark.parametrize(
    ("feed", "text", "row", "column"),
    [
        (AMOUNTS, "Département;Montant (part Département)\n31;5\n", 1, "Montant (part Département)"),
        (AMOUNTS, "Département;Montant (N-1)\n31;5\n", 1, "Montant (N-1)"),
        (AMOUNTS, ";Objectif\nDépartement;Montant\n31;5\n", 1, "Montant"),
        (YOUNG, "Département;Jeunes devenus majeurs (filles)\n31;5\n", 1, "Jeunes devenus majeurs (filles)"),
    ],
)
def test_what_changes_the_meaning_of_a_title_is_refused(feed: str, text: str, row: int, column: str) -> None:
    outcome = judged(feed, text)
    assert outcome.figures == []
    assert errors(outcome) == [(row, column, "header_qualified")]


@pytest.mark.parametrize("aside", ["part État", "en €", "2021", "p", "1", "source : DDCS"])
def test_what_changes_nothing_is_read(aside: str) -> None:
    outcome = judged(AMOUNTS, f"Département;Montant ({aside})\n31;5\n")
    assert [f.value for f in outcome.figures] == [Decimal(5)]
    assert outcome.errors == []


def test_a_letter_wrong_is_read_and_more_is_asked() -> None:
    one = judged(AMOUNTS, "Département;Montnat\n31;5\n")
    assert [f.value for f in one.figures] == [Decimal(5)]
    assert "column_spelling" in repairs(one)
    more = judged(YOUNG, "Département;Jeunes devenus majeurs;Logements stabless\n31;5;4\n")
    assert errors(more) == [(1, "Logements stabless", "column_unknown")]
    assert len(more.figures) == 1


@pytest.mark.parametrize("title", ["Exercice 2019", "1er semestre 2021"])
def test_a_title_of_another_period_is_refused(title: str) -> None:
    outcome = judged(AMOUNTS, f"{title};\nDépartement;Montant\n31;5\n")
    assert outcome.figures == []
    assert errors(outcome) == [(1, "", "title_period_mismatch")]


@pytest.mark.parametrize("title", ["Exercice 2021", "Plan pauvreté 2018", "Édité le 12/03/2022", "2019-2021"])
def test_other_years_in_titles_say_nothing(title: str) -> None:
    assert judged(AMOUNTS, f"{title};\nDépartement;Montant\n31;5\n").errors == []


def test_a_total_of_another_year_is_refused_at_its_row() -> None:
    outcome = judged(AMOUNTS, "Département;Montant\n31;5\nTotal 2020;9\n")
    assert errors(outcome) == [(3, "", "total_of_another_period")]
    assert len(outcome.figures) == 1


def test_sheets_formats_and_what_a_workbook_hides() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Code", "Nom", "Montant"], ["31", "", 3160], ["09", "Ariège", 0.5], ["11", "", 12345]):
        sheet.append(row)
    for cell, code in (("C2", '#,##0" k€"'), ("C3", '0.0" M€"'), ("C4", '#,##0," k€"')):
        sheet[cell].number_format = code
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("Objectifs")
    other.append(["Code", "Montant"])
    other.append(["12", 5])
    target = io.BytesIO()
    book.save(target)
    outcome = validate(parse_xlsx(Archive(target.getvalue())), FEEDS[AMOUNTS], catalogue(), "REG-76", "2021")
    assert sorted(f.value or 0 for f in outcome.figures) == [12345, 500_000, 3_160_000]
    assert {"rows_hidden", "columns_hidden", "sheet_read"} <= repairs(outcome)
    assert [(n.sheet, n.code) for n in outcome.errors] == [("Objectifs", "sheet_set_apart")]


def test_scales_of_formats() -> None:
    codes = ('#,##0" k€"', '0.0\\ "M€"', "#,##0.00 [$k€-40C]", '#,##0,"k€"', '0.0"%"', "#,##0 €", "General")
    assert [scale_of(code) for code in codes] == ["k€", "M€", "k€", "", "", "", ""]


def test_many_tables_under_each_other_are_searched_once() -> None:
    started = time.perf_counter()
    tables = "Département;Jeunes devenus majeurs;\n31;5;\nDépartement;;Jeunes devenus majeurs\n31;;5\n" * 250
    assert {f.value for f in judge(YOUNG, tables, period="2021").figures} == {Decimal(5)}
    assert time.perf_counter() - started < 10
