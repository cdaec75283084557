"""One aggregation per method, over territories. Percentages are never averaged; an unknown method raises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from statistics import median
from typing import assert_never

from shared.computation.arithmetic import WIDE, divide
from shared.computation.figure import Figure
from shared.domain.indicator import Method


@dataclass(frozen=True)
class Aggregate:
    """What a method makes of its contributors. `unpaired`: territories left out because they gave only one side."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    used: list[Figure]
    unpaired: list[str]


def own_value(figure: Figure, method: Method) -> Decimal | None:
    """A contributor's own figure in the indicator's unit: counts lead over a stated percentage or mean."""
    if method in {Method.ratio, Method.mean} and figure.numerator is not None and figure.denominator is not None:
        return divide(figure.numerator, figure.denominator, 100 if method is Method.ratio else 1)
    return figure.value


def aggregate(method: Method, figures: Sequence[Figure]) -> Aggregate:
    """Combine the figures of several territories; `Method.none` combines one figure at most.

    Raises ArithmeticError on figures beyond a hundred digits.

    ratio: 100 x sum of numerators / sum of denominators, over those that gave both. mean: total / count likewise.
    sum and last: sum of values (a stock adds over territories, it does not over time). max: the largest.
    """
    with localcontext(WIDE):
        return _aggregate(method, figures)


def _aggregate(method: Method, figures: Sequence[Figure]) -> Aggregate:
    match method:
        case Method.ratio | Method.mean:
            return _paired(figures, 100 if method is Method.ratio else 1)
        case Method.sum | Method.last:
            return _over_values(figures, lambda values: sum(values, Decimal(0)))
        case Method.max:
            return _over_values(figures, max)
        case Method.none:
            if len(figures) > 1:
                msg = "an indicator without aggregation method is shown, never rolled up"
                raise ValueError(msg)
            return _alone(figures)
        case _:
            assert_never(method)


def _paired(figures: Sequence[Figure], factor: int) -> Aggregate:
    used = [f for f in figures if f.numerator is not None and f.denominator is not None]
    unpaired = sorted(f.territory for f in figures if f not in used)
    if not used:
        return Aggregate(None, None, None, [], unpaired)
    numerator = sum((f.numerator for f in used if f.numerator is not None), Decimal(0))
    denominator = sum((f.denominator for f in used if f.denominator is not None), Decimal(0))
    return Aggregate(divide(numerator, denominator, factor), numerator, denominator, used, unpaired)


def _over_values(figures: Sequence[Figure], combine: Callable[[list[Decimal]], Decimal]) -> Aggregate:
    used = [f for f in figures if f.value is not None]
    unpaired = sorted(f.territory for f in figures if f.value is None)
    value = combine([f.value for f in used if f.value is not None]) if used else None
    return Aggregate(value, None, None, used, unpaired)


def _alone(figures: Sequence[Figure]) -> Aggregate:
    if not figures:
        return Aggregate(None, None, None, [], [])
    figure = figures[0]
    return Aggregate(figure.value, figure.numerator, figure.denominator, [figure], [])


def spread(method: Method, figures: Sequence[Figure]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """(min, median, max) of the contributors' own figures; all None without any."""
    values = [v for v in (own_value(f, method) for f in figures) if v is not None]
    if not values:
        return None, None, None
    return min(values), median(values), max(values)
