"""What a check may look at, and a note of what it did look at, which names its inputs."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from shared.computation.figure import Book, Figure, Key, newest_by_territory
from shared.computation.sources import own_figures
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Basis
from shared.domain.target import Target
from shared.domain.territory import Level

# Rollups by (indicator, period), then by territory.
Rollups = Mapping[Key, Mapping[str, Rollup]]


@dataclass
class Evidence:
    """Every figure at hand, seen from the territory and period at which a check is evaluated.

    Whatever is read leaves a trace: `digest` names the inputs of an outcome, `simulated` says what they are.
    """

    territory: str
    period: str
    catalogue: Catalogue
    book: Book = field(default_factory=dict)
    rollups: Rollups = field(default_factory=dict)
    simulated: bool = False
    _read: set[str] = field(default_factory=set)

    def rollup(self, indicator: str, period: str | None = None, territory: str | None = None) -> Rollup | None:
        """The figure that Vigie shows."""
        key, place = (indicator, period or self.period), territory or self.territory
        rollup = self.rollups.get(key, {}).get(place)
        if rollup is not None:
            self._note(f"{indicator}@{key[1]}:{place}:{rollup.version}", simulated=rollup.simulated)
        return rollup

    def figures(self, indicator: str, period: str | None = None, territory: str | None = None) -> list[Figure]:
        """Every standing figure stated for a territory, whatever its source, in one order."""
        found = self.book.get((indicator, period or self.period), ())
        place = territory or self.territory
        return self._noted(f for f in found if f.territory == place and not f.withdrawn)

    def below(self, indicator: str, period: str | None = None, territory: str | None = None) -> list[Figure]:
        """Every standing figure stated for a territory under this one."""
        tree, place = self.catalogue.territories, territory or self.territory
        found = self.book.get((indicator, period or self.period), ())
        return self._noted(
            f for f in found if f.territory in tree and f.territory != place and tree.covers(place, f.territory)
            and not f.withdrawn
        )  # fmt: skip

    def newest(
        self, indicator: str, basis: Basis, period: str | None = None, territory: str | None = None
    ) -> Figure | None:
        """The newest standing figure of one basis."""
        found = newest_by_territory(self.figures(indicator, period, territory), basis)
        return found.get(territory or self.territory)

    def from_source(
        self, indicator: str, source: str, basis: Basis | None, period: str | None, territory: str | None
    ) -> Figure | None:
        """The newest standing figure whose source matches a pattern."""
        found = [
            f for f in self.figures(indicator, period, territory)
            if fnmatchcase(f.source, source) and basis in {None, f.basis}
        ]  # fmt: skip
        return max(found, key=lambda f: (f.submission_seq, f.source, f.basis), default=None)

    def stated(self, indicator: str, period: str | None = None, territory: str | None = None) -> Figure | None:
        """What a territory says of itself or, failing that, what is stated over it."""
        place = territory or self.territory
        own = own_figures(
            self.figures(indicator, period, territory), self.catalogue.definition(indicator, period or self.period)
        )
        return own.get(place) or self.newest(indicator, Basis.declared, period, territory)

    def own_over(self, indicator: str, level: Level, period: str | None, territory: str | None) -> list[Figure]:
        """What each territory of a level says of itself, under this one."""
        definition = self.catalogue.definition(indicator, period or self.period)
        own = own_figures(self.below(indicator, period, territory), definition)
        return [f for code, f in sorted(own.items()) if self.catalogue.territories[code].level is level]

    def target(self, indicator: str, period: str | None, territory: str | None) -> Target | None:
        """The target of a period or, where none is given, the only one; None where there are several to choose from."""
        found = self.catalogue.targets_for(indicator, territory or self.territory)
        wanted = [t for t in found if t.period == period] if period is not None else found
        if len(wanted) != 1:
            return None
        self._note(f"target:{wanted[0].model_dump_json()}", simulated=wanted[0].simulated)
        return wanted[0]

    def digest(self, definition: str) -> str:
        """Names the check and all that it read, so that equal digests mean equal outcomes."""
        return hashlib.sha256("|".join([definition, *sorted(self._read)]).encode()).hexdigest()[:16]

    def note(self, fact: str) -> None:
        """Keep in mind another fact that the outcome follows from."""
        self._note(fact, simulated=False)

    def _noted(self, figures: Iterable[Figure]) -> list[Figure]:
        found = sorted(figures, key=lambda f: f.identity)
        for f in found:
            self._note(f"{f.indicator}@{f.period}:{f.identity}", simulated=f.simulated)
        return found

    def _note(self, fact: str, *, simulated: bool) -> None:
        self._read.add(fact)
        self.simulated |= simulated
