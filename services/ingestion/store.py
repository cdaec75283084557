"""Receipts in PostgreSQL: one function per query."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from services.ingestion.new_receipt import NewReceipt
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.known import Known
from services.ingestion.validate.known_entries import KnownEntry
from shared.contracts.register import EntryReported
from shared.domain.observation import Basis, Cell, Status
from shared.domain.register import Project, Register
from shared.runtime.database import queries_beside

QUERIES = queries_beside(__file__)


class ReceiptStore:
    """What ingestion keeps."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def next_seq(self) -> int:
        """The next number in the order of all submissions."""
        return int(await self._pool.fetchval(QUERIES.next_submission_seq))

    async def latest(self, feed: str, reporter: str, period: str) -> Mapping[str, Any] | None:
        """The last submission that was not rejected."""
        row = await self._pool.fetchrow(QUERIES.latest_submission, feed, reporter, period)
        return dict(row) if row else None

    async def save(self, receipt: NewReceipt) -> None:
        """Keep a receipt with its original bytes and its messages."""
        await self._pool.execute(QUERIES.save_receipt, *vars(receipt).values())

    async def mark_published(self, receipt_id: str, at: datetime) -> None:
        """Kafka has acknowledged everything."""
        await self._pool.execute(QUERIES.mark_published, receipt_id, at)

    async def receipt(self, receipt_id: str) -> Mapping[str, Any] | None:
        """One receipt without its bytes."""
        row = await self._pool.fetchrow(QUERIES.receipt, receipt_id)
        return dict(row) if row else None

    async def messages(self, receipt_id: str) -> dict[str, Any]:
        """The messages of a receipt, as they were first published."""
        found: dict[str, Any] = await self._pool.fetchval(QUERIES.messages, receipt_id)
        return found

    async def known_cells(self, figures: Sequence[Figure], feed: str, reporter: str, period: str) -> dict[Cell, Known]:
        """The current version of the cells of these figures: stored, or in a recent receipt for the same report."""
        cells = [f.cell for f in figures]
        columns = [
            [getattr(c, name) for c in cells] for name in ("indicator", "territory", "period", "source", "basis")
        ]
        rows = await self._pool.fetch(QUERIES.known_cells, *columns, feed, reporter, period) if cells else []
        return {
            Cell(r["indicator"], r["territory"], r["period"], r["source"], Basis(r["basis"])): Known(
                r["value"], r["numerator"], r["denominator"], r["simulated"], Status(r["status"])
            )
            for r in rows
        }

    async def known_entries(self, entries: Sequence[ReadEntry], feed: str) -> dict[str, KnownEntry]:
        """The current version of these entries by id, from the receipts of their feed: those on their way included."""
        ids = [e.entry.id for e in entries]
        rows = await self._pool.fetch(QUERIES.known_entries, feed, ids) if ids else []
        versions = [EntryReported.model_validate(row["message"]) for row in rows]
        return {v.entry.id: KnownEntry(v.entry, v.status, v.simulated) for v in versions}

    async def known_calls(self, entries: Sequence[ReadEntry]) -> set[str]:
        """Which of the calls that these projects name were ever accepted."""
        calls = sorted({e.entry.call for e in entries if isinstance(e.entry, Project)})
        rows = await self._pool.fetch(QUERIES.known_calls, Register.project_call.value, calls) if calls else []
        return {row["id"] for row in rows}

    async def count_unpublished(self) -> int:
        """Receipts that Kafka has not fully acknowledged."""
        return int(await self._pool.fetchval(QUERIES.count_unpublished))

    @asynccontextmanager
    async def claim_unpublished(self, busy: Sequence[str]) -> AsyncIterator["Claim | None"]:
        """The oldest receipt to publish again, locked while the block runs; None if there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(QUERIES.claim_unpublished, list(busy))
            yield Claim(connection, row["id"], row["messages"]) if row else None

    async def accepted_since(self, since: datetime, after_seq: int) -> list[Mapping[str, Any]]:
        """Up to twenty accepted receipts, oldest first, from an instant on and after a submission number."""
        return [dict(row) for row in await self._pool.fetch(QUERIES.accepted_since, since, after_seq)]


@dataclass(frozen=True)
class Claim:
    """A receipt that this process alone publishes again."""

    connection: Any
    receipt_id: str
    messages: dict[str, Any]

    async def mark_published(self, at: datetime) -> None:
        """Kafka has acknowledged everything; visible when the block ends."""
        await self.connection.execute(QUERIES.mark_published, self.receipt_id, at)
