"""Periods as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.rows import Broken
from services.ingestion.repair.days import excel_day
from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.repair.periods import read_period
from shared.domain.observation import Status
from shared.domain.period import Period, PeriodKind

YEAR, MONTH = [PeriodKind.year], [PeriodKind.month]


@pytest.mark.parametrize(
    ("cell", "kinds", "code", "repair"),
    [
        (2020, YEAR, "2020", None),
        (2020.0, YEAR, "2020", None),
        ("2020", [], "2020", None),
        ("2020-09/2021-08", [], "2020-09/2021-08", None),
        ("2019/2021", [], "2019/2021", None),
        ("31/12/2020", YEAR, "2020", "period_format"),
        ("2021-12-01", MONTH, "2021-12", "period_format"),
        ("2021-12-01 00:00:00", MONTH, "2021-12", "period_format"),
        ("déc-21", MONTH, "2021-12", "period_format"),
        ("janv.-20", MONTH, "2020-01", "period_format"),
        ("Décembre 2021", MONTH, "2021-12", "period_format"),
        ("juin 2021", MONTH, "2021-06", "period_format"),
        ("juil. 2021", MONTH, "2021-07", "period_format"),
        ("12/2021", MONTH, "2021-12", "period_format"),
        ("T4 2021", [], "2021-Q4", "period_format"),
        ("2021-T4", [], "2021-Q4", "period_format"),
        ("4T2021", [], "2021-Q4", "period_format"),
        ("2021T4", [], "2021-Q4", "period_format"),
        ("1er trimestre 2021", [], "2021-Q1", "period_format"),
        ("Deuxième trimestre 2021", [], "2021-Q2", "period_format"),
        ("1er semestre 2021", [], "2021-S1", "period_format"),
        ("31.12.20", YEAR, "2020", "period_format"),
        ("31 décembre 2020", YEAR, "2020", "period_format"),
        ("2020-12-31 00:00:00", YEAR, "2020", "period_format"),
        ("20201231", [], "2020-12-31", "period_format"),
        ("2020.0", YEAR, "2020", "period_format"),
        ("Année 2020", YEAR, "2020", "period_format"),
        ("2020/2021", [], "2020/2021", None),
        (44196, YEAR, "2020", "excel_date"),
        (43831.0, MONTH, "2020-01", "excel_date"),
        ("43862", MONTH, "2020-02", "excel_date"),
    ],
)
def test_read(cell, kinds, code, repair):
    found = read_period(cell, kinds)
    assert (found.code, found.repair) == (code, repair)


@pytest.mark.parametrize(
    ("cell", "kinds", "code"),
    [
        ("2021-2022", [], "ambiguous_period"),
        ("31/06/2023", [], "impossible_date"),
        ("2023-06-31", [], "impossible_date"),
        ("05/13/2021", [], "impossible_date"),
        ("2020-21", [], "ambiguous_period"),
        ("20", [], "unknown_period"),
        ("12-06-20", [], "unknown_period"),
        ("T4 0000", [], "unknown_period"),
        ("99999", [], "unknown_period"),
        (44000, YEAR, "period_kind"),
        (Broken("formula_error", "#N/A"), [], "formula_error"),
        ("jui-21", MONTH, "unknown_period"),
        ("15/06/2020", YEAR, "period_kind"),
        ("2020", MONTH, "period_kind"),
        ("hier", [], "unknown_period"),
        (None, [], "unknown_period"),
    ],
)
def test_refused(cell, kinds, code):
    with pytest.raises(UnreadableError) as refused:
        read_period(cell, kinds)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "proposal"),
    [
        ("31/06/2023", "30/06/2023"),
        ("2023-06-31", "2023-06-30"),
        ("05/13/2021", "13/05/2021"),
        ("20", "2020"),
        ("2020-2021", "2020-09/2021-08 ou 2020/2021"),
    ],
)
def test_what_is_proposed_is_accepted(cell, proposal):
    with pytest.raises(UnreadableError) as refused:
        read_period(cell, [])
    assert refused.value.params["proposal"] == proposal
    for written in proposal.split(" ou "):
        read_period(written, [])


@pytest.mark.parametrize(
    ("cell", "code", "repairs", "status"),
    [
        ("2020 (p)", "2020", ("footnote_mark",), Status.provisional),
        ("2018*", "2018", ("footnote_mark",), Status.provisional),
        ("2018 (1)", "2018", ("footnote_mark",), None),
        ("janv-20*", "2020-01", ("period_format", "footnote_mark"), Status.provisional),
    ],
)
def test_marks_behind_a_period(cell, code, repairs, status):
    found = read_period(cell, [])
    assert (found.code, found.repairs, found.status) == (code, repairs, status)


def test_both_calendars_of_excel():
    assert excel_day(1) == date(1900, 1, 1)
    assert excel_day(59) == date(1900, 2, 28)
    assert excel_day(60) is None, "1900 was no leap year"
    assert excel_day(61) == date(1900, 3, 1)
    assert excel_day(44196) == date(2020, 12, 31)
    assert excel_day(42734, epoch_1904=True) == date(2020, 12, 31)
    assert read_period(42734, [PeriodKind.day], epoch_1904=True).code == "2020-12-31"


def a_day_comes_back(day):
    """However it is written, or refused; never another day."""
    serial = (day - date(1899, 12, 30)).days
    for written in (serial, f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", day.isoformat(), f"{day:%Y%m%d}", f"{day} 00:00:00"):
        assert read_period(written, [PeriodKind.day]).code == day.isoformat()


any_day = given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
test_a_day_comes_back = any_day(a_day_comes_back)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """Serial numbers counted from one day too early."""
    right = excel_day

    def wrong(serial, *, epoch_1904=False):
        found = right(serial, epoch_1904=epoch_1904)
        return found and found - timedelta(days=1)

    monkeypatch.setattr("services.ingestion.repair.days.excel_day", wrong)
    read_period.__globals__["_kept"].cache_clear()
    with pytest.raises(AssertionError):
        any_day(a_day_comes_back)()
    read_period.__globals__["_kept"].cache_clear()


@given(st.text(max_size=30) | st.text("0123456789/-.TSQ janvdecft", max_size=12) | st.floats() | st.integers())
def test_any_cell_gives_a_period_or_a_reason(cell):
    try:
        found = read_period(cell, [])
    except UnreadableError:
        return
    assert Period.parse(found.code).code == found.code
