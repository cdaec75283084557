"""The catalogue as a running service sees it: read again only when somebody loaded another one."""

import asyncio

import asyncpg

from shared.catalogue import store
from shared.domain.catalogue import Catalogue


class CatalogueCache:
    """Keeps the catalogue of a service. Shared by its tasks."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._reading = asyncio.Lock()
        self._held = store.EMPTY

    async def current(self) -> Catalogue:
        """The catalogue now in force (store.EMPTY before the first load); costs one small SELECT when unchanged."""
        if await store.digest(self._pool) == self._held.digest:
            return self._held
        async with self._reading, self._pool.acquire() as connection:
            if await store.digest(connection) != self._held.digest:
                self._held = await store.read(connection)
            return self._held
