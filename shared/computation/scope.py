"""What the rollups of one indicator and one period depend on, and which ones a figure moves. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from shared.computation.figure import Figure, Key
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection
from shared.domain.indicator import Indicator, Method, MetropolePolicy
from shared.domain.period import Period
from shared.domain.territory import Level, TerritoryTree

# Levels whose own figure may be a total over reporters below.
_TOTALS = frozenset({Level.region, Level.country})


@dataclass(frozen=True)
class Scope:
    """What a rollup needs beside figures.

    The definition that the period keeps, the tree, who is expected (None: nobody said), the definition of the period
    before and that of the indicator that gives reference denominators, if any.
    """

    indicator: Indicator
    period: str
    tree: TerritoryTree
    collection: Collection | None
    before: Indicator | None = None
    weight: Indicator | None = None

    @cached_property
    def previous(self) -> str | None:
        """The period before, of the same kind."""
        previous = Period.parse(self.period).previous()
        return None if previous is None else previous.code

    def expected_under(self, territory: str) -> set[str] | None:
        """Reporters that owe this indicator at or under a territory; None when no collection asks for it."""
        if self.collection is None:
            return None
        return {code for code in self.collection.expected() if self.counts_for(code, territory)}

    def eligible_under(self, territory: str) -> int | None:
        """Departments of a region or of the country, whether asked or not; None elsewhere and without a method."""
        if self.indicator.method is Method.none or self.tree[territory].level not in _TOTALS:
            return None
        return sum(t.level is Level.department and self.tree.covers(territory, t.code) for t in self.tree.all())

    def contributors_to(self, territory: str, own: dict[str, Figure]) -> list[Figure]:
        """Own figures that make the figure of a territory, in the order of codes.

        A region's own figure stands only where nobody below it reported: adding both would count people twice.
        """
        candidates = [own[code] for code in sorted(own) if self.counts_for(code, territory)]
        standing = [f.territory for f in candidates if not f.withdrawn]
        return [f for f in candidates if not self._total_over(f.territory, standing)]

    def missing_parts(self, territory: str, incomplete: Iterable[str], standing: list[str]) -> list[str]:
        """Of those that gave only some parts of the period, who is missing from the figure of a territory."""
        counting = (code for code in incomplete if self.counts_for(code, territory))
        return sorted(code for code in counting if not self._total_over(code, standing))

    def _total_over(self, code: str, reporters: Iterable[str]) -> bool:
        """Say whether a region's or the country's figure is about somebody who reported himself."""
        if self.tree[code].level not in _TOTALS:
            return False
        return any(c != code and self.counts_for(c, code) for c in reporters)

    def counts_for(self, code: str, territory: str) -> bool:
        """A territory counts for itself and those above; a metropole above only where it is added.

        Without a method nothing counts for those above.
        """
        if code == territory:
            return True
        if self.indicator.method is Method.none or not self.tree.covers(territory, code):
            return False
        if self.tree[code].level is Level.metropole:
            return self.indicator.metropoles is MetropolePolicy.added
        return True


def scope_of(catalogue: Catalogue, key: Key) -> Scope:
    """The scope of an indicator and period; KeyError for an indicator that the catalogue does not hold."""
    code, period = key
    indicator = catalogue.definition(code, period)
    previous = Period.parse(period).previous()
    weight = indicator.denominator_indicator
    return Scope(
        indicator=indicator,
        period=period,
        tree=catalogue.territories,
        collection=catalogue.collection_for(code, period),
        before=None if previous is None else catalogue.definition(code, previous.code),
        weight=catalogue.definition(weight, period) if weight in catalogue.indicators else None,
    )


def reads(scope: Scope) -> set[Key]:
    """Every (indicator, period) whose figures the rollups of a scope are made from."""
    keys = _with_parts(scope.indicator, scope.period)
    if scope.previous is not None and scope.before is not None:
        keys |= _with_parts(scope.before, scope.previous)
    if scope.weight is not None:
        keys |= _with_parts(scope.weight, scope.period)
    return keys


def _with_parts(indicator: Indicator, period: str) -> set[Key]:
    keys = {(indicator.code, period)}
    if indicator.over_time is not Method.none:
        keys |= {(indicator.code, part.code) for tiling in Period.parse(period).parts() for part in tiling}
    return keys


def moved_by(catalogue: Catalogue, key: Key) -> set[Key]:
    """Every (indicator, period) whose rollups may change when a figure of `key` does: the inverse of `reads`."""
    code, period = key
    moved = _wholes(catalogue, code, period)
    for whole in list(moved):
        following = Period.parse(whole[1]).following()
        if following is not None:
            moved.add((code, following.code))
    for whole in _wholes(catalogue, code, period):
        moved |= {(other, whole[1]) for other in weighed_by(catalogue, code, whole[1])}
    return moved


def weighed_by(catalogue: Catalogue, code: str, period: str) -> list[str]:
    """Indicators whose absentees are weighed, in a period, by the figures of this one."""
    candidates = catalogue.weighed.get(code, ())
    return [c for c in candidates if catalogue.definition(c, period).denominator_indicator == code]


def _wholes(catalogue: Catalogue, code: str, period: str) -> set[Key]:
    keys = {(code, period)}
    for whole in Period.parse(period).wholes():
        if catalogue.definition(code, whole.code).over_time is not Method.none:
            keys.add((code, whole.code))
    return keys
