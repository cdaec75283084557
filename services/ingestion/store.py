"""Receipts in PostgreSQL: one function per query."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import asyncpg

from services.ingestion.messages import Messages
from services.ingestion.stored_figures import figure_of
from services.ingestion.turn import Turn
from shared.runtime.database import Connection, queries_beside

QUERIES = queries_beside(__file__)


class ReceiptStore:
    """What ingestion keeps."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Turn]:
        """The same reads without a turn: a dry run keeps nothing, so it waits for nobody."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            yield Turn(connection)

    @asynccontextmanager
    async def turn(self, feed: str, reporter: str, *, alone: bool = False) -> AsyncIterator[Turn]:
        """One transaction in which nobody else takes in a file of this reporter for this feed; `alone`: nobody at all.

        What is known is compared with what arrives, and the receipt is numbered and kept, before the next may look.
        A file that withdraws what it does not hold is alone: what others state meanwhile is not its to withdraw.
        """
        whose = f"{feed}|{reporter}"
        # In this process one waits without a connection: twenty files of one sender must not take all of them.
        queue = self._queues.setdefault(whose, asyncio.Lock())
        async with queue, self._pool.acquire() as connection, connection.transaction():
            await connection.execute(QUERIES.take_feed_alone if alone else QUERIES.take_feed, feed)
            await connection.execute(QUERIES.take_turn, whose)
            yield Turn(connection)

    async def mark_published(self, receipt_id: str, at: datetime) -> None:
        """Kafka has acknowledged everything."""
        await self._pool.execute(QUERIES.mark_published, receipt_id, at)

    async def receipt(self, receipt_id: str) -> Mapping[str, Any] | None:
        """One receipt without its bytes."""
        row = await self._pool.fetchrow(QUERIES.receipt, receipt_id)
        return dict(row) if row else None

    async def messages(self, receipt_id: str) -> Messages:
        """The messages of a receipt, as they were first published."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(QUERIES.messages, receipt_id)
            assert row is not None  # the caller has read this receipt
            return await _messages(connection, row)

    async def count_unpublished(self) -> int:
        """Receipts that Kafka has not fully acknowledged."""
        return int(await self._pool.fetchval(QUERIES.count_unpublished))

    @asynccontextmanager
    async def claim_unpublished(self, busy: Collection[str]) -> AsyncIterator["Claim | None"]:
        """The oldest receipt to publish again, locked while the block runs; None if there is none.

        `busy` is looked at again once there is an answer: a receipt may have been kept while the question travelled.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(QUERIES.claim_unpublished, list(busy))
            if row is not None and row["id"] in busy:
                row = None
            yield Claim(connection, row["id"], await _messages(connection, row)) if row else None

    async def accepted_since(self, since: datetime, after_seq: int) -> Messages | None:
        """The messages of the next receipt accepted from an instant on and after a submission number."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(QUERIES.accepted_since, since, after_seq)
            return await _messages(connection, row) if row else None


async def _messages(connection: Connection, row: asyncpg.Record) -> Messages:
    """What a receipt published, its figures read from their rows."""
    rows = await connection.fetch(QUERIES.figures, row["submission_seq"])
    return Messages.read(row["id"], row["messages"], [figure_of(r) for r in rows])


@dataclass(frozen=True)
class Claim:
    """A receipt that this process alone publishes again."""

    connection: Connection
    receipt_id: str
    messages: Messages

    async def mark_published(self, at: datetime) -> None:
        """Kafka has acknowledged everything; visible when the block ends."""
        await self.connection.execute(QUERIES.mark_published, self.receipt_id, at)
