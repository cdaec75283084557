"""Periods that stand in a header: `2019`, `2020 (p)`, `2018*`, `janv.-20`, or inside a title, `Montant 2021`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.repair.periods import read_period
from services.ingestion.words import plain
from shared.domain.observation import Status
from shared.domain.period import PeriodKind

_LONGEST = 60
# A sentence with more of them is no title of a column.
_MOST_IN_A_TITLE = 2
_MARK = re.compile(r"\s*(?:(\*+)|[¹²³⁴⁵]|\((p|e|sd|d|r|\d)\))\s*$", re.IGNORECASE)
_MARKS = {"p": Status.provisional, "sd": Status.provisional, "e": Status.estimated}
_LEAD = re.compile(r"^(?:en|au|du|pour|ann[ée]e|exercice|mill[ée]sime|p[ée]riode)\s+(?=\S)", re.IGNORECASE)
_YEAR = r"(?:19|20)\d{2}"
_MONTH = r"(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)[a-zé]*\.?"
_INSIDE = re.compile(
    rf"(?<![\w/-])(?:{_YEAR}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}/{_YEAR}|{_YEAR}-\d{{2}}/{_YEAR}-\d{{2}}"
    rf"|{_YEAR}\s?[-/]\s?{_YEAR}|{_YEAR}-\d{{2}}|\d{{1,2}}/{_YEAR}|[TQS][1-4][\s-]?{_YEAR}|{_YEAR}[\s-]?[TQS][1-4]"
    rf"|\d{{1,2}}(?:er)?\s+{_MONTH}\s+{_YEAR}|{_MONTH}[\s-]?(?:{_YEAR}|\d{{2}})|{_YEAR})(?![\w/])",
    re.IGNORECASE,
)
_DAY_IN_WORDS = re.compile(r"^31\s+d[ée]cembre\s+(\d{4})$", re.IGNORECASE)
_LINK = re.compile(r"[\s(,:–-]*\b(?:situation\s+au|en|au|du|de|pour|ann[ée]e|exercice)?[\s(]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeaderPeriod:
    """A period that a header states, with what its mark says; `fault`: why it cannot be used, if so."""

    code: str
    status: Status | None = None
    fault: UnreadableError | None = None


def whole_period(cell: Cell, kinds: Sequence[PeriodKind]) -> HeaderPeriod | None:
    """The period that a header cell is, and nothing else; None when it is something else."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if not isinstance(cell, str):
        return _read(str(int(cell)), kinds, None) if 1900 <= cell <= 2100 and cell == int(cell) else None
    return _whole(cell, tuple(kinds)) if len(cell) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _whole(cell: str, kinds: tuple[PeriodKind, ...]) -> HeaderPeriod | None:
    text, status = _without_mark(cell.strip())
    text = _LEAD.sub("", text)
    return _read(text, kinds, status) if _INSIDE.fullmatch(text) else None


def period_inside(text: str, kinds: Sequence[PeriodKind]) -> tuple[str, HeaderPeriod] | None:
    """A title without the one period that it names, and that period; None when it names none.

    Two different periods in one title are a fault: nobody can say which one the column is about.
    """
    bare, status = _without_mark(text.strip())
    found = list(islice(_INSIDE.finditer(bare), _MOST_IN_A_TITLE + 1))
    if not 0 < len(found) <= _MOST_IN_A_TITLE:
        return None
    rest = " ".join(_LINK.sub(" ", piece) for piece in _INSIDE.split(bare))
    periods = [_read(m[0], kinds, status) for m in found]
    first = periods[0]
    if any(other.code != first.code for other in periods):
        return rest, HeaderPeriod("", status, UnreadableError("two_periods_in_header"))
    return rest, first


def _without_mark(text: str) -> tuple[str, Status | None]:
    mark = _MARK.search(text)
    if mark is None:
        return text, None
    status = Status.provisional if mark[1] else _MARKS.get((mark[2] or "").casefold())
    return text[: mark.start()].strip(), status


def _read(text: str, kinds: Sequence[PeriodKind], status: Status | None) -> HeaderPeriod:
    if day := _DAY_IN_WORDS.match(text):
        text = f"{day[1]}-12-31"
    try:
        return HeaderPeriod(read_period(re.sub(r"\s?([-/])\s?", r"\1", text), kinds).code, status)
    except UnreadableError as fault:
        return HeaderPeriod(plain(text), status, fault)
