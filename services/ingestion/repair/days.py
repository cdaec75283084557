"""Days: serial numbers of Excel in both calendars, and the day meant by a date that does not exist."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from services.ingestion.repair.outcome import UnreadableError

# 1900-02-29 never was; Excel counts it as day 60, so that its later days are one too high.
_NEVER = 60
_BEFORE_1900 = date(1899, 12, 31)
_FIRST_OF_1904 = date(1904, 1, 1)
# A number is taken for a day only inside these years.
_FIRST, _LAST = date(1950, 1, 1), date(2100, 1, 1)


def excel_day(serial: int, *, epoch_1904: bool = False) -> date | None:
    """The day that a spreadsheet stores as this number; None for day 60 of 1900 and for what is before the first."""
    if serial > 1_000_000 or serial < (0 if epoch_1904 else 1):
        return None
    if epoch_1904:
        return _FIRST_OF_1904 + timedelta(days=serial)
    if serial == _NEVER:
        return None
    return _BEFORE_1900 + timedelta(days=serial if serial < _NEVER else serial - 1)


def plausible_day(serial: int, *, epoch_1904: bool = False) -> date | None:
    """The same where it falls between 1950 and 2099: other numbers were not meant as days."""
    day = excel_day(serial, epoch_1904=epoch_1904)
    return day if day is not None and _FIRST <= day < _LAST else None


def day_of(year: int, month: int, day: int) -> date | None:
    """A date, None if it does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def existing_day(year: int, month: int, day: int, written: Callable[[date], str]) -> str | None:
    """The ISO text of a date; None for what is none. Raises UnreadableError for one that does not exist.

    `written`: how the sender would write the day that was likely meant, which is proposed.
    """
    found = day_of(year, month, day)
    if found is not None:
        return found.isoformat()
    meant = nearest_day(year, month, day)
    if meant is None:
        return None
    raise UnreadableError("impossible_date", {"proposal": written(meant)})


def nearest_day(year: int, month: int, day: int) -> date | None:
    """What was likely meant by a date that does not exist: the last of its month, or day and month in their order."""
    if not 1900 <= year <= 2100:
        return None
    if 1 <= month <= 12 and 28 < day <= 31:
        return date(year, month, calendar.monthrange(year, month)[1])
    if 12 < month <= 31 and 1 <= day <= 12:
        return day_of(year, day, month)
    return None
