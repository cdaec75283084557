"""When the catalogue changes, every figure is computed again: who is expected, how it adds up, what is checked."""

import asyncio

import asyncpg
import structlog
from faststream.kafka import KafkaBroker

from services.aggregator import store
from services.aggregator.checking import Checking
from services.aggregator.recomputation import recompute, whole
from services.aggregator.suppressing import show_unprotected
from shared.catalogue.cache import CatalogueCache
from shared.contracts.topics import ROLLUPS
from shared.runtime.broker import publish_all
from shared.runtime.clock import Clock

log = structlog.get_logger()


class CatalogueFollower:
    """Compares the catalogue with the one that the rollups were computed with."""

    def __init__(self, pool: asyncpg.Pool, broker: KafkaBroker, catalogue: CatalogueCache, clock: Clock) -> None:
        self._pool = pool
        self._broker = broker
        self._catalogue = catalogue
        self._checking = Checking(pool, broker, catalogue, clock)
        self._clock = clock

    async def follow_for_ever(self, pause: float) -> None:
        """The loop. A fault is logged and tried again; it never ends the loop."""
        while True:
            try:
                await self.follow()
            except Exception:
                log.exception("catalogue_not_followed", retry_in=pause)
            await asyncio.sleep(pause)

    async def follow(self) -> bool:
        """Compute everything again if the catalogue is another one; returns whether it was.

        A crash half-way leaves the digest as it was, so that the next start begins again.
        """
        catalogue = await self._catalogue.current()
        async with self._pool.acquire() as connection:
            if not catalogue.digest or await store.followed_digest(connection) == catalogue.digest:
                return False
            indicators = [code for code in await store.known_indicators(connection) if code in catalogue.indicators]
        for code in indicators:
            await self._recompute(code)
        async with self._pool.acquire() as connection, connection.transaction():
            await store.forget_all_but(connection, catalogue.indicators)
            await show_unprotected(connection, catalogue)
        await self._checking.evaluate_all(catalogue)
        async with self._pool.acquire() as connection, connection.transaction():
            await store.save_followed(connection, catalogue.digest, self._clock.now())
        log.info("catalogue_followed", digest=catalogue.digest, indicators=len(indicators))
        return True

    async def _recompute(self, code: str) -> None:
        """Every rollup of one indicator: those of its years and of the periods after follow from the same figures."""
        async with self._pool.acquire() as connection, connection.transaction():
            await store.lock_rollups(connection, [code])
            catalogue = await self._catalogue.current()
            if code not in catalogue.indicators:
                return
            named = await whole(connection, catalogue, code)
            recomputed = await recompute(connection, catalogue, named, self._clock.now())
            await store.forget_other_periods(connection, code, [period for _, period in named])
        updates = recomputed.updates(named, {})
        await publish_all(self._broker, ROLLUPS, [(u.indicator, u.encode()) for u in updates])
