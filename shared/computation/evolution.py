"""How a figure moved since the period before, as it is and among the territories that are in both. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from shared.computation.aggregation import aggregate, own_value
from shared.computation.figure import Figure
from shared.contracts.rollup import Evolution
from shared.domain.indicator import Method


def evolution(
    against: str,
    method: Method,
    now: tuple[Decimal | None, Sequence[Figure]],
    before: tuple[Decimal | None, Sequence[Figure]],
    *,
    comparable: bool,
) -> Evolution:
    """Compare two figures, each given with the contributors that are in it."""
    if not comparable:
        return Evolution(against=against, comparable=False)
    (value_now, used_now), (value_before, used_before) = now, before
    common = sorted({f.territory for f in used_now} & {f.territory for f in used_before})
    common_now = _among(method, used_now, common)
    common_before = _among(method, used_before, common)
    return Evolution(
        against=against,
        comparable=True,
        change=_difference(value_now, value_before),
        common=common,
        common_before=common_before,
        common_now=common_now,
        common_change=_difference(common_now, common_before),
    )


def _among(method: Method, used: Sequence[Figure], common: Sequence[str]) -> Decimal | None:
    """The figure over some of its contributors."""
    figures = [f for f in used if f.territory in common]
    if not figures:
        return None
    # Alone, a percentage without counts still says what it says.
    return own_value(figures[0], method) if len(figures) == 1 else aggregate(method, figures).value


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before
