"""Publish what a receipt holds, and know which receipts this process is publishing."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice

import structlog
from aiokafka.errors import KafkaError

from services.ingestion.messages import Messages
from shared.contracts.topics import OBSERVATIONS, REGISTER, SUBMISSIONS
from shared.runtime.errors import RetryableError
from shared.runtime.faults import fault_point
from shared.runtime.producer import BatchProducer

log = structlog.get_logger()
# Messages still buffered when this runs out may yet arrive: their ids do not change, so a second sending is harmless.
_PATIENCE_SECONDS = 8.0
# A tenth of what was measured: a file of 200 000 figures is given 48 seconds.
_SLOWEST_PER_SECOND = 5_000


class Publisher:
    """Kafka, as ingestion uses it."""

    def __init__(self, producer: BatchProducer) -> None:
        self._producer = producer
        self._held: Counter[str] = Counter()

    @property
    def busy(self) -> Collection[str]:
        """Receipts being kept and published now, which the republishing loop leaves alone: a live view."""
        return self._held.keys()

    async def publish(self, messages: Messages, *, patience: float = _PATIENCE_SECONDS) -> None:
        """What was accepted, then the submission that counts it; returns when Kafka has all on every replica.

        Raises RetryableError when it does not within `patience` seconds, and what so many messages take.
        """
        receipt_id = messages.stamp.receipt_id
        try:
            with self.holding(receipt_id):
                async with asyncio.timeout(patience + len(messages.figures) / _SLOWEST_PER_SECOND):
                    await self._publish(messages)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("kafka_away", receipt=receipt_id, error=repr(error))
            raise RetryableError(repr(error)) from error

    @contextmanager
    def holding(self, receipt_id: str) -> Iterator[None]:
        """Keep a receipt from the republishing loop of this process; may be nested."""
        self._held[receipt_id] += 1
        try:
            yield
        finally:
            self._held[receipt_id] -= 1
            if not self._held[receipt_id]:
                del self._held[receipt_id]

    async def _publish(self, messages: Messages) -> None:
        observations = ((o.indicator, o.encode()) for o in messages.observations())
        # In two halves, so that a test can stop the process with one of them sent.
        await self._producer.publish_all(OBSERVATIONS, islice(observations, (len(messages.figures) + 1) // 2))
        fault_point("ingestion.mid_publish")
        await self._producer.publish_all(OBSERVATIONS, observations)
        await self._producer.publish_all(REGISTER, [(e.group, e.encode()) for e in messages.entries])
        submission = messages.submission
        await self._producer.publish_all(SUBMISSIONS, [(submission.reporter, submission.encode())])
