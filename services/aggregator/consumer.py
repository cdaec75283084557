"""A batch of observations: keep every version, compute the touched rollups and checks, commit, then tell."""

import time
from collections import defaultdict
from collections.abc import Sequence

import asyncpg
import structlog
from aiokafka import ConsumerRecord
from faststream.kafka import KafkaBroker
from pydantic import ValidationError

from services.aggregator import store
from services.aggregator.checking import named_by
from services.aggregator.recomputation import hold, moved, recompute, spread
from shared.catalogue.cache import CatalogueCache
from shared.computation.checks import Outcome
from shared.computation.figure import Key
from shared.contracts.observation import ObservationReported
from shared.contracts.rollup import RollupUpdated
from shared.contracts.topics import ROLLUPS
from shared.runtime import metrics
from shared.runtime.broker import publish_all
from shared.runtime.clock import Clock
from shared.runtime.database import Connection
from shared.runtime.dead_letters import DeadLetter, DeadLetterOffice, read_messages
from shared.runtime.faults import fault_point

log = structlog.get_logger()
# The record is at fault, not the world around it.
UNCOMPUTABLE = (ArithmeticError, ValidationError, asyncpg.DataError)


class Aggregator:
    """Turns batches of observations into rollups. The result depends on the set of versions, never on their order."""

    def __init__(
        self, pool: asyncpg.Pool, broker: KafkaBroker, catalogue: CatalogueCache, office: DeadLetterOffice, clock: Clock
    ) -> None:
        self._pool = pool
        self._broker = broker
        self._catalogue = catalogue
        self._office = office
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
        observations, dead = read_messages(records, ObservationReported)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._office.file(connection, dead, read=len(observations))
            stored, updates, outcomes = await self._apply(connection, observations)
            fault_point("aggregator.before_commit")
        fault_point("aggregator.after_commit")
        # Told even when every version was already stored: the crash may have come between commit and publication.
        await publish_all(self._broker, ROLLUPS, [(u.indicator, u.encode()) for u in updates])
        fault_point("aggregator.after_publish")
        self._account(len(observations), stored, updates, outcomes, time.perf_counter() - started)

    async def _apply(
        self, connection: Connection, observations: Sequence[ObservationReported]
    ) -> tuple[int, list[RollupUpdated], list[Outcome]]:
        if not observations:
            return 0, [], []
        at = self._clock.now()
        stored = await store.save_versions(connection, observations, at)
        catalogue = await hold(connection, self._catalogue, {(o.indicator, o.period) for o in observations})
        named = named_by(catalogue, ((o.indicator, o.period, o.territory) for o in observations))
        causes = moved(catalogue, named)
        recomputed = await recompute(connection, catalogue, spread(named, causes), at)
        receipts = spread(_receipts(observations), causes)
        return stored, recomputed.updates(spread(named, causes), receipts), recomputed.outcomes

    def _account(
        self, read: int, stored: int, updates: list[RollupUpdated], outcomes: list[Outcome], seconds: float
    ) -> None:
        rollups = sum(len(u.rollups) for u in updates)
        metrics.BATCHES.labels("committed").inc()
        metrics.VERSIONS_STORED.inc(stored)
        metrics.VERSIONS_REPEATED.inc(read - stored)
        metrics.ROLLUPS_PUBLISHED.inc(rollups)
        metrics.BATCH_SECONDS.observe(seconds)
        for outcome in outcomes:
            metrics.CHECKS_EVALUATED.labels(outcome.check.kind.value, outcome.state.value).inc()
        log.info(
            "batch_aggregated",
            observations=read,
            stored=stored,
            rollups=rollups,
            checks=len(outcomes),
            seconds=round(seconds, 4),
        )


def _receipts(observations: Sequence[ObservationReported]) -> dict[Key, set[str]]:
    """Receipts behind a batch, by (indicator, period)."""
    receipts: dict[Key, set[str]] = defaultdict(set)
    for o in observations:
        receipts[o.indicator, o.period].add(o.receipt_id)
    return receipts
