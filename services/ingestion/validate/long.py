"""Long lines: one row per figure, its indicator named in a column."""

from decimal import Decimal
from functools import cached_property

from rapidfuzz import fuzz, process

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import shown
from services.ingestion.repair.outcome import LONGEST_TEXT, Number
from services.ingestion.repair.statuses import read_qualifier, read_status
from services.ingestion.validate.figures import Figure, percentage, roundness, weakest
from services.ingestion.validate.places import Placed
from services.ingestion.validate.provenance import source_of
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from services.ingestion.words import plain
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Indicator
from shared.domain.observation import Status
from shared.domain.register import TOTALS

_RATIO = "ratio"
_PERCENT = "%"
_SIDES = ("value", "numerator", "denominator")
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
        self._sides = [key for key in _SIDES if key == "value" or reader.title(key)]
        self._free_text = [key for key in _FREE_TEXT if key in feed.columns]

    def figures(self, placed: Placed, period: str) -> list[Figure]:
        """No figure or one."""
        line = placed.line
        indicator = self._indicator(line)
        numbers = {key: self._reader.number(line, key, optional=key != "value") for key in self._sides}
        unreadable = any(n is None and self._reader.unreadable(key, n) for key, n in numbers.items())
        said, qualifier = self._status(line), self._qualifier(line)
        bounded = self._reader.within(line, self._texts(line), LONGEST_TEXT)
        source = self._source(line)
        if indicator is None or unreadable or said is None or qualifier is None or not bounded or source is None:
            return []
        values = {key: number.value for key, number in numbers.items() if number}
        above, below = values.get("numerator"), values.get("denominator")
        read = self._value(line, indicator, numbers["value"], above, below)
        if read is None:
            return []
        value = read[0]
        status = said[0] if said[0] is not None else Status.final
        empty = value is None and above is None and below is None
        if empty and status is not Status.withdrawn:  # withdrawing a figure is said without a figure
            return []
        return [
            Figure(
                indicator=indicator.code,
                definition_version=self._catalogue.definition(indicator.code, period).definition_version,
                territory=placed.territory,
                period=period,
                source=source,
                basis=placed.basis,
                value=value,
                numerator=above,
                denominator=below,
                ratio=indicator.kind == _RATIO,
                status=weakest([status, self._reader.status_of(line), *(n.status for n in _given(numbers))]),
                qualifier=roundness(numbers.values(), qualifier),
                sheet=line.sheet,
                row=line.row,
                column=self._reader.title("value"),
            )
        ]

    def _status(self, line: Line) -> tuple[Status | None] | None:
        """What a line says of itself; None with a note where that cannot be read."""
        cell = line["status"]
        return _FINAL if cell is None else self._reader.attempt(line, "status", lambda: (read_status(cell),))

    def _qualifier(self, line: Line) -> str | None:
        cell = line["qualifier"]
        return "=" if cell is None else self._reader.attempt(line, "qualifier", lambda: read_qualifier(cell))

    def _value(
        self, line: Line, indicator: Indicator, stated: Number | None, above: Decimal | None, below: Decimal | None
    ) -> tuple[Decimal | None] | None:
        """The value of a line; None with a note where a percentage has two readings, or none that can be counted."""
        value = stated.value if stated else None
        if indicator.kind != _RATIO or (value is not None and indicator.unit != _PERCENT):
            return (value,)
        key = "value" if value is not None else "numerator"
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

    def _source(self, line: Line) -> str | None:
        """Where the figure comes from; what a register adds up to cannot be typed by hand."""
        source = source_of(line, self._feed)
        if source.startswith(TOTALS):
            self._reader.error("reserved_source", line, "source", source=shown(source))
            return None
        return source

    def _indicator(self, line: Line) -> Indicator | None:
        cell = line["indicator"]
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


def _given(numbers: dict[str, Number | None]) -> list[Number]:
    return [n for n in numbers.values() if n is not None]
