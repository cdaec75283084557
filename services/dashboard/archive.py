"""Opens readings: the database at one instant, with the catalogue that figures are computed with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.dashboard.instants import Seen, seen
from services.dashboard.problems import Problem
from services.dashboard.reading import Reading
from services.dashboard.viewers import viewer
from shared.catalogue.cache import CatalogueCache
from shared.runtime.clock import Clock


class Archive:
    """What the pages and the read API open to answer."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._catalogue = CatalogueCache(pool)
        self.clock = clock

    def seen(self, as_of: str | None, field: str = "as_of") -> Seen | None:
        """The instant asked, None for now; raises a 400 that names the field for one to come."""
        if as_of is None:
            return None
        try:
            return seen(as_of, self.clock.now())
        except ValueError as error:
            raise Problem(
                400, "Bad parameter", f"{field}: {error}", errors=[{"field": field, "message": str(error)}]
            ) from error

    @asynccontextmanager
    async def open(self, known_by: Seen | None = None) -> AsyncIterator[Reading]:
        """One snapshot of the database for a whole answer: its figures agree with each other."""
        # Before a connection is taken: whoever held one while waiting for another could wait for ever.
        catalogue = await self._catalogue.current()
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Reading(connection, catalogue, known_by.at if known_by else None, viewer())
