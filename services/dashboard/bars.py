"""Geometry of horizontal bars on one scale, in a box 100 wide. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

WIDTH = Decimal(100)


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` over the width. Zero is always inside, so that lengths compare."""

    low: Decimal
    high: Decimal

    def at(self, value: Decimal) -> float:
        """Where a value stands, from 0 to 100."""
        if self.high == self.low:
            return 0.0
        return round(float((value - self.low) / (self.high - self.low) * WIDTH), 2)


@dataclass(frozen=True)
class Bar:
    """One bar: from `start`, `length` long; `target` is where its mark stands, None without a target."""

    start: float
    length: float
    target: float | None


def scale_over(values: Iterable[Decimal | None], unit: str) -> Scale:
    """The scale that holds all values and zero; percentages between 0 and 100 keep their full scale."""
    present = [v for v in values if v is not None]
    low, high = min([*present, Decimal(0)]), max([*present, Decimal(0)])
    if unit == "%" and low == 0 and 40 < high <= 100:
        high = Decimal(100)
    return Scale(low, high)


def bar(scale: Scale, value: Decimal | None, target: Decimal | None) -> Bar:
    """The bar of one value, from zero; a missing value has no length, its target still shows."""
    zero = scale.at(Decimal(0))
    end = zero if value is None else scale.at(value)
    return Bar(min(zero, end), round(abs(end - zero), 2), None if target is None else scale.at(target))
