"""Periods are a type with one canonical text."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.period import Period, PeriodKind


@pytest.mark.parametrize(
    ("code", "kind", "start", "end"),
    [
        ("2020", PeriodKind.year, date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-S2", PeriodKind.half, date(2020, 7, 1), date(2020, 12, 31)),
        ("2021-Q3", PeriodKind.quarter, date(2021, 7, 1), date(2021, 9, 30)),
        ("2020-02", PeriodKind.month, date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-12", PeriodKind.month, date(2020, 12, 1), date(2020, 12, 31)),
        ("2020-W53", PeriodKind.week, date(2020, 12, 28), date(2021, 1, 3)),
        ("2021-12-31", PeriodKind.day, date(2021, 12, 31), date(2021, 12, 31)),
        ("2020-09/2021-08", PeriodKind.school_year, date(2020, 9, 1), date(2021, 8, 31)),
        ("2019/2021", PeriodKind.range, date(2019, 1, 1), date(2021, 12, 31)),
        ("2020-07/2021-06", PeriodKind.range, date(2020, 7, 1), date(2021, 6, 30)),
    ],
)
def test_every_form_is_read_with_both_ends(code: str, kind: PeriodKind, start: date, end: date) -> None:
    period = Period.parse(f" {code} ")
    assert (period.kind, period.start, period.end, period.code) == (kind, start, end, code)


@pytest.mark.parametrize(
    "text", ["", "20", "2020-13", "2021-02-29", "2021-W54", "2021/2019", "T3 2021", "2020-Q5", "a/b"]
)
def test_what_is_not_a_period_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(ValueError, match="2020-Q3"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("2020", "2019"),
        ("2020-S1", "2019-S2"),
        ("2021-Q1", "2020-Q4"),
        ("2021-01", "2020-12"),
        ("2021-W01", "2020-W53"),
        ("2020-03-01", "2020-02-29"),
        ("2020-09/2021-08", "2019-09/2020-08"),
    ],
)
def test_the_period_before_is_of_the_same_kind(code: str, before: str) -> None:
    assert str(Period.parse(code).previous()) == before


def test_a_free_range_has_no_period_before() -> None:
    assert Period.parse("2019/2021").previous() is None


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
@example(date(2020, 3, 1))
def test_days_meet_without_gap_or_overlap(day: date) -> None:
    period = Period.parse(day.isoformat())
    before = period.previous()
    assert before is not None
    assert (period.start - before.end).days == 1


def test_the_property_catches_a_planted_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day before the first of March is always the twenty-eighth."""
    right = Period.previous

    def wrong(self: Period) -> Period | None:
        before = right(self)
        return Period.parse(f"{before.start.year}-02-28") if before and before.code.endswith("-02-29") else before

    monkeypatch.setattr(Period, "previous", wrong)
    with pytest.raises(AssertionError):
        test_days_meet_without_gap_or_overlap()


def codes_of(day: date) -> list[str]:
    """The periods of every kind that can be read off a day, but for weeks and free ranges."""
    year, month = f"{day.year:04d}", f"{day.month:02d}"
    half, quarter = 1 + (day.month > 6), (day.month + 2) // 3
    school = f"{year}-09/{day.year + 1:04d}-08"
    return [year, f"{year}-S{half}", f"{year}-Q{quarter}", f"{year}-{month}", day.isoformat(), school]


CODES = st.dates().flatmap(lambda day: st.sampled_from(codes_of(day)))


@given(CODES)
def test_the_period_after_begins_where_this_one_ends(code: str) -> None:
    """And the one before the one after is this one; time ends in 9999."""
    try:
        period = Period.parse(code)
    except ValueError:
        return  # a school year that would begin in 9999
    following = period.following()
    if following is None:
        assert period.end == date.max
        return
    assert (following.kind, (following.start - period.end).days) == (period.kind, 1)
    assert following.previous() == period


@given(CODES)
def test_parts_tile_their_whole_and_name_it(code: str) -> None:
    """Each tiling covers every day once; each part knows the period that it is a part of."""
    try:
        period = Period.parse(code)
    except ValueError:
        return
    for tiling in period.parts():
        assert (tiling[0].start, tiling[-1].end) == (period.start, period.end)
        assert all((b.start - a.end).days == 1 for a, b in pairwise(tiling))
        assert all(period in part.wholes() for part in tiling)


def test_only_years_halves_and_quarters_have_parts() -> None:
    sizes = {code: [len(t) for t in Period.parse(code).parts()] for code in ("2020", "2020-S2", "2020-Q3", "2020-07")}
    assert sizes == {"2020": [2, 4, 12], "2020-S2": [2, 6], "2020-Q3": [3], "2020-07": []}
