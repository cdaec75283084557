"""Cells of a column with `values` or `only`: somebody else's codes become ours, rows of another kind are left aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.ingestion.feeds.model import Column, Feed
from services.ingestion.notes import shown
from services.ingestion.parse.rows import Broken, Cell
from services.ingestion.repair.outcome import LONGEST_CELL
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from services.ingestion.words import plain
from shared.domain.catalogue import Catalogue
from shared.domain.period import PeriodKind

_KINDS = {
    "annual": [PeriodKind.year],
    "half_yearly": [PeriodKind.half],
    "quarterly": [PeriodKind.quarter],
    "monthly": [PeriodKind.month],
}


@dataclass
class _Aside:
    first: Line
    key: str
    count: int = 0


class Translator:
    """Lines of one table in our codes."""

    def __init__(self, feed: Feed, reader: LineReader) -> None:
        self._feed = feed
        self._reader = reader
        self._mapped = {key: column for key, column in feed.columns.items() if column.values}
        self._filters = {key: column for key, column in feed.columns.items() if column.only}
        self._ours = {key: frozenset(column.values.values()) for key, column in self._mapped.items()}

    def lines(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that this feed takes; of each kind left aside one remark says how many there were."""
        if not self._mapped and not self._filters:
            return list(lines)
        aside: dict[tuple[str, str], _Aside] = {}
        kept = [
            translated
            for line in lines
            if self._whole(line) and self._takes(line, aside) and (translated := self._translated(line)) is not None
        ]
        for left in aside.values():
            only = ", ".join(self._feed.columns[left.key].only)
            self._reader.repair("kind_left_aside", left.first, left.key, count=left.count, only=only)
        return kept

    def _whole(self, line: Line) -> bool:
        """Say whether none of these cells shows an error, which is neither blank nor a word of another list."""
        broken = [key for key in (*self._mapped, *self._filters) if isinstance(line[key], Broken)]
        return self._reader.within(line, broken)

    def _takes(self, line: Line, aside: dict[tuple[str, str], _Aside]) -> bool:
        for key, column in self._filters.items():
            if line.blank([*self._feed.content(), key]):
                continue  # a note under the table
            if line.blank([key]):
                self._reader.error("cell_missing", line, key, expected=column.title)
                return False
            word = plain(str(line[key])[:LONGEST_CELL])
            if word not in column.kept and not self._is_header(line, key):
                aside.setdefault((key, word), _Aside(line, key)).count += 1
                return False
        return True

    def _translated(self, line: Line) -> Line | None:
        ours: dict[str, Cell] = {}
        no_figures = line.blank(self._feed.content())
        for key, column in self._mapped.items():
            if line.blank([key]):
                continue
            found = self._meaning(key, column, line)
            if found is not None:
                ours[key] = found
            elif not no_figures and not self._is_header(line, key):
                self._refuse(key, column, line)
                return None
        if not ours:
            return line
        return replace(line, cells={**line.cells, **ours}, written={key: line[key] for key in ours})

    def _meaning(self, key: str, column: Column, line: Line) -> str | None:
        text = str(line[key]).strip()
        if text in self._ours[key]:
            return text  # already our own code
        return column.meanings.get(plain(text)) if len(text) <= LONGEST_CELL else None

    def _refuse(self, key: str, column: Column, line: Line) -> None:
        if self._reader.attempt(line, key, lambda: True) is None:
            return  # too long, or an error of the spreadsheet: that is what has to be said
        where = column.values_file or f"{self._feed.name}.yaml"
        self._reader.error("value_not_mapped", line, key, value=shown(line[key]), file=where)

    def _is_header(self, line: Line, key: str) -> bool:
        """The header printed again, which is set aside with its line later."""
        return str(line[key]).strip() == self._reader.title(key)


def period_kinds(feed: Feed, catalogue: Catalogue, line: Line) -> Sequence[PeriodKind]:
    """The kinds of period that a line may be about: where the feed says so, those of its indicator."""
    if not feed.period_of_indicator:
        return feed.period_kinds
    indicator = catalogue.indicators.get(str(line["indicator"] or "").strip())
    return _KINDS.get(indicator.frequency, []) if indicator else feed.period_kinds
