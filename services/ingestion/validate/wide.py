"""Wide lines: one row per territory, one column per figure, indicators made as the feed declares."""

from services.ingestion.feeds.model import Feed, Measure
from services.ingestion.repair.outcome import Number
from services.ingestion.validate.figures import Figure, percentage, weakest
from services.ingestion.validate.places import Placed
from services.ingestion.validate.reader import LineReader
from shared.domain.catalogue import Catalogue


class WideReader:
    """Figures of the lines of one table."""

    def __init__(self, feed: Feed, catalogue: Catalogue, reader: LineReader) -> None:
        self._feed = feed
        self._catalogue = catalogue
        self._reader = reader

    def figures(self, placed: Placed, period: str) -> list[Figure]:
        """The figures of one line. A cell that several indicators read is read, and noted, once."""
        keys = dict.fromkeys(c for m in self._feed.measures for c in m.columns())
        line = placed.line
        if line.blank(list(keys)):
            self._reader.repair("blank_line", line)
            return []
        stated = {m.percentage for m in self._feed.measures}
        numbers = {key: self._reader.number(line, key, optional=key in stated) for key in keys}
        return [f for m in self._feed.measures if (f := self._figure(m, placed, period, numbers)) is not None]

    def _figure(
        self, measure: Measure, placed: Placed, period: str, numbers: dict[str, Number | None]
    ) -> Figure | None:
        if any(self._reader.unreadable(key, numbers[key]) for key in measure.columns()):
            return None  # noted where it stands; half of a figure is not published
        indicator = self._catalogue.indicators.get(measure.indicator)
        main = measure.value or measure.numerator or ""
        if indicator is None:
            self._reader.error("unknown_indicator", placed.line, main, indicator=measure.indicator, proposal="")
            return None
        given = {key: number for key in measure.columns() if (number := numbers[key]) is not None}

        def value_of(key: str | None) -> Number | None:
            return given.get(key) if key else None

        stated, numerator, denominator = (
            value_of(k) for k in (measure.percentage or measure.value, measure.numerator, measure.denominator)
        )
        above, below = (n.value if n else None for n in (numerator, denominator))
        if measure.value is not None:
            value = stated.value if stated else None
        else:
            # A numerator column that the file does not have is not half a pair: nothing was said.
            if numerator is None and (stated is None or stated.value is None):
                return None
            read = self._reader.attempt(
                placed.line, measure.percentage or main, lambda: percentage(stated, above, below)
            )
            if read is None:
                return None
            value, was_fraction = read
            if was_fraction:
                self._reader.repair("fraction_to_percent", placed.line, measure.percentage or main, value=str(value))
        if value is None and above is None and below is None:
            return None
        return Figure(
            indicator=indicator.code,
            definition_version=self._catalogue.definition(indicator.code, period).definition_version,
            territory=placed.territory,
            period=period,
            source=self._feed.name,
            basis=placed.basis,
            value=value,
            numerator=above,
            denominator=below,
            ratio=measure.value is None,
            status=weakest([n.status for n in given.values()]),
            qualifier="=",
            sheet=placed.line.sheet,
            row=placed.line.row,
            column=self._reader.title(main) or self._reader.title(measure.percentage or ""),
        )
