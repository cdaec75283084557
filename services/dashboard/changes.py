"""Which figures differ between two instants, and what was received in between that explains it. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from services.dashboard.items import Item, Number, RollupItem
from services.dashboard.recollection import Version, book_at, in_order, rolled
from shared.computation.figure import Key
from shared.computation.scope import reads, scope_of
from shared.domain.catalogue import Catalogue

# Who was in a figure may change without changing what it says.
_NOT_SHOWN = {"version"}


class Cause(Item):
    """A receipt that brought figures behind a change. withdrawn: some of them were taken back by it."""

    receipt_id: str
    file_name: str
    territory: str
    received_at: datetime
    withdrawn: bool


class ChangeItem(Item):
    """One figure at two instants. kind: known (it was not), unknown (it no longer is) or moved.

    difference: after minus before, None unless both are known. changed: fields of the rollup that differ, so that a
    figure whose value stands and whose coverage moved is told as such.
    """

    indicator: str
    territory: str
    level: str
    period: str
    kind: str
    before: Number | None
    after: Number | None
    difference: Number | None
    reported_before: int | None
    reported_after: int | None
    changed: list[str]
    simulated: bool
    causes: list[Cause]
    suppressed: bool = False


def changes(
    catalogue: Catalogue, keys: Sequence[Key], versions: Sequence[Version], since: datetime, until: datetime
) -> list[ChangeItem]:
    """The figures of these pairs that differ. `versions`: those received by `until` of all pairs that they read."""
    before = _at(catalogue, keys, versions, since)
    after = _at(catalogue, keys, versions, until)
    fresh: dict[Key, list[Version]] = defaultdict(list)
    for version in versions:
        if since < version.received_at <= until:
            fresh[version.figure.indicator, version.figure.period].append(version)
    found = []
    for cell in [*after, *(c for c in before if c not in after)]:
        was, now = before.get(cell), after.get(cell)
        changed = _changed(was, now)
        if changed:
            key = (cell[0], cell[1])
            found.append(_change(was, now, changed, _causes(catalogue, key, cell[2], fresh)))
    return found


def _at(
    catalogue: Catalogue, keys: Sequence[Key], versions: Sequence[Version], at: datetime
) -> dict[tuple[str, str, str], RollupItem]:
    """Rollups as they were, by indicator, period and territory."""
    found = in_order(catalogue, rolled(catalogue, keys, book_at(versions, at)))
    return {(r.indicator, r.period, r.territory): r for r in found}


def _changed(was: RollupItem | None, now: RollupItem | None) -> list[str]:
    shown = [name for name in RollupItem.model_fields if name not in _NOT_SHOWN]
    return [name for name in shown if getattr(was, name, None) != getattr(now, name, None)]


def _change(
    was: RollupItem | None, now: RollupItem | None, changed: Collection[str], causes: list[Cause]
) -> ChangeItem:
    shown = now or was
    assert shown is not None
    before, after = was.value if was else None, now.value if now else None
    return ChangeItem(
        indicator=shown.indicator,
        territory=shown.territory,
        level=shown.level,
        period=shown.period,
        kind=_kind(known_before=before is not None, known_after=after is not None),
        before=before,
        after=after,
        difference=None if before is None or after is None else after - before,
        reported_before=was.reported if was else None,
        reported_after=now.reported if now else None,
        changed=[name for name in changed if was and now],
        simulated=bool((was and was.simulated) or (now and now.simulated)),
        causes=causes,
    )


def _kind(*, known_before: bool, known_after: bool) -> str:
    if known_before == known_after:
        return "moved"
    return "known" if known_after else "unknown"


def _causes(catalogue: Catalogue, key: Key, territory: str, fresh: Mapping[Key, Sequence[Version]]) -> list[Cause]:
    """Receipts with a version that the figure is made from, about its territory or one under it.

    Else about others: an incomplete reporter is shown once anybody has a figure for the period.
    """
    touching = [v for other in sorted(reads(scope_of(catalogue, key))) for v in fresh.get(other, ())]
    own = [v for v in touching if catalogue.territories.covers(territory, v.figure.territory)]
    found: dict[tuple[str, str], list[Version]] = {}
    for version in own or touching:
        found.setdefault((version.receipt_id, version.figure.territory), []).append(version)
    causes = [
        Cause(
            receipt_id=receipt,
            file_name=those[0].file_name,
            territory=where,
            received_at=those[0].received_at,
            withdrawn=any(v.figure.withdrawn for v in those),
        )
        for (receipt, where), those in found.items()
    ]
    return sorted(causes, key=lambda c: (c.received_at, c.receipt_id, c.territory))
