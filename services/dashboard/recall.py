"""What was known at an instant, read and computed once however often one answer asks for it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from services.dashboard import past
from services.dashboard.filters import ByCell
from services.dashboard.items import CheckItem, RollupItem
from services.dashboard.problems import Problem
from services.dashboard.recollection import (
    book_at,
    checked_at,
    in_order,
    moved_from,
    outcomes,
    read_for,
    rolled,
)
from shared.computation.checks.sites import Moved
from shared.computation.figure import Figure, Key
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection

MOST_PAIRS = 20_000
"""(indicator, period) pairs that one answer about the past may compute: some seconds of work."""


class Recall:
    """The figures of one instant, for one answer."""

    def __init__(self, connection: Connection, catalogue: Catalogue, at: datetime) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._at = at
        self._stated: list[Moved] | None = None
        self._read: set[Key] = set()
        self._book: dict[Key, list[Figure]] = {}
        self._rolled: dict[Key, list[Rollup]] = {}

    async def rollups(self, asked: ByCell) -> list[RollupItem]:
        """The figures asked, whatever their territory and level."""
        keys = moved_from(self._catalogue, await self._known(), asked.indicator, asked.period)
        await self._roll(keys)
        return in_order(self._catalogue, {key: self._rolled[key] for key in keys})

    async def checks(self, asked: ByCell) -> list[CheckItem]:
        """The outcomes of the checks asked, whatever their level."""
        known = await self._known()
        sites = checked_at(self._catalogue, known, asked.indicator, asked.territory, asked.period)
        read = {key for keys in sites.values() for key in keys}
        await self._roll(read)
        await self._learn(read)
        found = await asyncio.to_thread(outcomes, self._catalogue, sites, self._book, self._rolled, self._at)
        return [c for c in found if not asked.indicator or {*asked.indicator} & {*c.indicators}]

    async def _known(self) -> list[Moved]:
        if self._stated is None:
            self._stated = await past.stated(self._connection, self._at)
        return self._stated

    async def _roll(self, keys: Iterable[Key]) -> None:
        """Compute those that are not computed yet. Seconds of pure work for many: other requests go on meanwhile."""
        missing = allowed([key for key in keys if key not in self._rolled])
        await self._learn(read_for(self._catalogue, missing))
        self._rolled |= await asyncio.to_thread(rolled, self._catalogue, missing, self._book)

    async def _learn(self, keys: Iterable[Key]) -> None:
        """Read the figures that were not read yet."""
        missing = set(keys) - self._read
        if missing:
            self._book |= book_at(await past.versions(self._connection, missing, self._at), self._at)
            self._read |= missing


def allowed(keys: list[Key]) -> list[Key]:
    """The same pairs; raises a 400 for too many."""
    if len(keys) > MOST_PAIRS:
        detail = f"{len(keys)} indicators and periods would be computed again; add filters (indicator, period)"
        raise Problem(400, "Answer too large", detail)
    return keys
