"""Last period's values, as the columns of a template show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from services.ingestion.feeds.model import Feed
from shared.domain.observation import Cell
from shared.domain.territory import level_of


class Sides(Protocol):
    """The three sides of a figure that is known."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Reminders:
    """What was known for `period`, by (territory, column) of a wide feed; empty for a feed of another shape."""

    period: str
    values: dict[tuple[str, str], Decimal]

    def of_column(self, key: str) -> bool:
        """Say whether anything was known in a column."""
        return any(column == key for _, column in self.values)


def reminders_of(feed: Feed, known: Mapping[Cell, Sides], period: str) -> Reminders:
    """The figures of one period that this feed's own columns would hold."""
    found: dict[tuple[str, str], Decimal] = {}
    territories = {cell.territory for cell in known if cell.period == period and cell.source == feed.name}
    for territory in territories:
        basis = feed.basis.get(level_of(territory))
        for measure in feed.measures:
            if basis is None:
                continue
            sides = known.get(Cell(measure.indicator, territory, period, feed.name, basis))
            if sides is None:
                continue
            stated = {measure.numerator: sides.numerator, measure.denominator: sides.denominator}
            if measure.value is not None:
                stated = {measure.value: sides.value}
            for key, value in stated.items():
                if key is not None and value is not None and (measure.value or (territory, key) not in found):
                    found[territory, key] = value
    return Reminders(period, found)
