"""Long lines: one row per figure, its indicator named in a column."""

import difflib

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import shown
from services.ingestion.repair.outcome import LONGEST_TEXT, Number
from services.ingestion.repair.statuses import read_qualifier, read_status
from services.ingestion.validate.figures import Figure, percentage, weakest
from services.ingestion.validate.places import Placed
from services.ingestion.validate.provenance import source_of
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Indicator
from shared.domain.observation import Status
from shared.domain.register import TOTALS

_RATIO = "ratio"
_FREE_TEXT = ("note", "source", "document", "line")


class LongReader:
    """The figure of each line of one table."""

    def __init__(self, feed: Feed, catalogue: Catalogue, reader: LineReader) -> None:
        self._feed = feed
        self._catalogue = catalogue
        self._reader = reader

    def figures(self, placed: Placed, period: str) -> list[Figure]:
        """No figure or one."""
        line = placed.line
        indicator = self._indicator(line)
        keys = ("value", "numerator", "denominator")
        numbers = {key: self._reader.number(line, key, optional=key != "value") for key in keys}
        unreadable = any(self._reader.unreadable(key, numbers[key]) for key in keys)
        said = self._reader.attempt(line, "status", lambda: (read_status(line["status"]),))
        qualifier = self._reader.attempt(line, "qualifier", lambda: read_qualifier(line["qualifier"]))
        bounded = self._reader.within(line, _FREE_TEXT, LONGEST_TEXT)
        source = self._source(line)
        if indicator is None or unreadable or said is None or qualifier is None or not bounded or source is None:
            return []
        values = {key: number.value if number else None for key, number in numbers.items()}
        value = values["value"]
        if value is None and indicator.kind == _RATIO:
            above, below = values["numerator"], values["denominator"]
            computed = self._reader.attempt(line, "numerator", lambda: percentage(None, above, below))
            if computed is None:
                return []
            value, _ = computed
        status = said[0] if said[0] is not None else Status.final
        empty = value is None and values["numerator"] is None and values["denominator"] is None
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
                numerator=values["numerator"],
                denominator=values["denominator"],
                ratio=indicator.kind == _RATIO,
                status=weakest([status, *(n.status for n in _given(numbers))]),
                qualifier=qualifier,
                sheet=line.sheet,
                row=line.row,
                column=self._reader.title("value"),
            )
        ]

    def _source(self, line: Line) -> str | None:
        """Where the figure comes from; what a register adds up to cannot be typed by hand."""
        source = source_of(line, self._feed)
        if source.startswith(TOTALS):
            self._reader.error("reserved_source", line, "source", source=shown(source))
            return None
        return source

    def _indicator(self, line: Line) -> Indicator | None:
        code = self._reader.attempt(line, "indicator", lambda: str(line["indicator"] or "").strip())
        if code is None:
            return None
        if not code:
            self._reader.error("indicator_missing", line, "indicator")
            return None
        indicator = self._catalogue.indicators.get(code)
        if indicator is None:
            close = difflib.get_close_matches(code, self._catalogue.indicators, n=1, cutoff=0.8)
            proposal = close[0] if close else ""
            self._reader.error("unknown_indicator", line, "indicator", indicator=shown(code), proposal=proposal)
        return indicator


def _given(numbers: dict[str, Number | None]) -> list[Number]:
    return [n for n in numbers.values() if n is not None]
