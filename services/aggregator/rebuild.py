"""Every rollup computed again from the kept versions and held against what is stored."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.aggregator import store
from services.aggregator.recomputation import compute, recompute, wanted, whole
from shared.catalogue.cache import CatalogueCache
from shared.computation.figure import Key
from shared.computation.scope import scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection


@dataclass(frozen=True)
class Difference:
    """One figure that is not stored as it is computed. `fields`: those that differ; a side is None where it lacks."""

    key: Key
    territory: str
    stored: Rollup | None
    computed: Rollup | None

    @property
    def fields(self) -> list[str]:
        """The columns that differ, all of them where one side has no such figure."""
        if self.stored is None or self.computed is None:
            return sorted(Rollup.model_fields)
        ours, theirs = self.stored.model_dump(mode="json"), self.computed.model_dump(mode="json")
        return sorted(name for name in ours if ours[name] != theirs[name])


@dataclass(frozen=True)
class Rebuilt:
    """One indicator, computed again."""

    indicator: str
    figures: int
    differences: list[Difference]


async def rebuild(pool: asyncpg.Pool, cache: CatalogueCache, at: datetime, *, write: bool) -> AsyncIterator[Rebuilt]:
    """Compare, indicator by indicator, and write what differs where `write` says so.

    Each indicator is held while it is compared, so that a running aggregator waits instead of making differences.
    """
    async with pool.acquire() as connection:
        indicators = {*await store.known_indicators(connection), *await store.rolled_up_indicators(connection)}
    for code in sorted(indicators):
        async with pool.acquire() as connection, connection.transaction():
            await store.lock_rollups(connection, [code])
            yield await _rebuild(connection, await cache.current(), code, at, write=write)


async def _rebuild(connection: Connection, catalogue: Catalogue, code: str, at: datetime, *, write: bool) -> Rebuilt:
    named = await whole(connection, catalogue, code) if code in catalogue.indicators else {}
    scopes = {key: scope_of(catalogue, key) for key in named}
    computed = compute(scopes, await store.current_figures(connection, wanted(scopes.values())))
    stored = await store.rollups_of_indicator(connection, code)
    differences = compare(stored, computed)
    if write and differences:
        await recompute(connection, catalogue, named, at)
        await store.forget_other_periods(connection, code, [period for _, period in named])
    return Rebuilt(code, sum(map(len, computed.values())), differences)


def compare(stored: dict[Key, list[Rollup]], computed: dict[Key, list[Rollup]]) -> list[Difference]:
    """Every figure that is not the same on both sides, in the order of keys and territories."""
    ours, theirs = _by_cell(stored), _by_cell(computed)
    return [
        Difference(key, territory, ours.get((key, territory)), theirs.get((key, territory)))
        for key, territory in sorted({*ours, *theirs})
        if _bytes(ours.get((key, territory))) != _bytes(theirs.get((key, territory)))
    ]


def _by_cell(rollups: dict[Key, list[Rollup]]) -> dict[tuple[Key, str], Rollup]:
    return {(key, rollup.territory): rollup for key, found in rollups.items() for rollup in found}


def _bytes(rollup: Rollup | None) -> bytes:
    """Every column as it would travel: 31.2 and 31.20 are one figure."""
    return b"" if rollup is None else rollup.encode()
