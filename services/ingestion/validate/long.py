"""Long lines: one row per figure, its indicator named in a column."""

from decimal import Decimal
from functools import cached_property

from rapidfuzz import fuzz, process

from services.ingestion.feeds.model import ColumnKind, Feed
from services.ingestion.notes import shown
from services.ingestion.repair.outcome import LONGEST_TEXT, Number
from services.ingestion.repair.statuses import read_qualifier, read_status
from services.ingestion.validate.figures import Figure, percentage, roundness, weakest
from services.ingestion.validate.kinds import kind_of
from services.ingestion.validate.places import Placed, rest_of
from services.ingestion.validate.provenance import is_another_feed, source_of
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from services.ingestion.words import plain
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Indicator
from shared.domain.observation import Status
from shared.domain.register import TOTALS

_RATIO = "ratio"
_PERCENT = "%"
_PAIR = ("numerator", "denominator")
_NO_PAIR: dict[str, Number | None] = {}
_FREE_TEXT = ("note", "source", "document", "line")
_FINAL = (Status.final,)
# As many as a receipt lists.
_MOST_PROPOSALS = 500


class LongReader:
    """The figure of each line of one table."""

    def __init__(self, feed: Feed, catalogue: Catalogue, reader: LineReader) -> None:
        self._feed = feed
        self._catalogue = catalogue
        self._reader = reader
        self._proposals: dict[str, str] = {}
        self._pair = [key for key in _PAIR if reader.title(key)]
        self._free_text = [key for key in _FREE_TEXT if key in feed.columns and reader.has(key)]
        self._says_source = any(reader.has(key) for key in ("source", "document"))
        self._column = reader.title("value")
        self._any_kind = feed.columns["value"].kind is ColumnKind.number

    def figures(self, placed: Placed, period: str) -> list[Figure]:
        """No figure or one."""
        line = placed.line
        indicator = self._indicator(line)
        said, qualifier = self._status(line), self._qualifier(line)
        # What is withdrawn has no figure to miss.
        withdrawn = said is not None and said[0] is Status.withdrawn
        kind = self._kind(indicator)
        stated = self._reader.number(line, "value", optional=withdrawn, kind=kind)
        pair = self._read_pair(line, kind) if self._pair else _NO_PAIR
        unreadable = (stated is None and self._reader.has("value")) or (pair and None in pair.values())
        if unreadable:
            self._reader.left_with_neighbour(line, {"value": stated, **pair})
        bounded = not self._free_text or self._reader.within(line, self._texts(line), LONGEST_TEXT)
        source = self._source(line, withdrawn=withdrawn)
        if indicator is None or unreadable or said is None or qualifier is None or not bounded or source is None:
            return []
        above, below = _value_of(pair.get("numerator")), _value_of(pair.get("denominator"))
        value = _value_of(stated)
        if indicator.kind == _RATIO and (value is None or indicator.unit == _PERCENT):
            read = self._percentage(line, stated, above, below)
            if read is None:
                return []
            value = read[0]
        status = said[0] if said[0] is not None else Status.final
        empty = value is None and above is None and below is None
        if empty and status is not Status.withdrawn:  # withdrawing a figure is said without a figure
            return []
        numbers = [n for n in (stated, *pair.values()) if n is not None]
        # By position: naming 16 fields takes longer than setting them.
        return [
            Figure(
                indicator.code,
                self._catalogue.definition(indicator.code, period).definition_version,
                placed.territory,
                period,
                source,
                placed.basis,
                value,
                above,
                below,
                indicator.kind == _RATIO,
                weakest([status, self._reader.status_of(line), *[n.status for n in numbers]]),
                roundness(numbers, qualifier),
                line.sheet,
                line.row,
                self._column,
                rest_of(placed),
            )
        ]

    def _kind(self, indicator: Indicator | None) -> ColumnKind | None:
        """How the value of an indicator is read: its column, which holds values of all kinds, says nothing of it."""
        if indicator is None or not self._any_kind:
            return None
        return kind_of(indicator)

    def _read_pair(self, line: Line, kind: ColumnKind | None) -> dict[str, Number | None]:
        # Counts or amounts: neither has a percentage, and a point in either may set thousands apart.
        side = None if kind is None else ColumnKind.amount
        return {key: self._reader.number(line, key, optional=True, kind=side) for key in self._pair}

    def _status(self, line: Line) -> tuple[Status | None] | None:
        """What a line says of itself; None with a note where that cannot be read."""
        cell = line.cells.get("status")
        return _FINAL if cell is None else self._reader.attempt(line, "status", lambda: (read_status(cell),))

    def _qualifier(self, line: Line) -> str | None:
        cell = line.cells.get("qualifier")
        return "=" if cell is None else self._reader.attempt(line, "qualifier", lambda: read_qualifier(cell))

    def _percentage(
        self, line: Line, stated: Number | None, above: Decimal | None, below: Decimal | None
    ) -> tuple[Decimal | None] | None:
        """The value of a ratio; None with a note where it has two readings, or none that can be counted."""
        key = "value" if _value_of(stated) is not None else "numerator"
        read = self._reader.attempt(line, key, lambda: percentage(stated, above, below))
        if read is None:
            return None
        if read[1]:
            self._reader.repair("fraction_to_percent", line, key, value=str(read[0]))
        return (read[0],)

    def _texts(self, line: Line) -> list[str]:
        """Those free texts that could be too long."""
        cells = line.cells
        return [k for k in self._free_text if type(cell := cells.get(k)) is str and len(cell) > LONGEST_TEXT]

    def _source(self, line: Line, *, withdrawn: bool) -> str | None:
        """Where the figure comes from; what a register adds up to, or another feed brings, cannot be typed by hand."""
        source = source_of(line, self._feed) if self._says_source else self._feed.name
        if source.startswith(TOTALS) or (not withdrawn and is_another_feed(source, self._feed)):
            self._reader.error("reserved_source", line, "source", source=shown(source))
            return None
        return source

    def _indicator(self, line: Line) -> Indicator | None:
        cell = line.cells.get("indicator")
        if type(cell) is str and (known := self._catalogue.indicators.get(cell)) is not None:
            return known
        code = self._reader.attempt(line, "indicator", lambda: str(cell if cell is not None else "").strip())
        if code is None:
            return None
        if not code:
            self._reader.error("indicator_missing", line, "indicator")
            return None
        indicator = self._catalogue.indicators.get(code)
        if indicator is None:
            named = self._labels.get(plain(code), [])
            if len(named) == 1:
                self._reader.repair("indicator_by_label", line, "indicator", value=named[0])
                return self._catalogue.indicators[named[0]]
            self._reader.error("unknown_indicator", line, "indicator", indicator=shown(code), proposal=self._near(code))
        return indicator

    @cached_property
    def _labels(self) -> dict[str, list[str]]:
        """Codes by their label; several indicators share some labels, which then say nothing."""
        found: dict[str, list[str]] = {}
        for code, indicator in self._catalogue.indicators.items():
            found.setdefault(plain(indicator.label), []).append(code)
        return found

    def _near(self, code: str) -> str:
        """The code that somebody may have meant. A file full of unknown codes is not searched to its end."""
        if code not in self._proposals and len(self._proposals) < _MOST_PROPOSALS:
            close = process.extractOne(code, list(self._catalogue.indicators), scorer=fuzz.ratio, score_cutoff=80)
            self._proposals[code] = close[0] if close else ""
        return self._proposals.get(code, "")


def _value_of(number: Number | None) -> Decimal | None:
    return None if number is None else number.value
