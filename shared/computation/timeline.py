"""Figures of a year from its quarters or months, where the indicator says how they combine. Pure.

Combining over time is not combining over territories: the places available at the end of a quarter add up over
departments and never over quarters. It is done per territory, before any rollup, so that a territory with a missing
quarter is left out and named instead of counting for less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.computation.aggregation import aggregate
from shared.computation.figure import Book, Figure, worst_status
from shared.computation.sources import own_figures
from shared.domain.indicator import Indicator, Method
from shared.domain.observation import Basis
from shared.domain.period import Period


@dataclass(frozen=True)
class Own:
    """What each territory says of itself for a period. `incomplete`: those that gave only some of its parts."""

    figures: dict[str, Figure]
    incomplete: frozenset[str]


def own_at(indicator: Indicator, period: str, book: Book) -> Own:
    """Figures stated for the period or, where none stands, made of those of its parts."""
    stated = own_figures(book.get((indicator.code, period), ()), indicator)
    if indicator.over_time is Method.none:
        return Own(stated, frozenset())
    tilings = [
        [(part, own_figures(book.get((indicator.code, part.code), ()), indicator)) for part in tiling]
        for tiling in Period.parse(period).parts()
    ]
    some = {t for tiling in tilings for _, found in tiling for t, f in found.items() if not f.withdrawn}
    figures, incomplete = dict(stated), set()
    for territory in sorted(some):
        if territory in stated and not stated[territory].withdrawn:
            continue
        made = _first_complete(indicator, period, territory, tilings)
        if made is None:
            incomplete.add(territory)
        else:
            figures[territory] = made
    return Own(figures, frozenset(incomplete))


def _first_complete(
    indicator: Indicator, period: str, territory: str, tilings: Sequence[Sequence[tuple[Period, dict[str, Figure]]]]
) -> Figure | None:
    """The figure made of halves, else of quarters, else of months; None when none of them is complete."""
    for tiling in tilings:
        # A stock is read at the end of the period: its last part says it all.
        wanted = tiling[-1:] if indicator.over_time is Method.last else tiling
        found = [figures.get(territory) for _, figures in wanted]
        parts = [f for f in found if f is not None and not f.withdrawn]
        if _complete(wanted, parts):
            made = _combined(indicator, period, parts)
            if made is not None:
                return made
    return None


def _complete(wanted: Sequence[object], parts: Sequence[object]) -> bool:
    """A figure of a year without one of its quarters would look like a fall."""
    return len(parts) == len(wanted)


def _combined(indicator: Indicator, period: str, parts: list[Figure]) -> Figure | None:
    """The parts of one territory as one figure; None where one of them lacks what the method needs."""
    last = parts[-1]
    made = replace(
        last,
        period=period,
        source="over time",
        basis=Basis.reported,
        submission_seq=max(f.submission_seq for f in parts),
        status=worst_status(parts),
        simulated=any(f.simulated for f in parts),
        made_of=tuple(f"{f.period}:{f.identity}" for f in parts),
        from_periods=tuple(f.period for f in parts),
    )
    if indicator.over_time is Method.last:
        return made
    result = aggregate(indicator.over_time, parts)
    if result.unpaired or result.value is None:
        return None
    return replace(made, value=result.value, numerator=result.numerator, denominator=result.denominator)
