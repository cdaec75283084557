"""Periods are a type, never a bare date: year, half-year, quarter, month, week, day, school year, free range."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """What a period spans."""

    year = "year"
    half = "half"
    quarter = "quarter"
    month = "month"
    week = "week"
    day = "day"
    school_year = "school_year"
    range = "range"


_YEAR = re.compile(r"^(\d{4})$")
_HALF = re.compile(r"^(\d{4})-S([12])$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_SCHOOL_YEAR = re.compile(r"^(\d{4})-09/(\d{4})-08$")

EXPECTED = "2020, 2020-S1, 2020-Q3, 2020-12, 2020-W07, 2020-12-31, 2020-09/2021-08 or a range START/END"


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days, both ends included. `code` is its canonical text and its identity on the wire."""

    start: date
    end: date
    kind: PeriodKind
    code: str

    def __str__(self) -> str:
        return self.code

    @staticmethod
    def parse(text: str) -> "Period":
        """Read a canonical code; raises ValueError naming the accepted forms."""
        code = text.strip()
        simple = _parse_simple(code)
        if simple is not None:
            return simple
        if _SCHOOL_YEAR.match(code):
            start, end = int(code[:4]), int(code[8:12])
            if end == start + 1:
                return Period(date(start, 9, 1), date(end, 8, 31), PeriodKind.school_year, code)
        if code.count("/") == 1:
            left, right = (_parse_simple(part) for part in code.split("/"))
            if left is not None and right is not None and left.start <= right.end:
                return Period(left.start, right.end, PeriodKind.range, code)
        msg = f"{text!r} is not a period; expected {EXPECTED}"
        raise ValueError(msg)

    def previous(self) -> "Period | None":
        """The period just before of the same kind, where that has a meaning."""
        return None if self.start == date.min else _of_kind(self.kind, self.start - timedelta(days=1))

    def following(self) -> "Period | None":
        """The period just after of the same kind, where that has a meaning."""
        return None if self.end == date.max else _of_kind(self.kind, self.end + timedelta(days=1))

    def parts(self) -> "list[list[Period]]":
        """The halves, the quarters and the months that tile a year, a half or a quarter, the longest first."""
        year, first, last = f"{self.start.year:04d}", self.start.month, self.end.month
        halves = [f"{year}-S{s}" for s in (1, 2)]
        quarters = [f"{year}-Q{q}" for q in range((first + 2) // 3, last // 3 + 1)]
        months = [f"{year}-{m:02d}" for m in range(first, last + 1)]
        tilings = {
            PeriodKind.year: [halves, quarters, months],
            PeriodKind.half: [quarters, months],
            PeriodKind.quarter: [months],
        }
        return [[Period.parse(code) for code in codes] for codes in tilings.get(self.kind, [])]

    def wholes(self) -> "list[Period]":
        """The quarter, the half and the year that a month, a quarter or a half is a part of."""
        year, month = f"{self.start.year:04d}", self.start.month
        quarter, half = f"{year}-Q{(month + 2) // 3}", f"{year}-S{1 if month <= 6 else 2}"
        wider = {
            PeriodKind.month: [quarter, half, year],
            PeriodKind.quarter: [half, year],
            PeriodKind.half: [year],
        }
        return [Period.parse(code) for code in wider.get(self.kind, [])]


def _of_kind(kind: PeriodKind, day: date) -> Period | None:
    """The period of a kind that holds a day; None for free ranges, which do not follow each other."""
    match kind:
        case PeriodKind.year:
            return Period.parse(f"{day.year:04d}")
        case PeriodKind.half:
            return Period.parse(f"{day.year:04d}-S{1 if day.month <= 6 else 2}")
        case PeriodKind.quarter:
            return Period.parse(f"{day.year:04d}-Q{(day.month - 1) // 3 + 1}")
        case PeriodKind.month:
            return Period.parse(f"{day.year:04d}-{day.month:02d}")
        case PeriodKind.day:
            return Period.parse(day.isoformat())
        case PeriodKind.week:
            year, week, _ = day.isocalendar()
            return Period.parse(f"{year:04d}-W{week:02d}")
        case PeriodKind.school_year:
            first = day.year if day.month >= 9 else day.year - 1
            return Period.parse(f"{first:04d}-09/{first + 1:04d}-08")
        case PeriodKind.range:
            return None


def _parse_simple(code: str) -> Period | None:
    """Read every form but the composed ones; None when it is not one or names an impossible date."""
    try:
        if m := _YEAR.match(code):
            year = int(m[1])
            return Period(date(year, 1, 1), date(year, 12, 31), PeriodKind.year, code)
        if m := _HALF.match(code):
            year, half = int(m[1]), int(m[2])
            return Period(date(year, 6 * half - 5, 1), _month_end(year, 6 * half), PeriodKind.half, code)
        if m := _QUARTER.match(code):
            year, quarter = int(m[1]), int(m[2])
            return Period(date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter), PeriodKind.quarter, code)
        if m := _MONTH.match(code):
            year, month = int(m[1]), int(m[2])
            return Period(date(year, month, 1), _month_end(year, month), PeriodKind.month, code)
        if m := _WEEK.match(code):
            monday = date.fromisocalendar(int(m[1]), int(m[2]), 1)
            return Period(monday, monday + timedelta(days=6), PeriodKind.week, code)
        if m := _DAY.match(code):
            day = date(int(m[1]), int(m[2]), int(m[3]))
            return Period(day, day, PeriodKind.day, code)
    except ValueError:
        return None
    return None


def _month_end(year: int, month: int) -> date:
    """Last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
