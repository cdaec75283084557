"""Due dates are rolled to working days of the territory and end with the day in Europe/Paris."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerting.calendar import due_instant, is_working_day, law_date, roll_forward

CALENDARS = ["metropole", "57", "6AE", "971", "972", "973", "974", "976"]


@pytest.mark.parametrize(
    ("due", "calendar", "rolled"),
    [
        (date(2021, 3, 31), "metropole", date(2021, 3, 31)),  # a Wednesday
        (date(2024, 3, 31), "metropole", date(2024, 4, 2)),  # Easter Sunday, and the night the clocks change
        (date(2029, 3, 31), "metropole", date(2029, 4, 3)),  # Saturday, Easter on 1 April
        (date(2030, 3, 31), "metropole", date(2030, 4, 1)),  # Sunday, the night the clocks change
        (date(2024, 3, 29), "metropole", date(2024, 3, 29)),  # Good Friday is worked there
        (date(2024, 3, 29), "6AE", date(2024, 4, 2)),  # and not in Alsace
        (date(2024, 3, 29), "57", date(2024, 4, 2)),
        (date(2019, 12, 20), "974", date(2019, 12, 23)),  # abolition of slavery, then a weekend
    ],
)
def test_a_due_date_rolls_to_a_working_day_of_the_territory(due: date, calendar: str, rolled: date) -> None:
    assert roll_forward(due, calendar) == rolled


@pytest.mark.parametrize(
    ("due", "last"),
    [
        (date(2021, 3, 31), datetime(2021, 3, 31, 21, 59, 59, 999999, tzinfo=UTC)),  # summer time
        (date(2021, 1, 29), datetime(2021, 1, 29, 22, 59, 59, 999999, tzinfo=UTC)),  # winter time
    ],
)
def test_a_due_instant_is_the_last_of_its_day_in_paris(due: date, last: datetime) -> None:
    assert due_instant(due, "metropole") == last
    assert law_date(due_instant(due, "974")) == due


@given(st.dates(date(2018, 1, 1), date(2040, 12, 31)), st.sampled_from(CALENDARS))
def test_rolling_gives_a_working_day_close_by_and_is_stable(day: date, calendar: str) -> None:
    rolled = roll_forward(day, calendar)
    assert is_working_day(rolled, calendar)
    assert day <= rolled <= day + timedelta(days=6)
    assert roll_forward(rolled, calendar) == rolled


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        roll_forward(date(2021, 3, 31), "atlantis")


def test_the_property_catches_a_planted_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weekends are skipped and public holidays forgotten."""

    def weekends_only(day: date, _: str) -> date:
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    monkeypatch.setitem(globals(), "roll_forward", weekends_only)
    with pytest.raises(AssertionError):
        test_rolling_gives_a_working_day_close_by_and_is_stable()
