"""Cells -> canonical periods: `déc-21`, `12/2021`, `T4 2021`, dates of Excel. A listed repair each time."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.days import existing_day, plausible_day
from services.ingestion.repair.marks import without_mark
from services.ingestion.repair.outcome import Code, UnreadableError, refuse_broken
from services.ingestion.repair.period_words import in_words
from services.ingestion.words import plain
from shared.domain.period import Period, PeriodKind

_DAY_FIRST = re.compile(r"^([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-4][0-9])$")
_YEAR_FIRST = re.compile(r"^([0-9]{4})([/.-]?)([0-9]{2})\2([0-9]{2})$")
_TWO_YEARS = re.compile(r"^([0-9]{4})\s?[-–]\s?([0-9]{4}|[0-9]{2})$|^([0-9]{4})/([0-9]{2})$")
_SERIAL = re.compile(r"^[0-9]{5}(?:[.,]0+)?$")
_FLOAT_YEAR = re.compile(r"^([0-9]{4})[.,]0+$")
_SHORT_YEAR = re.compile(r"^'?([0-4][0-9])$")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
_LONGEST_KEPT = 60


def read_period(cell: Cell, kinds: Sequence[PeriodKind], *, epoch_1904: bool = False) -> Code:
    """The period of a cell, of one of these kinds (none: any); raises UnreadableError.

    `epoch_1904`: bare numbers of days count from 1904.
    """
    refuse_broken(cell)
    if isinstance(cell, bool) or cell is None:
        raise UnreadableError("unknown_period", {"expected": _examples(tuple(kinds))})
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    found = (_kept if len(text) <= _LONGEST_KEPT else _outcome)(text, tuple(kinds), epoch_1904)
    if isinstance(found, UnreadableError):
        raise found.again()
    return found


def _outcome(text: str, kinds: tuple[PeriodKind, ...], epoch_1904: bool) -> Code | UnreadableError:
    try:
        return _read(text.strip(), kinds, epoch_1904)
    except UnreadableError as refused:
        return refused.with_traceback(None)


# A file has few periods and many rows.
_kept = lru_cache(maxsize=8_192)(_outcome)


def _read(text: str, kinds: tuple[PeriodKind, ...], epoch_1904: bool) -> Code:
    text, marked, status = without_mark(text)
    text = _MIDNIGHT.sub("", text)
    code, repair = _canonical(text), None
    if code is None and _SERIAL.match(text):
        day = plausible_day(int(float(text.replace(",", "."))), epoch_1904=epoch_1904)
        code, repair = day.isoformat() if day else None, "excel_date"
    if code is None:
        _refuse_two_years(text)
        found = _date(text) or in_words(plain(text)) or _range(text)
        code, repair = _canonical(found) if found else None, "period_format"
    if code is None:
        short = _SHORT_YEAR.match(text)
        proposal = f"20{short[1]}" if short else ""
        raise UnreadableError("unknown_period", {"expected": _examples(kinds), "proposal": proposal})
    code, repair = _of_kind(Period.parse(code), kinds, repair)
    return Code(code, repair, marked, status)


def _canonical(text: str) -> str | None:
    try:
        return Period.parse(text).code if text.isascii() else None
    except ValueError:
        return None


def _refuse_two_years(text: str) -> None:
    """`2020-2021` and `2020/21`: a school year or two calendar years."""
    years = _TWO_YEARS.match(text)
    if years is None:
        return
    first, last = years[1] or years[3], years[2] or years[4]
    last = last if len(last) == 4 else f"{first[:2]}{last}"
    if int(last) == int(first) + 1:
        school, civil = f"{first}-09/{last}-08", f"{first}/{last}"
        proposal = f"{school} ou {civil}"
        raise UnreadableError("ambiguous_period", {"school": school, "civil": civil, "proposal": proposal})


def _date(text: str) -> str | None:
    """A day in figures; raises UnreadableError for one that does not exist."""
    if m := _DAY_FIRST.match(text):
        if len(m[4]) == 2 and m[2] == "-":
            return None  # 12-06-20: nobody knows which end the year is at
        year = int(m[4]) + (2000 if len(m[4]) == 2 else 0)
        form = f"%d{m[2]}%m{m[2]}%Y"
        return existing_day(year, int(m[3]), int(m[1]), lambda meant: meant.strftime(form))
    if m := _YEAR_FIRST.match(text):
        form = f"%Y{m[2]}%m{m[2]}%d"
        return existing_day(int(m[1]), int(m[3]), int(m[4]), lambda meant: meant.strftime(form))
    if m := _FLOAT_YEAR.match(text):
        return m[1]
    return None


def _range(text: str) -> str | None:
    """`2019 / 2021`: our own form with spaces."""
    return _canonical("/".join(part.strip() for part in text.split("/"))) if text.count("/") == 1 else None


def _of_kind(period: Period, kinds: tuple[PeriodKind, ...], repair: str | None) -> tuple[str, str | None]:
    if not kinds or period.kind in kinds:
        return period.code, repair
    if period.kind is PeriodKind.day:
        # Excel shows "déc-21" and stores 2021-12-01; "situation au 31/12/2021" is how a year is often written.
        if PeriodKind.month in kinds:
            return period.code[:7], repair or "period_format"
        if PeriodKind.year in kinds and period.end == date(period.end.year, 12, 31):
            return period.code[:4], repair or "period_format"
    raise UnreadableError("period_kind", {"expected": _examples(kinds)})


_EXAMPLES = {
    PeriodKind.year: "2020",
    PeriodKind.half: "2020-S1",
    PeriodKind.quarter: "2020-Q3",
    PeriodKind.month: "2020-12",
    PeriodKind.week: "2020-W07",
    PeriodKind.day: "2020-12-31",
    PeriodKind.school_year: "2020-09/2021-08",
    PeriodKind.range: "2020-07/2021-06",
}


def _examples(kinds: tuple[PeriodKind, ...]) -> str:
    return ", ".join(_EXAMPLES[kind] for kind in kinds or tuple(PeriodKind))
