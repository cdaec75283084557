"""Where each line belongs, what it says of itself, and whether its sender may say it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.ingestion.feeds.model import Feed
from services.ingestion.repair.territories import Gazetteer, Place
from services.ingestion.repair.territories import Line as LineKind
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from shared.domain.observation import Basis
from shared.domain.territory import Level, TerritoryTree, level_of


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its territory and basis."""

    line: Line
    territory: str
    basis: Basis


@dataclass
class PlaceReader:
    """Places lines of one table for one reporter. `outside` counts those beyond the reporter's territories."""

    feed: Feed
    tree: TerritoryTree
    gazetteer: Gazetteer
    reader: LineReader
    reporter: str
    has_column: bool
    outside: int = 0
    inside: int = 0

    def place(self, lines: Sequence[Line]) -> list[Placed]:
        """The lines that have a place; the others are noted."""
        found: list[tuple[Line, Place]] = []
        last_department = ""
        for line in lines:
            place = self._find(line)
            if place is None:
                continue
            if place.line is LineKind.council and not place.code:
                # Printed under the number of its department, which stands on the line above.
                if not last_department:
                    self.reader.error("council_without_department", line, self._key(line))
                    continue
                place = replace(place, code=last_department)
            if place.line is LineKind.plain and level_of(place.code) is Level.department:
                last_department = place.code
            found.append((line, place))
        groups = {p.code for _, p in found if p.line is LineKind.council} if self.feed.group_lines else set()
        return [placed for line, place in found if (placed := self._judge(line, place, groups)) is not None]

    def _key(self, line: Line) -> str:
        return "territory" if not line.blank(["territory"]) or line.blank(["name"]) else "name"

    def _find(self, line: Line) -> Place | None:
        if not self.has_column:
            return Place(self.reporter)
        no_figures = line.blank(self.feed.content())
        if no_figures or self._repeats_header(line):
            # A note or a source under the table, or its header printed again, is not a faulty row.
            try:
                place = self.gazetteer.find(line["territory"], line["name"])
            except ValueError:
                place = None
            if place is None:
                self.reader.repair("line_ignored", line)
            return place
        if not self.reader.within(line, ("territory", "name")):
            return None
        key = self._key(line)
        place = self.reader.attempt(line, key, lambda: self.gazetteer.find(line["territory"], line["name"]))
        if place is None and line.blank(["territory", "name"]):
            self.reader.error("territory_missing", line, key)
        return place

    def _repeats_header(self, line: Line) -> bool:
        figures = [k for k in self.feed.content() if line[k] is not None]
        return bool(figures) and all(str(line[k]).strip() == self.reader.title(k) for k in figures)

    def _judge(self, line: Line, place: Place, groups: set[str]) -> Placed | None:
        key = self._key(line)
        code = self.reporter if place.line is LineKind.total else place.code
        if not self.tree.covers(self.reporter, code):
            if line.blank(self.feed.content()):
                return None  # a regional form of which the sender filled its own line
            self.outside += 1
            self.reader.error("outside_scope", line, key, reporter=self.reporter)
            return None
        self.inside += 1
        level = level_of(code)
        if level not in self.feed.levels:
            self.reader.error("level_not_accepted", line, key, territory=code)
            return None
        if place.repair:
            self.reader.repair(place.repair, line, key, value=code, name=self.tree[code].name)
        if place.line is LineKind.total:
            self.reader.repair("total_line", line, key, value=code)
            return Placed(line, code, Basis.declared)
        if place.line is LineKind.plain and code in groups:
            self.reader.repair("group_line", line, key, value=code)
            return Placed(line, code, Basis.declared)
        return Placed(line, code, self.feed.basis[level])
