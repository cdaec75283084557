"""How much of a figure is there: coverage by count and by weight, and bounds that those missing leave open. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from shared.computation.aggregation import Aggregate
from shared.computation.arithmetic import PLACES, divide
from shared.computation.figure import Figure
from shared.domain.indicator import Indicator, Method

PERCENT = "%"


@dataclass(frozen=True)
class References:
    """Denominators that stand in for those of territories whose own is not known, by territory.

    First the figure of the indicator that is the denominator, for the same period; else one's own denominator of the
    period before.
    """

    same_period: dict[str, Figure]
    period_before: dict[str, Figure]

    def of(self, territory: str, unpaired: dict[str, Figure]) -> tuple[Decimal, str] | None:
        """The reference denominator of a territory with the version that it comes from; None when there is none."""
        own = unpaired.get(territory)
        if own is not None and own.denominator is not None:
            return own.denominator, own.identity
        return self.same(territory) or self.before(territory)

    def same(self, territory: str) -> tuple[Decimal, str] | None:
        """By the indicator that is the denominator."""
        figure = self.same_period.get(territory)
        if figure is None or figure.withdrawn or figure.value is None:
            return None
        return figure.value, f"weight:{figure.identity}"

    def before(self, territory: str) -> tuple[Decimal, str] | None:
        """By one's own denominator of the period before."""
        figure = self.period_before.get(territory)
        if figure is None or figure.withdrawn or figure.denominator is None:
            return None
        return figure.denominator, f"before:{figure.identity}"


@dataclass(frozen=True)
class Completeness:
    """coverage and coverage_weight are shares from 0 to 1; low and high percentages. `follows_from`: versions used."""

    coverage: Decimal | None
    coverage_weight: Decimal | None
    low: Decimal | None
    high: Decimal | None
    follows_from: tuple[str, ...]


def completeness(
    indicator: Indicator,
    made: Aggregate,
    expected: set[str] | None,
    references: References,
    unpaired: dict[str, Figure],
) -> Completeness:
    """Weigh those in the figure against those expected. Everything is None when nobody says who is expected."""
    if not expected:
        return Completeness(None, None, None, None, ())
    own = {f.territory for f in made.used}
    missing = sorted(expected - own)
    coverage = (Decimal(len(own)) / len(expected)).quantize(PLACES)
    found = [references.of(territory, unpaired) for territory in missing]
    weights = [reference for reference in found if reference is not None]
    here = _weight_of_those_in(indicator, made, references)
    follows_from = (*(identity for _, identity in weights), *here.follows_from)
    if here.total is None or len(weights) < len(missing):
        return Completeness(coverage, None, None, None, follows_from)
    away = sum((weight for weight, _ in weights), Decimal(0))
    share = divide(here.total, here.total + away)
    low, high = _bounds(indicator, made, away)
    return Completeness(coverage, share, low, high, follows_from)


@dataclass(frozen=True)
class _Weight:
    total: Decimal | None
    follows_from: tuple[str, ...] = ()


def _weight_of_those_in(indicator: Indicator, made: Aggregate, references: References) -> _Weight:
    """The denominators of those in the figure; for sums, what the reference indicator says of them."""
    if not made.used:
        return _Weight(Decimal(0))
    if indicator.method in {Method.ratio, Method.mean}:
        return _Weight(made.denominator)
    found = [references.same(f.territory) for f in made.used]
    known = [reference for reference in found if reference is not None]
    if len(known) < len(found):
        return _Weight(None)
    return _Weight(sum((weight for weight, _ in known), Decimal(0)), tuple(identity for _, identity in known))


def _bounds(indicator: Indicator, made: Aggregate, away: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The percentage if those missing were all at 0 % and all at 100 %; only a share of a whole has such bounds."""
    if indicator.method is not Method.ratio or indicator.unit != PERCENT:
        return None, None
    numerator, denominator = made.numerator or Decimal(0), made.denominator or Decimal(0)
    whole = denominator + away
    return divide(numerator, whole, 100), divide(numerator + away, whole, 100)
