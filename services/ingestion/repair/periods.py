"""Cells -> canonical periods: `déc-21`, `12/2021`, `T4 2021`, dates of Excel. A listed repair each time."""

import re
from collections.abc import Sequence
from datetime import date

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import Code, UnreadableError
from services.ingestion.words import plain
from shared.domain.period import Period, PeriodKind

_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_QUARTER = re.compile(r"^(?:(?:t|q|trimestre )([1-4]) (\d{4})|(\d{4}) (?:t|q|trimestre )([1-4]))$")
_HALF = re.compile(r"^(?:(?:s|semestre )([12]) (\d{4})|(\d{4}) (?:s|semestre )([12]))$")
_WORD = re.compile(r"^([a-z]+) (\d{4}|\d{2})$")
_MONTH_FIRST = re.compile(r"^(\d{1,2}) (\d{4})$")
_DAY_FIRST = re.compile(r"^(\d{1,2}) (\d{1,2}) (\d{4})$")
_TWO_YEARS = re.compile(r"^(\d{4})-(\d{4})$")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def read_period(cell: Cell, kinds: Sequence[PeriodKind]) -> Code:
    """The period of a cell, of one of these kinds (none: any); raises UnreadableError."""
    if isinstance(cell, bool) or cell is None:
        raise UnreadableError("unknown_period", {"expected": _examples(kinds)})
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    years = _TWO_YEARS.match(text)
    if years and int(years[2]) == int(years[1]) + 1:
        school, civil = f"{years[1]}-09/{years[2]}-08", f"{years[1]}/{years[2]}"
        raise UnreadableError("ambiguous_period", {"school": school, "civil": civil})
    code, repair = _canonical(text), None
    if code is None:
        code, repair = _french(plain(_MIDNIGHT.sub("", text))), "period_format"
    if code is None:
        raise UnreadableError("unknown_period", {"expected": _examples(kinds)})
    return _of_kind(Period.parse(code), kinds, repair)


def _canonical(text: str) -> str | None:
    try:
        return Period.parse(_MIDNIGHT.sub("", text)).code
    except ValueError:
        return None


def _french(text: str) -> str | None:
    """Read a text already without accents and punctuation."""
    if m := _QUARTER.match(text):
        return f"{m[2] or m[3]}-Q{m[1] or m[4]}"
    if m := _HALF.match(text):
        return f"{m[2] or m[3]}-S{m[1] or m[4]}"
    if m := _WORD.match(text):
        month = next((n for n, start in enumerate(_MONTHS, start=1) if m[1].startswith(start[:3]) and _is(m[1], n)), 0)
        year = m[2] if len(m[2]) == 4 else f"20{m[2]}"
        return f"{year}-{month:02d}" if month else None
    if m := _MONTH_FIRST.match(text):
        return _canonical(f"{m[2]}-{int(m[1]):02d}")
    if m := _DAY_FIRST.match(text):
        return _canonical(f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}")
    return None


def _is(word: str, month: int) -> bool:
    """`jui` alone could be June or July, so the four letters of those two are asked for."""
    start = _MONTHS[month - 1]
    return word.startswith(start) or (len(word) == 3 and start.startswith(word) and month not in (6, 7))


def _of_kind(period: Period, kinds: Sequence[PeriodKind], repair: str | None) -> Code:
    if not kinds or period.kind in kinds:
        return Code(period.code, repair)
    if period.kind is PeriodKind.day:
        # Excel shows "déc-21" and stores 2021-12-01; "situation au 31/12/2021" is how a year is often written.
        if PeriodKind.month in kinds:
            return Code(period.code[:7], "period_format")
        if PeriodKind.year in kinds and period.end == date(period.end.year, 12, 31):
            return Code(period.code[:4], "period_format")
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


def _examples(kinds: Sequence[PeriodKind]) -> str:
    return ", ".join(_EXAMPLES[kind] for kind in kinds or list(PeriodKind))
