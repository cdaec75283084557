"""Templates of every feed: filled in and sent back, they are accepted without a repair and every figure is right."""

import csv
import dataclasses
import io
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.feeds.own_parts import GUIDE_SHEET, LISTS_SHEET, is_reminder
from services.ingestion.templates import layout
from services.ingestion.templates.rows import period_to_ask, territories_of
from services.ingestion.templates.workbook import TABLE_SHEET
from services.ingestion.validate.validation import Outcome
from services.ingestion.words import header
from shared.domain.observation import Basis, Cell
from shared.domain.period import PeriodKind
from tests.unit.ingestion.filling import FilledIn, fill, made, number, sent_back
from tests.unit.ingestion.judge import FEEDS, catalogue

FIGURES = {ColumnKind.count, ColumnKind.amount, ColumnKind.number, ColumnKind.percentage}
REPORTERS = ["REG-76", "DEPT-2A", "EPCI-243100518"]


def period_for(feed: Feed) -> str:
    return "2020-12" if feed.period_kinds == [PeriodKind.month] else "2020"


def pairs() -> list[tuple[str, str]]:
    found = []
    for name, feed in FEEDS.items():
        found += [(name, who) for who in REPORTERS if territories_of(who, feed, catalogue(), period_for(feed))]
    return found


def known_figures(feed: Feed, reporter: str) -> dict[Cell, Any]:
    """Something for the year before in every cell that the feed would hold."""
    before = "2020-11" if period_for(feed) == "2020-12" else "2019"
    places = territories_of(reporter, feed, catalogue(), period_for(feed))
    named = [
        i for i in feed.indicators() if catalogue().indicators[i].frequency != "monthly" or not feed.period_of_indicator
    ]
    indicators = named or ["ax2.pacea.entries"]
    return {
        Cell(indicator, place, before, feed.name, feed.basis[catalogue().territories[place].level]): SimpleNamespace(
            value=Decimal(50), numerator=Decimal(11), denominator=Decimal("22.5")
        )
        for indicator in indicators
        for place in places
    }


def agrees(outcome: Outcome, filled: FilledIn, feed: Feed) -> bool:
    """Say whether what was read is what was written, figure by figure."""
    if outcome.repairs or outcome.errors:
        return False
    if feed.shape is Shape.register:
        titles = [entry.entry.title if hasattr(entry.entry, "title") else entry.entry.name for entry in outcome.entries]
        return titles == [row["title"] for row in filled.written]
    if feed.shape is Shape.long:
        return [f.value for f in outcome.figures] == [number(row["value"]) for row in filled.written]
    read = {(f.indicator, f.territory): f for f in outcome.figures}
    if len(read) != len(feed.measures) * len(filled.written):
        return False
    for row in filled.written:
        for measure in feed.measures:
            figure = read[measure.indicator, row["territory"]]
            sides = {"value": figure.value, "numerator": figure.numerator, "denominator": figure.denominator}
            for side, value in sides.items():
                key = getattr(measure, side)
                if key is not None and value != number(row[key]):
                    return False
            if figure.period != str(row["period"]):
                return False
    return True


@pytest.mark.parametrize(("name", "reporter"), pairs())
def test_filled_in_and_sent_back_nothing_is_repaired(name: str, reporter: str):
    feed = FEEDS[name]
    filled = fill(made(feed, reporter, period_for(feed)), feed)
    outcome = sent_back(filled, feed, reporter)
    assert [(n.code, n.row, n.column) for n in outcome.repairs + outcome.errors] == []
    assert agrees(outcome, filled, feed)


@pytest.mark.parametrize("name", list(FEEDS))
def test_with_reminders_and_saved_twice(name: str):
    feed = FEEDS[name]
    reporter = "REG-76"
    content = made(feed, reporter, period_for(feed), known_figures(feed, reporter))
    sheet = load_workbook(io.BytesIO(content))[TABLE_SHEET]
    shown = [c.value for c in sheet[1] if is_reminder(str(c.value))]
    assert bool(shown) == (feed.shape is not Shape.register)
    filled = fill(content, feed, saves=2)
    outcome = sent_back(filled, feed, reporter)
    assert [(n.code, n.row, n.column) for n in outcome.repairs + outcome.errors] == []
    assert agrees(outcome, filled, feed)


