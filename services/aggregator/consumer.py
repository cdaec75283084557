"""A batch of observations: keep every version, compute the touched rollups, commit, then tell."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence

import asyncpg
import structlog
from aiokafka import ConsumerRecord
from faststream.kafka import KafkaBroker
from pydantic import ValidationError

from services.aggregator import check_store, registers, store
from services.aggregator.batch import Batch, Move, read_batch
from services.aggregator.named import named_by
from services.aggregator.recomputation import hold, moved, recompute, spread
from shared.catalogue.cache import CatalogueCache
from shared.computation.figure import Key
from shared.contracts.rollup import RollupUpdated
from shared.contracts.topics import ROLLUPS
from shared.runtime import metrics
from shared.runtime.broker import publish_all
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.database import Connection
from shared.runtime.dead_letters import DeadLetter, DeadLetterOffice
from shared.runtime.faults import fault_point

log = structlog.get_logger()
# The record is at fault, not the world around it.
UNCOMPUTABLE = (ArithmeticError, ValidationError, asyncpg.DataError)
REAL_TIME = SystemClock()


class Aggregator:
    """Turns batches of observations into rollups. The result depends on the set of versions, never on their order."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        broker: KafkaBroker,
        catalogue: CatalogueCache,
        office: DeadLetterOffice,
        clock: Clock,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake`: called when a batch was stored, for whoever evaluates the checks."""
        self._pool = pool
        self._broker = broker
        self._catalogue = catalogue
        self._office = office
        self._wake = wake
        self._clock = clock

    async def on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Handle one batch; the caller commits its offsets once this returns and gives it back when this raises.

        A record that reads well and still cannot be computed or stored is found by halving and set aside alone:
        giving it back would stop every figure behind it for ever.
        """
        try:
            await self._aggregate(records)
        except UNCOMPUTABLE as error:
            if len(records) == 1:
                await self._set_aside(records[0], error)
                return
            middle = len(records) // 2
            await self.on_batch(records[:middle])
            await self.on_batch(records[middle:])

    async def _set_aside(self, record: ConsumerRecord, error: Exception) -> None:
        letter = DeadLetter(record, f"cannot be computed: {type(error).__name__}: {error}")
        async with self._pool.acquire() as connection, connection.transaction():
            await self._office.file(connection, [letter], read=0)

    async def _aggregate(self, records: Sequence[ConsumerRecord]) -> None:
        started = time.perf_counter()
        batch = read_batch(records)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._office.file(connection, batch.dead, read=batch.read)
            await check_store.save_submissions(connection, batch.submissions)
            stored, updates = await self._apply(connection, batch)
            fault_point("aggregator.before_commit")
        fault_point("aggregator.after_commit")
        # Told even when every version was already stored: the crash may have come between commit and publication.
        await publish_all(self._broker, ROLLUPS, [(u.indicator, u.encode()) for u in updates])
        fault_point("aggregator.after_publish")
        self._wake()
        self._account(len(batch.observations), stored, updates, time.perf_counter() - started)

    async def _apply(self, connection: Connection, batch: Batch) -> tuple[int, list[RollupUpdated]]:
        """Store a batch and compute what it moves; returns how many observations were new, and the figures to tell."""
        at = self._clock.now()
        totals = await registers.apply(connection, batch.entries, at)
        stored = await store.save_versions(connection, batch.observations, at) if batch.observations else 0
        moves = batch.moves(totals)
        if not moves:
            return stored, []
        catalogue = await hold(connection, self._catalogue, {(m.indicator, m.period) for m in moves})
        named = named_by(catalogue, ((m.indicator, m.period, m.territory) for m in moves))
        causes = moved(catalogue, named)
        touched = spread(named, causes)
        recomputed = await recompute(connection, catalogue, touched, at)
        # Not judged yet: their checks wait until the submission has gone through.
        await check_store.mark_pending(connection, moves, REAL_TIME.now())
        return stored, recomputed.updates(touched, spread(_receipts(moves), causes))

    def _account(self, read: int, stored: int, updates: list[RollupUpdated], seconds: float) -> None:
        rollups = sum(len(u.rollups) for u in updates)
        metrics.BATCHES.labels("committed").inc()
        metrics.VERSIONS_STORED.inc(stored)
        metrics.VERSIONS_REPEATED.inc(read - stored)
        metrics.ROLLUPS_PUBLISHED.inc(rollups)
        metrics.BATCH_SECONDS.observe(seconds)
        log.info(
            "batch_aggregated",
            observations=read,
            stored=stored,
            rollups=rollups,
            seconds=round(seconds, 4),
        )


def _receipts(moves: Sequence[Move]) -> dict[Key, set[str]]:
    """Receipts behind a batch, by (indicator, period)."""
    receipts: dict[Key, set[str]] = defaultdict(set)
    for m in moves:
        receipts[m.indicator, m.period].add(m.receipt_id)
    return receipts
