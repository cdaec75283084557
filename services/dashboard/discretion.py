"""What a reader may see: the one place that withholds. Pure.

Everything is read exact and passes here before it is shown. Someone whose token covers a territory sees its figures as
they are; everybody else sees them without the small cells, as the views of schema published hold them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.dashboard.changes import ChangeItem
from services.dashboard.explanation import Cell, Contribution, Declared, Explanation, LeftOut, Reference
from services.dashboard.items import AlertItem, CheckItem, EvolutionItem, ObservationItem, RollupItem
from shared.computation.disclosure.companions import Reason
from shared.computation.disclosure.statements import Place
from shared.domain.check import CheckKind
from shared.domain.period import Period
from shared.domain.territory import TerritoryTree

NUMBERS = dict.fromkeys(("value", "numerator", "denominator"))
SINGLING = dict.fromkeys(("coverage_weight", "low", "high", "min", "median", "max"))
MOVES = dict.fromkeys(("change", "common_before", "common_now", "common_change"))
HIDDEN = frozenset({Reason.primary, Reason.secondary})
# These compare figures of one territory and period; the others look further.
AT_ONE_PLACE = frozenset(
    {CheckKind.declared_vs_computed, CheckKind.part_of, CheckKind.sums_to, CheckKind.ratio_of}
)  # fmt: skip


@dataclass(frozen=True)
class Viewer:
    """Who reads. `territories`: what he may see exactly, with all under them; none for the public."""

    territories: frozenset[str] = frozenset()


PUBLIC = Viewer()


@dataclass(frozen=True)
class Discretion:
    """Withholds from one reader. `past`: an earlier instant is read, of which the marks say more."""

    viewer: Viewer
    marks: Mapping[Place, Reason]
    tree: TerritoryTree
    past: bool = False

    def rollup(self, item: RollupItem) -> RollupItem:
        """A figure without its numbers, or without those that single out a contributor."""
        if self._covers(item.territory):
            return item
        reason = self.marks.get((item.indicator, item.period, item.territory))
        previous = Period.parse(item.period).previous()
        before = None if previous is None else self.marks.get((item.indicator, previous.code, item.territory))
        hidden = reason is not None and (self.past or reason in HIDDEN)
        if not hidden and all(r is None or (r is Reason.past and not self.past) for r in (reason, before)):
            return item
        update: dict[str, Any] = {**SINGLING, "evolution": _still(item.evolution)}
        if hidden:
            update |= {**NUMBERS, "suppressed": True}
        return item.model_copy(update=update)

    def observation(self, item: ObservationItem) -> ObservationItem:
        """A stated figure."""
        if not self._hides((item.indicator, item.period, item.territory)):
            return item
        return item.model_copy(update={**NUMBERS, "suppressed": True})

    def change(self, item: ChangeItem) -> ChangeItem:
        """A figure at two instants: one of them is past."""
        if self._covers(item.territory) or (item.indicator, item.period, item.territory) not in self.marks:
            return item
        return item.model_copy(
            update={"before": None, "after": None, "difference": None, "changed": [], "suppressed": True}
        )

    def check(self, item: CheckItem) -> CheckItem:
        """An outcome; even its state compares a figure with others."""
        places = self._places(item)
        if not any(not self._covers(t) and (self.past or r in HIDDEN) for (_, _, t), r in places):
            return item
        numbers = {"expected": None, "computed": None, "difference": None}
        return item.model_copy(update={**numbers, "state": "unknown", "detail": {}, "suppressed": True})

    def alert(self, item: AlertItem) -> AlertItem:
        """What an alert was decided on is a figure of its instant, a past; what is written beside it may quote it."""
        if not self.conceals(item):
            return item
        return item.model_copy(update={"inputs": {}, "ack_reason": None, "suppressed": True})

    def conceals(self, item: AlertItem) -> bool:
        """Say whether what an alert, or a mail about it, says is withheld."""
        place = (item.indicator or "", item.period, item.territory)
        return place in self.marks and not self._covers(item.territory)

    def metric(self, place: Place) -> bool:
        """Say whether a figure may be a sample: who keeps samples keeps a past."""
        return place not in self.marks or self._covers(place[2])

    def explanation(self, item: Explanation) -> Explanation:
        """An explanation without the figures of withheld contributors; its rollup and checks have passed here."""
        return item.model_copy(
            update={
                "contributors": [self._contribution(item, c) for c in item.contributors],
                "left_out": [self._left_out(left) for left in item.left_out],
                "declared": [self._declared(d) for d in item.declared],
                "references": [self._reference(r) for r in item.references],
            }
        )

    def _contribution(self, of: Explanation, item: Contribution) -> Contribution:
        cells = self._cells(item.cells)
        hidden = self._hides((of.indicator, of.period, item.territory)) or any(c.suppressed for c in cells)
        return item.model_copy(update={"cells": cells, **({**NUMBERS, "suppressed": True} if hidden else {})})

    def _left_out(self, item: LeftOut) -> LeftOut:
        return item.model_copy(update={"cells": self._cells(item.cells)})

    def _declared(self, item: Declared) -> Declared:
        figure = self._cell(item.figure)
        return item.model_copy(update={"figure": figure, **({"difference": None} if figure.suppressed else {})})

    def _reference(self, item: Reference) -> Reference:
        cells = self._cells(item.cells)
        return item.model_copy(
            update={"cells": cells, **({"weight": None} if any(c.suppressed for c in cells) else {})}
        )

    def _cells(self, cells: Iterable[Cell]) -> list[Cell]:
        return [self._cell(cell) for cell in cells]

    def _cell(self, cell: Cell) -> Cell:
        """The version that counts where it may be seen; those before it are a past."""
        place = (cell.indicator, cell.period, cell.territory)
        if self._covers(cell.territory) or place not in self.marks:
            return cell
        earlier = [version.model_copy(update={**NUMBERS, "suppressed": True}) for version in cell.earlier]
        here = {**NUMBERS, "suppressed": True} if self._hides(place) else {}
        return cell.model_copy(update={"earlier": earlier, **here})

    def _hides(self, place: Place) -> bool:
        reason = self.marks.get(place)
        return reason is not None and (self.past or reason in HIDDEN) and not self._covers(place[2])

    def _places(self, item: CheckItem) -> list[tuple[Place, Reason]]:
        """The marks of what a check may have looked at."""
        if item.kind in AT_ONE_PLACE:
            here = [(indicator, item.period, item.territory) for indicator in item.indicators]
            return [(place, self.marks[place]) for place in here if place in self.marks]
        return [(place, reason) for place, reason in self.marks.items() if place[0] in item.indicators]

    def _covers(self, territory: str) -> bool:
        return any(self.tree.covers(scope, territory) for scope in self.viewer.territories)


def _still(moved: EvolutionItem | None) -> EvolutionItem | None:
    return None if moved is None else moved.model_copy(update=MOVES)
