"""Exact arithmetic: quotients to six places, wide enough that no figure is silently rounded."""

from decimal import Context, Decimal, localcontext

PLACES = Decimal("0.000001")
# Wide enough for every sum and quotient of figures that PostgreSQL's numeric holds in practice: never silently rounded.
WIDE = Context(prec=100)


def divide(numerator: Decimal, denominator: Decimal, factor: int = 1) -> Decimal | None:
    """Return factor x numerator / denominator to six places; None over zero."""
    if denominator == 0:
        return None
    with localcontext(WIDE):
        return (factor * numerator / denominator).quantize(PLACES)
