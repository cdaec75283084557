"""Rows that state a total: what they cover, and whether the rows above add up to it. They are never added."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.ingestion.feeds.model import ColumnKind, Feed
from services.ingestion.repair.numbers import read_number
from services.ingestion.repair.outcome import LONGEST_CELL, UnreadableError
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from services.ingestion.words import without_asides
from shared.contracts.message import plain as written
from shared.domain.territory import Level

_TOTAL = re.compile(r"^(?P<part>sous |s )?(?:total|totaux|ensemble)(?: |$)")
_LINKS = re.compile(r"\b(?:general|generale|generaux|global|de|du|des|la|le|les|l|d|pour)\b")
_LEVELS = {
    Level.region: {"region", "regional", "regionale"},
    Level.department: {"departement", "departemental", "departementale"},
    Level.country: {"france", "national", "nationale", "pays"},
    Level.metropole: {"metropole"},
}
_ADDED = (ColumnKind.count, ColumnKind.amount)


class Role(StrEnum):
    """What a row is to a total. `aside`: a total of a group, which the group's own rows replace; `lost`: not read."""

    reported = "reported"
    aside = "aside"
    lost = "lost"
    section = "section"
    whole = "whole"


@dataclass(frozen=True, slots=True)
class Counted:
    """A row with its role. Rows of different `key` (period, indicator) are never added to each other."""

    line: Line
    role: Role
    key: tuple[str, ...] = ()
    covers: Callable[[Line], bool] | None = None


def total_of(text: str, reporter: Level) -> tuple[Role, str] | None:
    """What a label such as `Sous-total`, `TOTAL GÉNÉRAL` or `Total Ariège` covers; None when it is no total.

    The second is what the label names, to be looked for among the territories; such a row is a section unless found.
    """
    if len(text) > LONGEST_CELL:
        return None
    words = without_asides(text).removeprefix("% ")
    found = _TOTAL.match(words)
    if found is None:
        return None
    named = " ".join(_LINKS.sub(" ", words[found.end() :]).split())
    if found["part"]:
        return Role.section, ""
    if not named or named in _LEVELS.get(reporter, set()):
        return Role.whole, ""
    return Role.section, named


def check_totals(rows: Sequence[Counted], columns: Iterable[str], feed: Feed, reader: LineReader) -> None:
    """List `total_differs` at each total that is not the sum of the rows that it covers.

    A column where one of these rows is missing or unreadable is not compared.
    """
    added = [key for key in columns if key in feed.columns and feed.columns[key].kind in _ADDED]
    for same in _by_key(rows).values():
        for total, covered in _covered(same):
            for key in added:
                stated, computed = _read(total, key, feed), _sum(covered, key, feed)
                if stated is not None and computed is not None and stated != computed:
                    found = {"stated": written(stated), "computed": written(computed)}
                    reader.repair("total_differs", total, key, **found, difference=written(stated - computed))


def is_the_sum(line: Line, above: Sequence[Line], feed: Feed) -> bool:
    """Say whether the figures of a row are those of the rows above it, of its own period and indicator, added up."""
    added = [
        key for key in line.cells if key in feed.columns and feed.columns[key].kind in (*_ADDED, ColumnKind.number)
    ]
    same = [one for one in above if all(one[key] == line[key] for key in ("period", "indicator"))]
    return _adds_up(line, same, added, feed)


def sections_called_total(rows: Sequence[Counted], columns: Iterable[str], feed: Feed) -> set[int]:
    """Rows called just `Total` that are totals of their section: each adds up to the rows just above it."""
    added = [key for key in columns if key in feed.columns and feed.columns[key].kind in _ADDED]
    found: set[int] = set()
    for same in _by_key(rows).values():
        totals = [row for row in same if row.role is Role.whole]
        if len(totals) < 2:
            continue
        parts = [Counted(r.line, Role.section if r.role is Role.whole else r.role) for r in same]
        covered = {total.row: lines for total, lines in _covered(parts)}
        adding_up = [_adds_up(t.line, covered.get(t.line.row, []), added, feed) for t in totals]
        every = [row.line for row in same if row.role is Role.reported]
        if all(adding_up[:-1]):
            found.update(t.line.row for t in totals[:-1])
            if adding_up[-1] and covered[totals[-1].line.row] and not _adds_up(totals[-1].line, every, added, feed):
                found.add(totals[-1].line.row)
    return found


def _by_key(rows: Sequence[Counted]) -> dict[tuple[str, ...], list[Counted]]:
    groups: dict[tuple[str, ...], list[Counted]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    return groups


def _covered(rows: Sequence[Counted]) -> list[tuple[Line, list[Line]]]:
    """Each total with the rows that it covers: those since the last total, or all. None where one of them was lost."""
    found: list[tuple[Line, list[Line]]] = []
    every: list[Line] = []
    section: list[Line] = []
    lost_above = lost_here = False
    for row in rows:
        if row.role is Role.reported:
            every.append(row.line)
            section.append(row.line)
        elif row.role is Role.lost:
            lost_above = lost_here = True
        elif row.role is not Role.aside:
            whole = row.role is Role.whole
            lines = every if whole else [ln for ln in section if row.covers is None or row.covers(ln)]
            if lines and not (lost_above if whole else lost_here):
                found.append((row.line, list(lines)))
            section, lost_here = [], False
    return found


def _adds_up(total: Line, lines: Sequence[Line], added: Sequence[str], feed: Feed) -> bool:
    pairs = [(_read(total, key, feed), _sum(lines, key, feed)) for key in added]
    compared = [stated == computed for stated, computed in pairs if stated is not None and computed is not None]
    return bool(compared) and all(compared)


def _sum(lines: Sequence[Line], key: str, feed: Feed) -> Decimal | None:
    numbers = [_read(line, key, feed) for line in lines]
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if numbers and len(known) == len(numbers) else None


def _read(line: Line, key: str, feed: Feed) -> Decimal | None:
    """The number of a cell, whatever was noted about it elsewhere; None where there is none."""
    cell = line[key]
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return None
    try:
        return read_number(cell, feed.columns[key].kind).value
    except UnreadableError:
        return None
