"""Kafka for those who publish much at once: batches made here, ten times as fast as one record after another.

The subscribers are FastStream's. Its publisher sends record by record (or a whole list to one partition, whatever the
keys say), which takes most of the time of an accepted file; the client under it takes batches as they are
(docs/measurements.md, "Publishing").
"""

import asyncio
from collections.abc import Iterable

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.contracts.topics import Topic
from shared.runtime.broker import FIRST_PAUSE, LONGEST_PAUSE, ensure_topics, wire_name
from shared.runtime.errors import RetryableError
from shared.runtime.metrics import MESSAGES_PUBLISHED
from shared.runtime.settings import settings

log = structlog.get_logger()
_BATCH_BYTES = 256_000
_HEADERS = [("content-type", b"application/json")]


class BatchProducer:
    """One producer whose batches every replica has to acknowledge. `started`: Kafka has answered once."""

    def __init__(self) -> None:
        self._producer: AIOKafkaProducer | None = None

    @property
    def started(self) -> bool:
        """Say whether Kafka has answered since `start`."""
        return self._producer is not None

    async def start(self) -> None:
        """Create the topics and connect, waiting for Kafka as long as it takes, visibly."""
        pause = FIRST_PAUSE
        while True:
            producer = AIOKafkaProducer(
                bootstrap_servers=settings().kafka_bootstrap_servers,
                acks="all",
                enable_idempotence=settings().kafka_idempotence,
                max_batch_size=_BATCH_BYTES,
                linger_ms=0,
            )
            try:
                await ensure_topics()
                await producer.start()
            except (KafkaError, RetryableError, OSError) as error:
                await producer.stop()
                servers = settings().kafka_bootstrap_servers
                log.warning("kafka_away", servers=servers, error=repr(error), retry_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._producer = producer
                return

    async def stop(self) -> None:
        """Send what is buffered and leave."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def answers(self, seconds: float) -> bool:
        """Say whether Kafka answers within so many seconds."""
        if self._producer is None:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._producer.client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError):
            return False
        return True

    async def publish_all(self, topic: Topic, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish (key, value) pairs and wait until Kafka has acknowledged every one; raises when it does not.

        Messages are taken one by one, so they may be made on the way: what waits is a batch for each partition.
        """
        if self._producer is None:
            msg = "Kafka has not answered since the service started"
            raise RetryableError(msg)
        partitions = sorted(await self._producer.partitions_for(wire_name(topic)))
        sending = _Sending(self._producer, wire_name(topic), partitions)
        for key, value in messages:
            await sending.add(key.encode(), value)
        await sending.finish()
        MESSAGES_PUBLISHED.labels(topic.name).inc(sending.count)


class _Sending:
    """The open batches of one call, one for each partition; keys go where every other client would put them."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: list[int]) -> None:
        self._producer = producer
        self._topic = topic
        self._partitions = partitions
        self._partitioner = DefaultPartitioner()
        self._homes: dict[bytes, int] = {}
        self._open: dict[int, BatchBuilder] = {}
        self._futures: list[asyncio.Future[object]] = []
        self.count = 0

    async def add(self, key: bytes, value: bytes) -> None:
        """Put one message into its batch; a batch that is full is sent first."""
        home = self._homes.get(key)
        if home is None:
            home = self._homes[key] = self._partitioner(key, self._partitions, self._partitions)
        batch = self._open.get(home)
        if batch is None:
            batch = self._open[home] = self._producer.create_batch()
        self.count += 1
        if batch.append(key=key, value=value, timestamp=None, headers=_HEADERS) is None:
            await self._send(home, batch)
            batch = self._open[home] = self._producer.create_batch()
            batch.append(key=key, value=value, timestamp=None, headers=_HEADERS)

    async def finish(self) -> None:
        """Send the rest and wait for every acknowledgement; raises the first failure."""
        for home, batch in self._open.items():
            await self._send(home, batch)
        answers = await asyncio.gather(*self._futures, return_exceptions=True)
        failures = [a for a in answers if isinstance(a, BaseException)]
        if failures:
            raise failures[0]

    async def _send(self, home: int, batch: BatchBuilder) -> None:
        self._futures.append(await self._producer.send_batch(batch, self._topic, partition=home))
        await asyncio.sleep(0)  # others are waiting for this loop
