"""Where each line belongs, what it says of itself, and whether its sender may say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.ingestion.feeds.model import Feed
from services.ingestion.repair.territories import Gazetteer, Place
from services.ingestion.repair.territories import Line as LineKind
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line, is_blank
from services.ingestion.validate.totals import Role, total_of
from shared.domain.observation import Basis
from shared.domain.territory import Level, TerritoryTree, level_of

_RANK = re.compile(r"^\s*\((?:\d{1,2}|[a-z])\)\s*$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its territory and basis. `role`: what it is to the totals of its table."""

    line: Line
    territory: str
    basis: Basis
    role: Role = Role.reported


@dataclass(frozen=True, slots=True)
class _Found:
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
    _known: dict[tuple[object, ...], Place] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._content = self.feed.content()

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
                one = replace(one, place=replace(place, code=last_department))
            elif place is not None and place.line is LineKind.plain and level_of(place.code) is Level.department:
                last_department = place.code
            found.append(one)
        councils = [p.code for f in found if (p := f.place) is not None and p.line is LineKind.council]
        groups = set(councils) if self.feed.group_lines else set()
        placed = [self._judge(one, groups) for one in found]
        self.apart += [
            (f.line, f.role if f.place is None else Role.lost) for f, p in zip(found, placed, strict=True) if p is None
        ]
        return [p for p in placed if p is not None]

    def _key(self, line: Line) -> str:
        return "territory" if not line.blank(["territory"]) or line.blank(["name"]) else "name"

    def _find(self, line: Line) -> _Found | None:
        if not self.has_column:
            return _Found(line, Place(self.reporter), Role.reported)
        cells = line["territory"], line["name"]
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
        asked = (*cells, *map(type, cells))  # 1, 1.0 and True are equal, and are not read alike
        if asked in self._known:
            return _Found(line, self._known[asked], Role.reported)
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
        for key in self._content:
            cell = line[key]
            if cell is None:
                continue
            if str(cell).strip() != self.reader.title(key):
                return _numbers_columns(line)
            said = True
        return said

    def _judge(self, one: _Found, groups: set[str]) -> Placed | None:
        line, place = one.line, one.place
        if place is None:
            return None
        code = place.code or self.reporter
        if not self.tree.covers(self.reporter, code):
            if line.blank(self._content):
                return None  # a regional form of which the sender filled its own line
            self.outside += 1
            self.reader.error("outside_scope", line, self._key(line), reporter=self.reporter)
            return None
        self.inside += 1
        level = level_of(code)
        if level not in self.feed.levels:
            self.reader.error("level_not_accepted", line, self._key(line), territory=code)
            return None
        if place.repair:
            self.reader.repair(place.repair, line, self._key(line), value=code, name=self.tree[code].name)
        if place.line is LineKind.total:
            self.reader.repair("total_line", line, self._key(line), value=code)
            return Placed(line, code, Basis.declared, Role.whole if one.role is Role.reported else one.role)
        if place.line is LineKind.plain and code in groups:
            self.reader.repair("group_line", line, self._key(line), value=code)
            return Placed(line, code, Basis.declared, Role.aside)
        basis = self.feed.basis[level]
        return Placed(line, code, basis, Role.reported if basis is Basis.reported else Role.aside)


def _numbers_columns(line: Line) -> bool:
    """Say whether a row only numbers the columns, `(1) (2) (3)`, as printed tables do under their header."""
    texts = [cell for cell in line.cells.values() if not is_blank(cell)]
    return len(texts) > 1 and all(isinstance(text, str) and _RANK.match(text) for text in texts)
