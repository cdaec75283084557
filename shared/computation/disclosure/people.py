"""The counts of people that a figure states or implies, and which of them are small."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.computation.figure import Figure
from shared.domain.indicator import Indicator, Method

PERCENT = "%"
# Kinds whose value counts people where a threshold is set: a flow, or how many there are at a date.
COUNTED = frozenset({"count", "stock"})


class Side(StrEnum):
    """One number of a figure. The complement, denominator less numerator, counts people as well: those who are not."""

    value = "value"
    numerator = "numerator"
    complement = "complement"
    denominator = "denominator"


Counts = Mapping[Side, Decimal]


@dataclass(frozen=True)
class Sides:
    """The independent numbers of a figure. `paired`: it states both sides, so that it is in the sums over it."""

    counts: Counts
    paired: bool


def sides(indicator: Indicator, figure: Figure, reference: Decimal | None) -> Sides:
    """What a figure says: its value or, for a percentage, numerator and complement; for a mean, both its counts.

    A side left blank is implied by the percentage and the other one, or by `reference`, the denominator that another
    indicator gives: whoever reads the page can divide as well.
    """
    n, d = figure.numerator, figure.denominator
    rate = indicator.method in {Method.ratio, Method.mean} or n is not None or d is not None
    if not rate and not (indicator.unit == PERCENT and reference is not None):
        return Sides({} if figure.value is None else {Side.value: figure.value}, paired=figure.value is not None)
    paired = n is not None and d is not None
    if indicator.unit == PERCENT and figure.value is not None:
        if d is None and n is not None and figure.value > 0:
            d = (100 * n / figure.value).to_integral_value()
        d = reference if d is None else d
        if n is None and d is not None:
            n = (figure.value * d / 100).to_integral_value()
    counts: dict[Side, Decimal] = {}
    if n is not None:
        counts[Side.numerator] = n
    if d is not None and n is not None and indicator.unit == PERCENT:
        counts[Side.complement] = d - n
    elif d is not None:
        counts[Side.denominator] = d
    return Sides(counts, paired)


def small(indicator: Indicator, counts: Counts) -> bool:
    """Say whether a count of people is between 1 and one less than the threshold.

    Zero is shown: it is about nobody, and a department without a single case must be able to say so.
    """
    limit = indicator.small_cell
    return any(0 < number < limit for number in people(indicator, counts).values()) if limit else False


def people(indicator: Indicator, counts: Counts) -> dict[Side, Decimal]:
    """The numbers that count people, the denominator of a percentage among them."""
    found = {s: number for s, number in counts.items() if s is not Side.value or indicator.kind in COUNTED}
    if Side.numerator in counts and Side.complement in counts:
        found[Side.denominator] = counts[Side.numerator] + counts[Side.complement]
    return found