@pytest.mark.parametrize("name", list(FEEDS))
def test_saved_as_csv_by_a_french_spreadsheet_only_the_encoding_and_dates_are_repaired(name: str):
    feed = FEEDS[name]
    filled = fill(made(feed, "REG-76", period_for(feed), known_figures(feed, "REG-76")), feed)
    as_csv = FilledIn(saved_as_csv(filled.content), filled.written)
    outcome = sent_back(as_csv, feed, "REG-76")
    assert {n.code for n in outcome.repairs} <= {"text_encoding", "period_format"}
    assert agrees(dataclasses.replace(outcome, repairs=[]), as_csv, feed)


def saved_as_csv(content: bytes) -> bytes:
    """The first sheet as it is shown, with semicolons, in the encoding of Windows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in load_workbook(io.BytesIO(content))[TABLE_SHEET].iter_rows():
        writer.writerow([shown(cell) for cell in row])
    return out.getvalue().encode("cp1252")


def shown(cell: Any) -> str:
    if isinstance(cell.value, date):
        return cell.value.strftime("%d/%m/%Y")
    if isinstance(cell.value, int | float) and cell.number_format.startswith("#,##0"):
        decimals = 2 if ".00" in cell.number_format else 0
        return f"{cell.value:,.{decimals}f}".replace(",", " ").replace(".", ",")
    return "" if cell.value is None else str(cell.value)


def test_a_misspelt_header_is_caught_by_the_round_trip(monkeypatch: pytest.MonkeyPatch):
    """The planted defect: the round trip has to see a header that is no title of its feed."""
    feed = FEEDS["ase-exits"]
    right = layout.lay_out

    def misspelt(*given: Any) -> layout.Layout:
        made_right = right(*given)
        slots = [
            dataclasses.replace(s, header="Jeunes avec un toit au-dessus d'eux") if s.key == "stable_housing" else s
            for s in made_right.slots
        ]
        return dataclasses.replace(made_right, slots=slots)

    monkeypatch.setattr("services.ingestion.templates.workbook.lay_out", misspelt)
    filled = fill(made(feed, "DEPT-31", "2020"), feed)
    assert not agrees(sent_back(filled, feed, "DEPT-31"), filled, feed)


def test_reminders_show_the_period_before_and_are_never_read():
    feed = FEEDS["ase-exits"]
    known = {
        Cell("ax2.ase_exit.reaching_majority", "DEPT-31", "2019", "ase-exits", Basis.reported): SimpleNamespace(
            value=Decimal(400), numerator=None, denominator=None
        ),
        Cell("ax2.ase_exit.stable_housing", "DEPT-31", "2019", "ase-exits", Basis.reported): SimpleNamespace(
            value=Decimal(25), numerator=Decimal(100), denominator=Decimal(400)
        ),
        # Another source and another year: not this feed's last figures.
        Cell("ax2.ase_exit.chose_worker", "DEPT-31", "2019", "bilan.pdf:12", Basis.reported): SimpleNamespace(
            value=Decimal(1), numerator=Decimal(1), denominator=Decimal(1)
        ),
        Cell("ax2.ase_exit.in_framework", "DEPT-31", "2018", "ase-exits", Basis.reported): SimpleNamespace(
            value=Decimal(1), numerator=Decimal(1), denominator=Decimal(1)
        ),
    }
    sheet = load_workbook(io.BytesIO(made(feed, "DEPT-31", "2020", known)))[TABLE_SHEET]
    said = {c.value: (sheet.cell(2, c.column).value, sheet.cell(2, c.column).protection.locked) for c in sheet[1]}
    reminders = {title: value for title, value in said.items() if is_reminder(title)}
    assert reminders == {
        "Rappel 2019 — Jeunes devenus majeurs": (400, True),
        "Rappel 2019 — Logement stable": (100, True),
    }
    assert said["Jeunes devenus majeurs"] == (None, False)
    assert said["Département"] == ("DEPT-31", True)
    assert said["Période"] == (2020, True)


def test_cells_are_closed_but_for_what_is_asked_and_lists_are_in_french():
    book = load_workbook(io.BytesIO(made(FEEDS["convention-actions"], "DEPT-31", "2021")))
    assert book.sheetnames == [TABLE_SHEET, GUIDE_SHEET, LISTS_SHEET]
    assert book[LISTS_SHEET].sheet_state == "hidden"
    sheet = book[TABLE_SHEET]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert all(c.protection.locked for c in sheet[1])
    assert not any(c.protection.locked for c in sheet[2])
    assert sheet.max_row == 201
    offered = {c[0].value: [x.value for x in c[1:] if x.value] for c in book[LISTS_SHEET].iter_cols()}
    assert offered["Type"] == ["axe", "action", "total déclaré"]
    assert offered["Reconduite de 2020"] == ["oui", "non"]
    assert offered["Territoire"] == ["DEPT-31"]


def test_every_message_of_a_rule_fits_and_is_french():
    for name, feed in FEEDS.items():
        sheet = load_workbook(io.BytesIO(made(feed, "REG-76", period_for(feed))))[TABLE_SHEET]
        rules = sheet.data_validations.dataValidation
        figures = {k for k, c in feed.columns.items() if c.kind in FIGURES}
        assert len(rules) >= (1 if figures else 0), name
        for rule in rules:
            assert len(rule.error) <= 225, name
            assert len(rule.errorTitle or "") <= 32, name
            assert len(rule.prompt or "") <= 255, name
            assert rule.error.startswith(("Écrivez", "Choisissez")), name


def test_a_text_that_begins_as_a_formula_stays_a_text():
    right = FEEDS["ase-exits"]
    column = right.columns["stable_housing"].model_copy(update={"headers": ['=HYPERLINK("http://x";"y")', "Logement"]})
    feed = right.model_copy(update={"columns": {**right.columns, "stable_housing": column}, "title": "+1+1"})
    book = load_workbook(io.BytesIO(made(feed, "DEPT-31", "2020")))
    active = [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value[:1] in "=+-@" and not cell.quotePrefix)
    ]
    assert active == []
    assert any(str(c.value).startswith("=HYPERLINK") for c in book[TABLE_SHEET][1])


def test_the_guide_names_each_column_to_fill_in():
    for name, feed in FEEDS.items():
        book = load_workbook(io.BytesIO(made(feed, "REG-76", period_for(feed))))
        guide = " ".join(str(c.value) for row in book[GUIDE_SHEET].iter_rows() for c in row if c.value)
        assert feed.title in guide
        for cell in book[TABLE_SHEET][1]:
            if feed.key_of(header(cell.value)) not in ("territory", "name", "period"):
                assert cell.value in guide, (name, cell.value)


def test_who_fills_in_which_rows():
    trees = catalogue()
    ase, amounts, budget = FEEDS["ase-exits"], FEEDS["calpae-amounts"], FEEDS["credits"]
    assert territories_of("DEPT-31", ase, trees, "2020") == ["DEPT-31"]
    assert len(territories_of("REG-76", ase, trees, "2020")) == 13
    assert len(territories_of("REG-32", ase, trees, "2020")) == 5
    asked = territories_of("REG-76", amounts, trees, "2021")
    assert len(asked) == 16
    assert "EPCI-243100518" in asked
    assert territories_of("EPCI-243100518", amounts, trees, "2021") == ["EPCI-243100518"]
    assert territories_of("REG-76", budget, trees, "2021") == ["REG-76"]
    assert territories_of("DEPT-31", budget, trees, "2021") == []
    assert territories_of("EPCI-243100518", ase, trees, "2020") == []


@pytest.mark.parametrize(
    ("feed", "today", "expected"),
    [
        ("ase-exits", date(2021, 3, 20), "2020"),  # the collection that is due on 31 March
        ("ase-exits", date(2021, 4, 2), "2020"),  # it is over: the last complete year
        ("calpae-amounts", date(2021, 4, 2), "2021"),  # due in a year
        ("youth", date(2024, 2, 1), "2023"),
        ("social-benefits", date(2024, 1, 15), "2023-12"),
        ("observations", date(2024, 1, 15), "2023"),
    ],
)
def test_the_period_that_nobody_gave(feed: str, today: date, expected: str):
    assert period_to_ask("REG-76", FEEDS[feed], catalogue(), today) == expected


def test_percentages_that_follow_from_counts_are_not_asked():
    feed = FEEDS["rsa-delays"]
    stated = [key for key, column in feed.columns.items() if column.kind is ColumnKind.percentage]
    assert stated
    assert not set(stated) & set(layout.asked(feed))
