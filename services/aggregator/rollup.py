"""All rollups of one indicator and one period, from the newest versions. Pure: same figures, same bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.aggregator.aggregation import PLACES, Aggregate, aggregate, own_value, spread
from services.aggregator.figure import Figure, newest_by_territory
from shared.contracts.rollup import Rollup
from shared.domain.collection import Collection
from shared.domain.indicator import Indicator, Method, MetropolePolicy
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level, TerritoryTree


@dataclass(frozen=True)
class Scope:
    """What a rollup needs beside figures: the definition, the tree and who is expected (None: nobody said)."""

    indicator: Indicator
    tree: TerritoryTree
    collection: Collection | None

    def expected_under(self, territory: str) -> set[str] | None:
        """Reporters that owe this indicator at or under a territory; None when no collection asks for it."""
        if self.collection is None:
            return None
        return {code for code in self.collection.expected() if self._under(code, territory)}

    def contributors_to(self, territory: str, own: dict[str, Figure]) -> list[Figure]:
        """Own figures that make the figure of a territory, in the order of codes.

        A region's own figure stands only where nobody below reported: adding both would count people twice.
        """
        below = [own[c] for c in sorted(own) if c != territory and self._under(c, territory)]
        if territory not in own:
            return below
        if self.tree[territory].level in {Level.region, Level.country} and any(not f.withdrawn for f in below):
            return below
        return sorted([own[territory], *below], key=lambda f: f.territory)

    def _under(self, code: str, territory: str) -> bool:
        return self.tree.covers(territory, code) and self._contributes(code, territory)

    def _contributes(self, code: str, territory: str) -> bool:
        """A territory counts for itself; a department for those above; a metropole above only where it is added.

        Without a method nothing counts for those above.
        """
        if code == territory:
            return True
        if self.indicator.method is Method.none:
            return False
        level = self.tree[code].level
        if level is Level.metropole:
            return self.indicator.metropoles is MetropolePolicy.added
        return level is Level.department


def roll_up(scope: Scope, figures: Sequence[Figure]) -> list[Rollup]:
    """Every rollup that these figures give: each reporter's own, those above, and what is only declared.

    Raises ValueError when two reporters would have to be combined by an indicator without method.
    """
    known = [f for f in figures if f.territory in scope.tree]
    reported = newest_by_territory(known, Basis.reported)
    declared = {t: f for t, f in newest_by_territory(known, Basis.declared).items() if not f.withdrawn}
    rollups = []
    for territory in _territories(scope, reported, declared):
        contributors = scope.contributors_to(territory, reported)
        standing = [f for f in contributors if not f.withdrawn]
        if not standing and territory in declared:
            rollups.append(_as_declared(scope, declared[territory]))
        else:
            rollups.append(_computed(scope, territory, contributors, standing))
    return rollups


def _territories(scope: Scope, reported: dict[str, Figure], declared: dict[str, Figure]) -> list[str]:
    """Territories that get a rollup, in the order of codes."""
    wanted = set(reported)
    if scope.indicator.method is not Method.none:
        for code in reported:
            wanted.update(scope.tree.ancestors(code))
    return sorted(wanted | set(declared))


def _computed(scope: Scope, territory: str, contributors: list[Figure], standing: list[Figure]) -> Rollup:
    """The figure of a territory from those that reported, with all that qualifies it."""
    method = scope.indicator.method
    made = aggregate(method, standing)
    level = scope.tree[territory].level
    own = {f.territory for f in made.used}
    expected = scope.expected_under(territory)
    if expected is not None:
        # Whoever reports without being asked joins those expected, so that coverage never passes one.
        expected |= own | set(made.unpaired)
    low, middle, high = spread(method, made.used)
    own_only = [f for f in standing if f.territory == territory] if len(standing) == 1 else []
    return Rollup(
        territory=territory,
        level=level,
        method=method,
        definition_version=scope.indicator.definition_version,
        value=_value(made, method, own_only),
        numerator=made.numerator,
        denominator=made.denominator,
        reported=len(own),
        expected=None if expected is None else len(expected),
        absent=[] if expected is None else sorted(expected - own - set(made.unpaired)),
        unpaired=made.unpaired,
        coverage=_coverage(len(own), expected),
        min=low,
        median=middle,
        max=high,
        status=_status(standing),
        basis=Basis.computed,
        simulated=any(f.simulated for f in contributors),
        version=_digest(scope, contributors, expected),
    )


def _value(made: Aggregate, method: Method, standing: list[Figure]) -> Decimal | None:
    """The aggregate or, for a lone figure, what its reporter states: a percentage without counts is shown as it is."""
    if len(standing) == 1 and made.value is None:
        return standing[0].value
    return own_value(made.used[0], method) if method is Method.none and made.used else made.value


def _as_declared(scope: Scope, figure: Figure) -> Rollup:
    """A stated total where nobody below reported: shown as declared, coverage unknown."""
    return Rollup(
        territory=figure.territory,
        level=scope.tree[figure.territory].level,
        method=scope.indicator.method,
        definition_version=scope.indicator.definition_version,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        reported=0,
        expected=None,
        status=figure.status,
        basis=Basis.declared,
        simulated=figure.simulated,
        version=_digest(scope, [figure], None),
    )


def _coverage(reported: int, expected: set[str] | None) -> Decimal | None:
    if not expected:
        return None
    return (Decimal(reported) / len(expected)).quantize(PLACES)


def _status(figures: list[Figure]) -> Status:
    """Provisional if any part is, else estimated if any part is; withdrawn when nothing stands."""
    statuses = {f.status for f in figures}
    for status in (Status.provisional, Status.estimated, Status.final):
        if status in statuses:
            return status
    return Status.withdrawn


def _digest(scope: Scope, contributors: list[Figure], expected: set[str] | None) -> str:
    """Names everything that a rollup follows from, so that equal digests mean equal figures. Never a counter."""
    indicator = scope.indicator
    definition = (indicator.code, indicator.definition_version, indicator.method.value, indicator.metropoles.value)
    parts = [f"{f.territory}:{f.source}:{f.basis.value}:{f.submission_seq}" for f in contributors]
    asked = "nobody said" if expected is None else ",".join(sorted(expected))
    return hashlib.sha256("|".join([*map(str, definition), asked, *parts]).encode()).hexdigest()[:16]
