"""Kafka through FastStream: one way to make a broker, create the topics, and consume batches without losing any.

FastStream's own body decoding is bypassed: one unreadable record would fail the whole batch. Acknowledgement is manual:
with any other policy a handler's exception is logged and the next commit passes over the failed batch.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from aiokafka.errors import for_code as kafka_error_of
from faststream import AckPolicy, NoCast
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.prometheus import KafkaPrometheusMiddleware

from shared.contracts.topics import TOPICS, Topic
from shared.runtime.errors import RetryableError, TooManyDeadLettersError
from shared.runtime.metrics import CONSUMER_LAG, CONSUMER_RETRIES, REGISTRY
from shared.runtime.settings import settings

log = structlog.get_logger()
BatchHandler = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
_MOST_COPIES = 3


def make_broker(service: str) -> KafkaBroker:
    """A FastStream broker whose producer waits for all replicas."""
    return KafkaBroker(
        settings().kafka_bootstrap_servers.split(","),
        acks="all",
        enable_idempotence=settings().kafka_idempotence,
        graceful_timeout=10,
        linger_ms=5,
        logger=None,
        middlewares=[KafkaPrometheusMiddleware(registry=REGISTRY, app_name=service, metrics_prefix="vigie_broker")],
    )


async def ensure_topics() -> None:
    """Create the topics that are missing, each with its retention; those that exist are left as they are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings().kafka_bootstrap_servers)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [t for t in TOPICS if wire_name(t) not in existing]
        if not missing:
            return
        # This client cannot ask for the cluster's own default: a copy on each broker, three at most.
        factor = min(_MOST_COPIES, len((await admin.describe_cluster())["brokers"]))
        new = [
            NewTopic(wire_name(t), t.partitions, factor, topic_configs={"retention.ms": str(t.retention_ms)})
            for t in missing
        ]
        response = await admin.create_topics(new)
        for name, code, *_ in response.topic_errors:
            error = kafka_error_of(code)
            if code and error is not TopicAlreadyExistsError:
                msg = f"topic {name} could not be created: {error.__name__}"
                raise RetryableError(msg)
    finally:
        await admin.close()


async def start_broker(broker: KafkaBroker) -> None:
    """Create the topics and start the broker, waiting for Kafka as long as it takes, visibly."""
    pause = FIRST_PAUSE
    while True:
        try:
            await ensure_topics()
            await broker.start()
        except (KafkaError, RetryableError, OSError) as error:
            log.warning("kafka_away", servers=settings().kafka_bootstrap_servers, error=repr(error), retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


def wire_name(topic: Topic) -> str:
    """The name of a topic on this cluster."""
    return f"{settings().kafka_prefix}{topic.name}"


def group_name(service: str) -> str:
    """The consumer group of a service."""
    return f"{settings().kafka_prefix}vigie-{service}"


async def _undecoded(_: Any) -> None:
    """Leave the bytes alone; they are read one by one from the raw records."""


class BatchConsumer:
    """Feeds batches of raw records to a handler; commits after it returns, gives the batch back when it raises."""

    def __init__(self, broker: KafkaBroker, service: str, topics: Sequence[Topic], handle: BatchHandler) -> None:
        self._service = service
        self._handle = handle
        self._pause = FIRST_PAUSE
        self.stopped_because: str | None = None
        self._subscriber = broker.subscriber(
            *[wire_name(t) for t in topics],
            group_id=group_name(service),
            batch=True,
            max_records=500,
            batch_timeout_ms=50,
            fetch_max_wait_ms=settings().kafka_fetch_max_wait_ms,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            decoder=_undecoded,
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
        )
        self._subscriber(self._on_batch)

    async def _on_batch(self, _: NoCast[Any], msg: KafkaMessage) -> None:
        records: Sequence[ConsumerRecord] = msg.raw_message
        try:
            await self._handle(records)
        except TooManyDeadLettersError as error:
            # Going on would bury every message in the dead letters: stop, leave the offsets, let people look.
            self.stopped_because = str(error)
            log.critical("consumer_stopped", consumer=self._service, reason=str(error))
            os.kill(os.getpid(), signal.SIGTERM)
            await self._give_back(msg)
        except Exception as error:
            CONSUMER_RETRIES.labels(self._service).inc()
            log.warning(
                "batch_given_back",
                consumer=self._service,
                error=repr(error),
                retry_in=self._pause,
                exc_info=True,
            )
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            await self._give_back(msg)
        else:
            self._pause = FIRST_PAUSE
            await self._commit(msg)
            self._measure_lag(records)

    async def _commit(self, msg: KafkaMessage) -> None:
        try:
            await msg.ack()
        except KafkaError as error:
            # The group moved on during the batch. Its next owner reads the batch again, which changes nothing.
            log.warning("commit_refused", consumer=self._service, error=repr(error))

    async def _give_back(self, msg: KafkaMessage) -> None:
        try:
            await msg.nack()
        except KafkaError as error:
            log.warning("partition_gone", consumer=self._service, error=repr(error))

    def _measure_lag(self, records: Sequence[ConsumerRecord]) -> None:
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        for topic, partition in {(r.topic, r.partition) for r in records}:
            end = consumer.highwater(TopicPartition(topic, partition))
            last = max(r.offset for r in records if (r.topic, r.partition) == (topic, partition))
            if end is not None:
                CONSUMER_LAG.labels(topic, str(partition)).set(max(end - last - 1, 0))

    def assigned(self) -> bool:
        """Say whether the group has given this member its partitions."""
        consumer = self._subscriber.consumer
        return consumer is not None and bool(consumer.assignment())


async def publish_all(broker: KafkaBroker, topic: Topic, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish (key, value) pairs and wait until Kafka has acknowledged every one; raises when it does not.

    Not publish_batch: that sends a whole list to one partition whatever the keys say.
    """
    futures = [
        await broker.publish(
            value,
            topic=wire_name(topic),
            key=key.encode(),
            no_confirm=True,
            headers={"content-type": "application/json"},
        )
        for key, value in messages
    ]
    await asyncio.gather(*futures)
