"""Where each line belongs, what it says of itself, and whether its sender may say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from services.ingestion.feeds.model import Feed
from services.ingestion.repair.territories import Gazetteer, Place
from services.ingestion.repair.territories import Line as LineKind
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line, is_blank
from services.ingestion.validate.totals import Role, is_the_sum, total_of
from services.ingestion.words import plain
from shared.domain.observation import Basis
from shared.domain.territory import Level, TerritoryTree, level_of

# A table of several periods has one for each.
_MOST_SUMS = 50
_LONGEST_LABEL = 20
TOTALS = (Role.whole, Role.section)
_RANK = re.compile(r"^\s*\((?:\d{1,2}|[a-z])\)\s*$")


class Placed(NamedTuple):
    """A line with its territory and basis. `role`: what it is to the totals of its table."""

    line: Line
    territory: str
    basis: Basis
    role: Role = Role.reported


def rest_of(placed: Placed) -> int | None:
    """What a row says beside its figures; a total is one whatever it is called, `Total` or `Occitanie`."""
    return None if placed.role in TOTALS else placed.line.rest


class _Found(NamedTuple):
    """A line with what it says of itself; no place: its cell was refused, or it is the total of a section."""

    line: Line
    place: Place | None
    role: Role


@dataclass
class PlaceReader:
    """Places lines of one table for one reporter. `outside` counts those beyond the reporter's territories.

    `apart`: lines that give no figure and matter to totals, sections' own totals and those that could not be placed.
    """

    feed: Feed
    tree: TerritoryTree
    gazetteer: Gazetteer
    reader: LineReader
    reporter: str
    has_column: bool
    outside: int = 0
    inside: int = 0
    apart: list[tuple[Line, Role]] = field(default_factory=list)
    _content: list[str] = field(init=False)
    _titles: list[tuple[str, str]] = field(init=False)
    _known: dict[tuple[object, ...], Place] = field(init=False, default_factory=dict)
    _bases: dict[str, Basis | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._content = self.feed.content()
        self._titles = [(key, self.reader.title(key)) for key in self._content]

    def place(self, lines: Sequence[Line]) -> list[Placed]:
        """The lines that have a place; the others are noted."""
        found: list[_Found] = []
        last_department = ""
        for line in lines:
            one = self._find(line)
            if one is None:
                continue
            place = one.place
            if place is not None and place.line is LineKind.council and not place.code:
                # Printed under the number of its department, which stands on the line above.
                if not last_department:
                    self.reader.error("council_without_department", line, self._key(line))
                    self.apart.append((line, Role.lost))
                    continue
                one = one._replace(place=replace(place, code=last_department))
            elif (
                place is not None
                and place.line is LineKind.plain
                and place.code != last_department
                and level_of(place.code) is Level.department
            ):
                last_department = place.code
            found.append(one)
        found = self._without_sums(found)
        councils = [p.code for f in found if (p := f.place) is not None and p.line is LineKind.council]
        groups = set(councils) if self.feed.group_lines else set()
        placed = [self._judge(one, groups) for one in found]
        self.apart += [
            (f.line, f.role if f.place is None else Role.lost) for f, p in zip(found, placed, strict=True) if p is None
        ]
        return [p for p in placed if p is not None]

    def _without_sums(self, found: list[_Found]) -> list[_Found]:
        """The rows without those called just `Somme` that are the sum of the rows above, or the department."""
        called = [one for one in found if one.place is not None and plain(_label(one.line)) == "somme"]
        if len(called) > _MOST_SUMS:  # one column of a long table says the department again and again
            return found
        sums = set()
        for one in called:
            above = [f.line for f in found if f.line.row < one.line.row and f.place is not None and f.place.code]
            if is_the_sum(one.line, above, self.feed):
                self.reader.error("sum_or_somme", one.line, self._key(one.line), proposal="80 - Somme ou Total")
                self.apart.append((one.line, Role.lost))
                sums.add(one.line.row)
        return [one for one in found if one.line.row not in sums] if sums else found

    def _key(self, line: Line) -> str:
        return "territory" if not line.blank(["territory"]) or line.blank(["name"]) else "name"

    def _find(self, line: Line) -> _Found | None:
        if not self.has_column:
            return _Found(line, Place(self.reporter), Role.reported)
        cells = line.cells.get("territory"), line.cells.get("name")
        no_figures = line.blank(self._content)
        if no_figures or self._repeats_header(line):
            # A note or a source under the table, or its header printed again, is not a faulty row.
            try:
                place = self.gazetteer.find(*cells)
            except ValueError:
                place = None
            if place is None or total_of(str(line[self._key(line)]), level_of(self.reporter)) is not None:
                self.reader.repair("line_ignored", line)
                return None
            return _Found(line, place, Role.reported)
        asked = (*cells, type(cells[0]), type(cells[1]))  # 1, 1.0 and True are equal, and are not read alike
        known = self._known.get(asked)
        if known is not None:
            return _Found(line, known, Role.reported)
        key = self._key(line)
        total = self._total(line, key)
        if total is not None:
            return total
        place = self._ask(line, key) if self.reader.within(line, ("territory", "name")) else None
        if place is None:
            self.apart.append((line, Role.lost))
            return None
        self._known[asked] = place
        return _Found(line, place, Role.reported)

    def _ask(self, line: Line, key: str) -> Place | None:
        if line.blank(["territory", "name"]):
            self.reader.error("territory_missing", line, key)
            return None
        return self.reader.attempt(line, key, lambda: self.gazetteer.find(line["territory"], line["name"]))

    def _total(self, line: Line, key: str) -> _Found | None:
        """A row that states a total: of everything, of a territory by its name, or of a section of the table."""
        label = line[key]
        found = total_of(label, level_of(self.reporter)) if isinstance(label, str) else None
        if found is None:
            return None
        role, named = found
        if named:
            try:
                place = self.gazetteer.find(named, None)
            except ValueError:
                place = None
            if place is not None and place.code and place.line is LineKind.plain:
                role = Role.whole if place.code == self.reporter else Role.section
                return _Found(line, Place(place.code, LineKind.total), role)
        if role is Role.section:
            self.reader.repair("subtotal_line", line, key)
            return _Found(line, None, role)
        return _Found(line, Place(self.reporter, LineKind.total), role)

    def _repeats_header(self, line: Line) -> bool:
        said = False
        for key, title in self._titles:
            cell = line.cells.get(key)
            if cell is None:
                continue
            text = str(cell).strip()
            if text != title:
                return text[:1] in ("", "(") and _numbers_columns(line)
            said = True
        return said

    def _judge(self, one: _Found, groups: set[str]) -> Placed | None:
        line, place = one.line, one.place
        if place is None:
            return None
        code = place.code or self.reporter
        basis = self._basis(code)
        if basis is None:
            self._refuse(line, code)
            return None
        self.inside += 1
        if place.repair:
            self.reader.repair(place.repair, line, self._key(line), value=code, name=self.tree[code].name)
        if place.line is LineKind.total:
            self.reader.repair("total_line", line, self._key(line), value=code)
            return Placed(line, code, Basis.declared, Role.whole if one.role is Role.reported else one.role)
        if place.line is LineKind.plain and code in groups:
            self.reader.repair("group_line", line, self._key(line), value=code)
            return Placed(line, code, Basis.declared, Role.aside)
        return Placed(line, code, basis, Role.reported if basis is Basis.reported else Role.aside)

    def _basis(self, code: str) -> Basis | None:
        """Whose figures those of a territory are; None where this sender, or this feed, has none of it to send."""
        if code not in self._bases:
            level, covered = level_of(code), self.tree.covers(self.reporter, code)
            self._bases[code] = self.feed.basis[level] if covered and level in self.feed.levels else None
        return self._bases[code]

    def _refuse(self, line: Line, code: str) -> None:
        if not self.tree.covers(self.reporter, code):
            if line.blank(self._content):
                return  # a regional form of which the sender filled its own line
            self.outside += 1
            self.reader.error("outside_scope", line, self._key(line), reporter=self.reporter)
            return
        self.inside += 1
        self.reader.error("level_not_accepted", line, self._key(line), territory=code)


def _label(line: Line) -> str:
    """What a row is called, where it has a name and no code."""
    code, name = line["territory"], line["name"]
    if not is_blank(code) and not is_blank(name):
        return ""
    label = name if is_blank(code) else code
    return label if isinstance(label, str) and len(label) <= _LONGEST_LABEL else ""


def _numbers_columns(line: Line) -> bool:
    """Say whether a row only numbers the columns, `(1) (2) (3)`, as printed tables do under their header."""
    ranks = 0
    for cell in line.cells.values():
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or not _RANK.match(cell):
            return False
        ranks += 1
    return ranks > 1
