"""Receipts left in `received` by a crash or an outage are published again: at start, then at regular times."""

import asyncio
from datetime import datetime

import structlog

from services.ingestion.problems import Problem, database_answers
from services.ingestion.publish import Publisher
from services.ingestion.store import ReceiptStore
from shared.runtime.clock import Clock
from shared.runtime.errors import RetryableError
from shared.runtime.metrics import RECEIPTS_REPUBLISHED, RECEIPTS_UNPUBLISHED

log = structlog.get_logger()
# Nobody waits for an answer here, and a receipt too long for a request must not stay behind for ever.
_PATIENCE = 60.0


async def republish_unpublished(store: ReceiptStore, publisher: Publisher, clock: Clock) -> int:
    """Publish every receipt left behind, oldest first; returns how many. Raises RetryableError when Kafka is away."""
    done = 0
    while True:
        async with store.claim_unpublished(publisher.busy) as claim:
            if claim is None:
                return done
            await publisher.publish(claim.messages, patience=_PATIENCE)
            await claim.mark_published(clock.now())
        done += 1
        RECEIPTS_REPUBLISHED.inc()
        log.info("receipt_republished", receipt=claim.receipt_id)


async def republish_for_ever(store: ReceiptStore, publisher: Publisher, clock: Clock, every_seconds: float) -> None:
    """The loop. An outage is logged and tried again; it never ends the loop."""
    while True:
        try:
            await republish_unpublished(store, publisher, clock)
            async with database_answers():
                RECEIPTS_UNPUBLISHED.set(await store.count_unpublished())
        except (RetryableError, Problem) as error:
            log.warning("republish_postponed", error=repr(error))
        except Exception:
            log.exception("republish_failed")
        await asyncio.sleep(every_seconds)


async def republish_since(store: ReceiptStore, publisher: Publisher, clock: Clock, since: datetime) -> tuple[int, int]:
    """Publish again everything accepted from an instant on; returns submissions, and observations and entries, sent.

    For a broker that lost its topics. Readers skip what they already hold.
    """
    last_seq = submissions = observations = 0
    while (messages := await store.accepted_since(since, last_seq)) is not None:
        await publisher.publish(messages, patience=_PATIENCE)
        await store.mark_published(messages.stamp.receipt_id, clock.now())
        last_seq = messages.stamp.submission_seq
        submissions += 1
        observations += len(messages.figures) + len(messages.entries)
    return submissions, observations
