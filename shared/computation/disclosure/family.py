"""Which indicators and periods must be looked at together: those whose figures can be computed from one another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shared.computation.figure import Key
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind
from shared.domain.indicator import Method
from shared.domain.period import Period, PeriodKind

_LINKS = frozenset({CheckKind.sums_to, CheckKind.ratio_of})
_CALENDAR = frozenset({PeriodKind.year, PeriodKind.half, PeriodKind.quarter, PeriodKind.month})


@dataclass(frozen=True, order=True)
class Family:
    """Indicators tied by sums or denominators, of which one has a threshold, and a span of periods tied likewise.

    `span`: the year whose halves, quarters and months add up to it; one period where nothing adds up over time.
    """

    indicators: tuple[str, ...]
    span: str

    @property
    def name(self) -> str:
        """Names the lock under which its marks are computed."""
        return f"{self.indicators[0]} {self.span}"


def families(catalogue: Catalogue, keys: Iterable[Key]) -> list[Family]:
    """The families that these pairs touch; nothing for indicators that no threshold protects."""
    kin = _kin(catalogue)
    return sorted({Family(kin[code], span(catalogue, kin[code], period)) for code, period in keys if code in kin})


def span(catalogue: Catalogue, indicators: Iterable[str], period: str) -> str:
    """The span that a period belongs to."""
    parsed = Period.parse(period)
    adds_up = any(i.over_time is not Method.none for i in catalogue.definitions() if i.code in set(indicators))
    return str(parsed.start.year) if adds_up and parsed.kind in _CALENDAR else period


def protected(catalogue: Catalogue) -> set[str]:
    """Every indicator of a family with a threshold."""
    return set(_kin(catalogue))


@lru_cache(maxsize=4)
def _kin_of(links: frozenset[frozenset[str]], guarded: frozenset[str]) -> dict[str, tuple[str, ...]]:
    around: dict[str, set[str]] = defaultdict(set)
    for linked in links:
        for code in linked:
            around[code] |= linked
    kin: dict[str, tuple[str, ...]] = {}
    for code in guarded:
        found, waiting = {code}, [code]
        while waiting:
            new = around[waiting.pop()] - found
            found |= new
            waiting += new
        kin |= dict.fromkeys(found, tuple(sorted(found)))
    return kin


def _kin(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    guarded = frozenset(i.code for i in catalogue.definitions() if i.small_cell)
    if not guarded:
        return {}
    known = frozenset(catalogue.indicators)
    links = {
        frozenset({c.whole, *c.parts, c.denominator_indicator or ""}) & known
        for c in catalogue.checks
        if c.kind in _LINKS
    }
    links |= {
        frozenset({i.code, i.denominator_indicator}) & known for i in catalogue.definitions() if i.denominator_indicator
    }
    return _kin_of(frozenset(links), guarded)
