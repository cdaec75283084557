"""Publish what a receipt holds, and know which receipts this process is publishing."""

import asyncio

import structlog
from aiokafka.errors import KafkaError
from faststream.exceptions import FastStreamException
from faststream.kafka import KafkaBroker

from services.ingestion.messages import Messages
from shared.contracts.topics import OBSERVATIONS, REGISTER, SUBMISSIONS
from shared.runtime.broker import publish_all
from shared.runtime.errors import RetryableError
from shared.runtime.faults import fault_point

log = structlog.get_logger()
# Messages still buffered when this runs out may yet arrive: their ids do not change, so a second sending is harmless.
PUBLISH_SECONDS = 8.0


class Publisher:
    """Kafka, as ingestion uses it. `busy`: receipts being published now, which the republishing loop leaves alone."""

    def __init__(self, broker: KafkaBroker) -> None:
        self._broker = broker
        self.started = False
        self.busy: set[str] = set()

    async def publish(self, receipt_id: str, messages: Messages, *, seconds: float = PUBLISH_SECONDS) -> None:
        """What was accepted, then the submission that counts it; returns when Kafka has all on every replica.

        Raises RetryableError when it does not within `seconds`.
        """
        if not self.started:
            msg = "Kafka has not answered since the service started"
            raise RetryableError(msg)
        self.busy.add(receipt_id)
        try:
            async with asyncio.timeout(seconds):
                await self._publish(messages)
        except (KafkaError, FastStreamException, OSError, TimeoutError) as error:
            log.warning("kafka_away", receipt=receipt_id, error=repr(error))
            raise RetryableError(repr(error)) from error
        finally:
            self.busy.discard(receipt_id)

    async def _publish(self, messages: Messages) -> None:
        pairs = [(o.indicator, o.encode()) for o in messages.observations]
        middle = (len(pairs) + 1) // 2
        # In two halves, so that a test can stop the process with one of them sent.
        await publish_all(self._broker, OBSERVATIONS, pairs[:middle])
        fault_point("ingestion.mid_publish")
        await publish_all(self._broker, OBSERVATIONS, pairs[middle:])
        await publish_all(self._broker, REGISTER, [(e.group, e.encode()) for e in messages.entries])
        submission = messages.submission
        await publish_all(self._broker, SUBMISSIONS, [(submission.reporter, submission.encode())])
