"""What a check found, and how its two sides are shown."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.computation.arithmetic import PLACES
from shared.computation.figure import Figure
from shared.contracts.message import plain
from shared.contracts.rollup import Rollup
from shared.domain.check import Check, CheckState, Relation
from shared.domain.operand import Side


@dataclass(frozen=True)
class Finding:
    """The judgement of one evaluator. `expected` and `computed` are the two sides compared, in the unit of the figure.

    `indicators`: those in question, the first of them foremost; empty for all that the check names.
    """

    state: CheckState
    expected: Decimal | None = None
    computed: Decimal | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A finding with its place. `subject`: the indicator that a check of whatever indicators found it in, else empty.

    `inputs` names what was compared: equal names, equal outcomes.
    """

    check: Check
    subject: str
    territory: str
    period: str
    indicators: list[str]
    state: CheckState
    expected: Decimal | None
    computed: Decimal | None
    detail: dict[str, Any]
    inputs: str
    simulated: bool

    @property
    def difference(self) -> Decimal | None:
        """Computed minus expected."""
        if self.expected is None or self.computed is None:
            return None
        return self.computed - self.expected


def compare(left: Decimal, relation: Relation, right: Decimal, tolerance: Decimal = Decimal(0)) -> CheckState:
    """Judge two numbers; a difference up to the tolerance is none."""
    match relation:
        case Relation.equal:
            fine = abs(left - right) <= tolerance
        case Relation.at_most:
            fine = left <= right + tolerance
        case Relation.below:
            fine = left < right + tolerance
        case Relation.at_least:
            fine = left >= right - tolerance
        case Relation.above:
            fine = left > right - tolerance
    return CheckState.holds if fine else CheckState.fails


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, as people and printed tables do."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(value: Decimal) -> Decimal:
    """A computed side to six places, exact where it is short."""
    short = value.quantize(PLACES)
    return value if short == value else short


def decimals_of(value: Decimal) -> int:
    """How many decimals a figure was stated with."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def side_of(figure: Rollup | Figure | None, side: Side) -> Decimal | None:
    """The side of a figure that is compared; None where it has none."""
    match figure, side:
        case None, _:
            return None
        case _, Side.value:
            return figure.value
        case _, Side.numerator:
            return figure.numerator
        case _, Side.denominator:
            return figure.denominator
        case Rollup(), Side.reported:
            return Decimal(figure.reported)
        case Rollup(), Side.expected:
            return None if figure.expected is None else Decimal(figure.expected)
        case _:
            return None


def said(figure: Figure) -> dict[str, str | None]:
    """A stated figure as people may trace it: source, basis and value."""
    return {
        "source": figure.source,
        "basis": figure.basis.value,
        "territory": figure.territory,
        "value": None if figure.value is None else plain(figure.value),
    }
