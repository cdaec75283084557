"""Wide lines: one row per territory, one column per figure, indicators made as the feed declares."""

from dataclasses import dataclass
from decimal import Decimal

from services.ingestion.feeds.model import Feed, Measure
from services.ingestion.repair.outcome import Number, UnreadableError
from services.ingestion.validate.figures import Figure, percentage, roundness, weakest
from services.ingestion.validate.places import Placed, rest_of
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line, Table
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Status


@dataclass(frozen=True, slots=True)
class _Plan:
    """A measure as one table gives it. `main`: the column that an error about the figure stands at."""

    measure: Measure
    keys: tuple[str, ...]
    main: str
    column: str
    stated: str | None
    statuses: tuple[Status, ...]


class WideReader:
    """Figures of the lines of one table."""

    def __init__(self, feed: Feed, catalogue: Catalogue, reader: LineReader, table: Table) -> None:
        self._feed = feed
        self._catalogue = catalogue
        self._reader = reader
        self._statuses = table.statuses
        self._optional = {m.percentage for m in feed.measures}
        # Half of a figure is not published: nor is one of whose columns the header was refused.
        refused = table.refused - set(table.columns)
        measures = [m for m in feed.measures if refused.isdisjoint(m.columns())]
        self._keys = list(dict.fromkeys(c for m in measures for c in m.columns() if c in table.columns))
        # A denominator alone says nothing of the ratio: what the file has no column for was not said.
        self._plans = [
            self._plan(m, table) for m in measures if {m.value, m.numerator, m.percentage} & table.columns.keys()
        ]
        self._versions: dict[tuple[str, str], int] = {}

    def _plan(self, measure: Measure, table: Table) -> _Plan:
        main = measure.value or measure.numerator or ""
        column = self._reader.title(main) or self._reader.title(measure.percentage or "")
        keys = tuple(key for key in measure.columns() if key in table.columns)
        marks = tuple(self._statuses[key] for key in keys if key in self._statuses)
        return _Plan(measure, keys, main, column, measure.percentage or measure.value, marks)

    def figures(self, placed: Placed, period: str) -> list[Figure]:
        """The figures of one line. A cell that several indicators read is read, and noted, once."""
        line = placed.line
        if line.blank(self._keys):
            self._reader.repair("blank_line", line)
            return []
        read = self._reader.number
        numbers = {
            key: number for key in self._keys if (number := read(line, key, optional=key in self._optional)) is not None
        }
        figures = [f for plan in self._plans if (f := self._figure(plan, placed, period, numbers)) is not None]
        if len(numbers) < len(self._keys):
            self._tell_what_is_left(line, numbers)
        return figures

    def _tell_what_is_left(self, line: Line, numbers: dict[str, Number]) -> None:
        """Good cells that no figure takes, because the cell beside them could not be read."""
        used = {key for plan in self._plans if all(key in numbers for key in plan.keys) for key in plan.keys}
        left: dict[str, Number | None] = {}
        for plan in self._plans:
            if not used.issuperset(plan.keys):
                left.update((key, numbers.get(key)) for key in plan.keys if key not in used)
        self._reader.left_with_neighbour(line, left)

    def _figure(self, plan: _Plan, placed: Placed, period: str, numbers: dict[str, Number]) -> Figure | None:
        for key in plan.keys:
            if key not in numbers:
                return None  # noted where it stands; half of a figure is not published
        measure, line = plan.measure, placed.line
        version = self._version(measure.indicator, period)
        if version is None:
            self._reader.error("unknown_indicator", line, plan.main, indicator=measure.indicator, proposal="")
            return None
        stated = numbers.get(plan.stated or "")
        numerator, denominator = numbers.get(measure.numerator or ""), numbers.get(measure.denominator or "")
        above, below = numerator.value if numerator else None, denominator.value if denominator else None
        value = stated.value if stated else None
        if measure.value is None:
            # A numerator column that the file does not have is not half a pair: nothing was said.
            if numerator is None and value is None:
                return None
            if value is not None or (above is not None and below):
                read = self._percentage(plan, line, stated, above, below)
                if read is None:
                    return None
                (value,) = read
        if value is None and above is None and below is None:
            return None
        told = [numbers[key] for key in plan.keys]
        # By position: naming 16 fields takes longer than setting them.
        return Figure(
            measure.indicator,
            version,
            placed.territory,
            period,
            self._feed.name,
            placed.basis,
            value,
            above,
            below,
            measure.value is None,
            weakest([self._reader.status_of(line), *[number.status for number in told], *plan.statuses]),
            roundness(told),
            line.sheet,
            line.row,
            plan.column,
            rest_of(placed),
        )

    def _version(self, indicator: str, period: str) -> int | None:
        """The version of a definition in a period; None for an indicator that the catalogue does not have."""
        found = self._versions.get((indicator, period))
        if found is None and indicator in self._catalogue.indicators:
            found = self._versions[indicator, period] = self._catalogue.definition(indicator, period).definition_version
        return found

    def _percentage(
        self, plan: _Plan, line: Line, stated: Number | None, above: Decimal | None, below: Decimal | None
    ) -> tuple[Decimal | None] | None:
        """The percentage of a ratio; None where it cannot be told, which is then noted."""
        at = plan.measure.percentage or plan.main
        try:
            value, was_fraction = percentage(stated, above, below)
        except UnreadableError as refused:
            self._reader.refuse(line, at, refused)
            return None
        if was_fraction:
            self._reader.repair("fraction_to_percent", line, at, value=format(value, "f"))
        return (value,)
