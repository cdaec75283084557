"""A batch of entries of registers: keep every version, compute the totals of the touched groups again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from services.aggregator import register_store as store
from shared.computation.figure import Key
from shared.computation.totals import Group, totals
from shared.contracts.register import EntryReported
from shared.domain.register import Project
from shared.runtime.database import Connection


async def apply(connection: Connection, entries: Sequence[EntryReported], at: datetime) -> dict[Key, set[str]]:
    """Store the entries and the totals that they change, in the caller's transaction.

    Returns the territories of every total of every touched group by (indicator, period), changed or not, so that a
    batch repeated after a crash is told again. The caller holds and computes the rollups of those pairs *after* this:
    registers are locked before rollups, everywhere, so nobody deadlocks.
    """
    moved: dict[Key, set[str]] = defaultdict(set)
    if entries:
        await store.lock(connection)
        await store.save_versions(connection, entries)
        for group in await store.groups_of(connection, entries):
            for indicator, period, territory in await _recompute(connection, group, at):
                moved[indicator, period].add(territory)
    return dict(moved)


async def _recompute(connection: Connection, group: Group, at: datetime) -> list[tuple[str, str, str]]:
    """Every version of every total of a group, from all versions of its entries."""
    versions = await store.versions_of(connection, group)
    projects = {v.entry.id for v in versions if isinstance(v.entry, Project)}
    sources = [group.source, *(f"{group.source}/{project}" for project in sorted(projects))]
    return await store.replace_totals(connection, sources, totals(group, versions), at)
