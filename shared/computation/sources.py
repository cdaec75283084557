"""Several sources of one figure: rivals, of which the newest speaks, or parts that add up. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from shared.computation.arithmetic import divide
from shared.computation.figure import Figure, newest_by_territory, rank, worst_status
from shared.domain.indicator import Indicator, Sources
from shared.domain.observation import Basis
from shared.domain.register import TOTALS

RATIO = "ratio"


def own_figures(figures: Sequence[Figure], indicator: Indicator) -> dict[str, Figure]:
    """What each territory says of itself: reported or, where nothing stands, computed from its registers."""
    computed = _spoken(figures, indicator, Basis.computed)
    reported = _spoken(figures, indicator, Basis.reported)
    standing = {territory: figure for territory, figure in reported.items() if not figure.withdrawn}
    return reported | computed | standing


def declared_figures(figures: Sequence[Figure], indicator: Indicator) -> dict[str, Figure]:
    """Totals stated for a territory that still stand: the newest of each or, of registers, all that are parts."""
    found = _spoken(figures, indicator, Basis.declared)
    return {territory: figure for territory, figure in found.items() if not figure.withdrawn}


def _spoken(figures: Sequence[Figure], indicator: Indicator, basis: Basis) -> dict[str, Figure]:
    """One figure per territory. Only totals of registers are parts of each other: a document that states the same is
    a rival of their sum, and would be counted twice beside it.
    """
    if indicator.sources is not Sources.parts:
        return newest_by_territory(figures, basis)
    here = [f for f in figures if f.basis is basis]
    others = newest_by_territory([f for f in here if not f.source.startswith(TOTALS)], basis)
    parts = _whole_of_parts([f for f in here if f.source.startswith(TOTALS)], indicator)
    return others | {territory: f for territory, f in parts.items() if not f.withdrawn or territory not in others}


def _whole_of_parts(figures: Sequence[Figure], indicator: Indicator) -> dict[str, Figure]:
    """The sources of each territory added up; where every part was withdrawn, the newest of them."""
    parts: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda f: f.identity):
        parts.setdefault(figure.territory, []).append(figure)
    return {territory: _added(found, indicator) for territory, found in parts.items()}


def _added(parts: list[Figure], indicator: Indicator) -> Figure:
    """One figure of several parts. Shares are added side by side, and one that lacks a side makes the whole unknown."""
    standing = [f for f in parts if not f.withdrawn]
    newest = max(standing or parts, key=rank)
    if len(standing) <= 1:
        return newest
    share = indicator.kind == RATIO
    numerator = _total((f.numerator for f in standing), all_of_them=share)
    denominator = _total((f.denominator for f in standing), all_of_them=share)
    value = _share(numerator, denominator) if share else _total(f.value for f in standing)
    return replace(
        newest,
        value=value,
        numerator=numerator,
        denominator=denominator,
        status=worst_status(standing),
        simulated=any(f.simulated for f in standing),
        made_of=tuple(f.identity for f in standing),
    )


def _total(numbers: Iterable[Decimal | None], *, all_of_them: bool = False) -> Decimal | None:
    """The sum of what is known; None when nothing is or, where all are wanted, when one is not."""
    listed = list(numbers)
    known = [n for n in listed if n is not None]
    return sum(known, Decimal(0)) if known and (len(known) == len(listed) or not all_of_them) else None


def _share(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    return None if numerator is None or denominator is None else divide(numerator, denominator, 100)
