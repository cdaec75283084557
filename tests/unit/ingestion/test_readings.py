"""From a cell to a figure and a note: what is rounded says so, what is broken is refused where it stands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.rows import Broken, Row, Sheet
from services.ingestion.repair.outcome import Number, UnreadableError
from services.ingestion.validate import figures
from services.ingestion.validate.figures import percentage
from services.ingestion.validate.validation import validate
from services.ingestion.wording import listed
from shared.domain.observation import Status
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge

ERROR = Broken("formula_error", "#REF!")


def judged(feed, *rows, period="2021", reporter="REG-76", **more):
    sheet = Sheet("", [Row(n, list(cells)) for n, cells in enumerate(rows, start=1)], **more)
    return validate([sheet], FEEDS[feed], catalogue(), reporter, period)


def test_a_rounded_amount_is_recorded_as_approximate():
    outcome = judge("calpae-amounts", "Code;Montant\n31;6,34 M€\n09;40 000 €\n", period="2021")
    assert [(f.value, f.qualifier) for f in outcome.figures] == [(Decimal(6340000), "~"), (Decimal(40000), "=")]
    (note,) = [n for n in outcome.repairs if n.code == "scaled_unit"]
    assert (note.row, note.params["value"]) == (2, "6340000")


def test_what_a_row_says_of_itself_is_kept_over_what_its_number_looks_like():
    head = "indicateur;territoire;période;valeur;qualificatif\n"
    outcome = judge("observations", head + "ax0.ctx.population;31;2020;1,4 M;>\nax0.ctx.population;09;2020;150 k;\n")
    assert [f.qualifier for f in outcome.figures] == [">", "~"]


def test_a_mark_behind_the_period_is_about_the_figures_of_its_row():
    outcome = judge("calpae-amounts", "Code;Année;Montant\n31;2020 (p);1\n09;2020;2\n")
    assert [f.status for f in outcome.figures] == [Status.provisional, Status.final]


@pytest.mark.parametrize("column", range(4))
def test_a_broken_cell_is_refused_at_its_place_whatever_its_column(column):
    row = ["09", "Ariège", "2021", 5]
    row[column] = ERROR
    outcome = judged("calpae-amounts", ["Code", "Nom", "Année", "Montant"], row, period=None)
    assert outcome.figures == []
    assert [(n.row, n.position, n.code) for n in outcome.errors] == [(2, column, "formula_error")]
    assert listed(outcome.errors)[0]["message"]


@pytest.mark.parametrize("column", range(8))
def test_a_broken_cell_refuses_the_entry_once(column):
    head = ["Identifiant", "Appel", "Organisme", "Projet", "Montant", "Échelle", "Territoire", "Année"]
    row = ["G01", "c", "Association", "t", 5, "régional", "REG-76", "2021"]
    row[column] = ERROR
    outcome = judged("projects", head, row, period=None)
    assert outcome.entries == []
    assert [(n.row, n.position, n.code) for n in outcome.errors] == [(2, column, "formula_error")]


def test_days_count_from_the_calendar_of_their_sheet():
    rows = [["Code", "Année", "Montant"], ["09", 42368, 1]]
    assert [f.period for f in judged("calpae-amounts", *rows, period=None, epoch_1904=True).figures] == ["2019"]
    assert errors(judged("calpae-amounts", *rows, period=None)) == [(2, "Année", "period_kind")]


def test_every_repair_says_what_the_cell_became():
    text = "Code;Année;Montant\n9;31/12/2020;40 000 €\nARRIÈGE;2020*;(12)\n2a;2020.0;1,234,567\n"
    text += "HAUTE GARONNE;44196;1 k€\n"
    outcome = judge("calpae-amounts", text, reporter="NAT-FR")
    at_cells = [n for n in outcome.repairs if n.raw is not None]
    assert len(at_cells) >= 11
    assert [n for n in at_cells if not n.params.get("value")] == []


COUNTS = (Decimal(312), Decimal(1000))


@pytest.mark.parametrize(
    ("stated", "percent", "expected"),
    [
        ("0.312", False, ("31.2", True)),
        ("0.31", False, ("31", True)),
        ("0.3", False, ("30", True)),
        ("31.2", False, ("31.2", False)),
        ("58", False, ("58", False)),
        ("0.5", True, ("0.5", False)),
        ("140", False, ("140", False)),
    ],
)
def test_counts_decide_what_a_bare_fraction_is(stated, percent, expected):
    value, was_fraction = percentage(Number(Decimal(stated), percent=percent), *COUNTS)
    assert (value, was_fraction) == (Decimal(expected[0]), expected[1])


@pytest.mark.parametrize("stated", ["0.58", "0.9", "1"])
def test_a_fraction_that_fits_neither_reading_is_refused(stated):
    with pytest.raises(UnreadableError) as refused:
        percentage(Number(Decimal(stated)), *COUNTS)
    assert (refused.value.code, refused.value.params["proposal"]) == ("percentage_against_counts", "31,2 %")


def test_a_small_percentage_is_one():
    assert percentage(Number(Decimal("0.5")), Decimal(1), Decimal(200)) == (Decimal("0.5"), False)


def a_rounded_fraction_comes_back(above, below, places):
    if above > below:
        above, below = below, above
    truth = Decimal(100 * above) / below
    stated = round(Decimal(above) / below, places)
    try:
        value, _ = percentage(Number(stated), Decimal(above), Decimal(below))
    except UnreadableError:
        raise AssertionError("refused") from None
    assert abs(value - truth) <= Decimal(51).scaleb(-places) or stated == 0


fractions = given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(2, 6))
test_a_rounded_fraction_comes_back = fractions(a_rounded_fraction_comes_back)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """Nothing is allowed for rounding."""
    monkeypatch.setattr(figures, "_MOST_ROUNDED", Decimal(0))
    with pytest.raises(AssertionError):
        fractions(a_rounded_fraction_comes_back)()
