"""PURE. Working days of a territory, and the instant at which a due date ends.

Alsace-Moselle and the overseas departments have public holidays of their own, so the calendar belongs to the territory.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

LAW_TIME = ZoneInfo("Europe/Paris")
METROPOLITAN = "metropole"


def is_working_day(day: date, calendar: str) -> bool:
    """Say whether people work that day. `calendar`: Territory.holidays, `metropole` or a code such as 57 or 974."""
    return day.weekday() < 5 and day not in _public_holidays(calendar, day.year)


def roll_forward(day: date, calendar: str) -> date:
    """The day itself when it is worked, else the next one that is."""
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day


def due_instant(due_on: date, calendar: str) -> datetime:
    """The last instant of the rolled due date in Europe/Paris: still in time at it, late after it.

    The last instant rather than the next midnight, so that the date read off it is the due date.
    """
    return datetime.combine(roll_forward(due_on, calendar), time.max, LAW_TIME)


def law_date(instant: datetime) -> date:
    """The date that an instant falls on in Europe/Paris."""
    return instant.astimezone(LAW_TIME).date()


@cache
def _public_holidays(calendar: str, year: int) -> frozenset[date]:
    """Public holidays of one year; raises NotImplementedError for a calendar that nobody knows."""
    return frozenset(country_holidays("FR", subdiv=None if calendar == METROPOLITAN else calendar, years=year))
