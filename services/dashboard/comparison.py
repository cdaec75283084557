"""The page of one indicator: the same figure in every territory, on one scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.dashboard.bars import Bar, Scale, bar, scale_over
from services.dashboard.explanation import Explanation
from services.dashboard.figures import Facts, Figure
from services.dashboard.items import IndicatorItem, TerritoryItem
from shared.domain.indicator import MetropolePolicy
from shared.domain.territory import Level


@dataclass(frozen=True)
class Row:
    """One territory with its bar."""

    figure: Figure
    bar: Bar


@dataclass(frozen=True)
class Comparison:
    """All that the page shows. `whole`: the figure of the territory itself; `mark`: where it stands on the scale."""

    indicator: IndicatorItem
    territory: TerritoryItem
    period: str
    periods: list[str]
    whole: Figure
    rows: list[Row]
    scale: Scale
    mark: float | None
    explanation: Explanation
    simulated: bool


def compare(
    indicator: IndicatorItem,
    territory: TerritoryItem,
    period: str,
    periods: list[str],
    facts: Facts,
    explanation: Explanation,
    *,
    by_value: bool,
) -> Comparison:
    """Arrange the figures of a territory's departments, and of the metropoles where the indicator asks them."""
    levels = {Level.department}
    if indicator.metropoles != MetropolePolicy.not_asked:
        levels.add(Level.metropole)
    below = [t for t in facts.territories.values() if t.level in levels and t.code != territory.code]
    figures = [facts.figure(indicator.code, t.code, period) for t in below]
    figures = [f for f in figures if f.territory.level == Level.department or f.rollup or f.report]
    if by_value:
        figures.sort(key=lambda f: (f.value is None, -(f.value or Decimal(0))))
    whole = facts.figure(indicator.code, territory.code, period)
    additive = indicator.method not in {"ratio", "mean", "none", "max"}
    scale = scale_over(_extent(figures, None if additive else whole), indicator.unit)
    return Comparison(
        indicator=indicator,
        territory=territory,
        period=period,
        periods=periods,
        whole=whole,
        rows=[Row(f, bar(scale, f.value, f.target.value if f.target else None)) for f in figures],
        scale=scale,
        # The sum of all would dwarf its parts: only a figure of their own size has a place among them.
        mark=None if additive or whole.value is None else scale.at(whole.value),
        explanation=explanation,
        simulated=whole.simulated or any(f.simulated for f in figures),
    )


def _extent(figures: Sequence[Figure], whole: Figure | None) -> list[Decimal | None]:
    values: list[Decimal | None] = [whole.value if whole else None]
    for figure in figures:
        values += [figure.value, figure.target.value if figure.target else None]
    return values
