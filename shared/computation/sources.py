"""Several sources of one figure: rivals, of which the newest speaks, or parts that add up. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from shared.computation.arithmetic import divide
from shared.computation.figure import Figure, newest_by_territory, rank, worst_status
from shared.domain.indicator import Indicator, Sources
from shared.domain.observation import Basis

RATIO = "ratio"


def own_figures(figures: Sequence[Figure], indicator: Indicator) -> dict[str, Figure]:
    """What each territory says of itself: reported or, where nothing was reported, computed from its registers."""
    if indicator.sources is Sources.parts:
        return _whole_of_parts([f for f in figures if f.basis is not Basis.declared], indicator)
    return newest_by_territory(figures, Basis.computed) | newest_by_territory(figures, Basis.reported)


def declared_figures(figures: Sequence[Figure], indicator: Indicator) -> dict[str, Figure]:
    """Totals stated for a territory that still stand: the newest of each, or all where they are parts."""
    if indicator.sources is Sources.parts:
        found = _whole_of_parts([f for f in figures if f.basis is Basis.declared], indicator)
    else:
        found = newest_by_territory(figures, Basis.declared)
    return {territory: figure for territory, figure in found.items() if not figure.withdrawn}


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
