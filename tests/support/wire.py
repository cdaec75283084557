"""Puts messages on the real topics and reads them back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.contracts.message import Message
from shared.contracts.observation import ObservationReported, event_id
from shared.contracts.submission import SubmissionAccepted
from shared.contracts.topics import Topic
from shared.domain.observation import Basis, Cell
from shared.runtime.broker import ensure_topics, wire_name
from shared.runtime.settings import settings

RECEIVED = datetime(2021, 3, 25, 8, 0, tzinfo=UTC)
M = TypeVar("M", bound=Message)


def observation(indicator: str, territory: str, seq: int, **fields: Any) -> ObservationReported:
    """One observation of 2020 with value, numerator and denominator as given; its receipt follows from its number."""
    receipt = fields.pop("receipt_id", f"rcp-{seq}")
    period, source = fields.pop("period", "2020"), fields.pop("source", "ase-exits")
    basis = fields.pop("basis", Basis.reported)
    for side in ("value", "numerator", "denominator"):
        if fields.get(side) is not None:
            fields[side] = Decimal(str(fields[side]))
    return ObservationReported(
        event_id=event_id(receipt, Cell(indicator, territory, period, source, basis)),
        receipt_id=receipt,
        submission_seq=seq,
        feed=fields.pop("feed", "ase-exits"),
        source=source,
        basis=basis,
        indicator=indicator,
        territory=territory,
        period=period,
        received_at=RECEIVED,
        **fields,
    )


def submission(receipt_id: str, versions: int, **fields: Any) -> SubmissionAccepted:
    """A file that brought this many observations."""
    return SubmissionAccepted(
        **{
            "receipt_id": receipt_id, "submission_seq": 1, "feed": "ase-exits", "reporter": "DEPT-31", "period": "2020",
            "observation_count": versions, "received_at": RECEIVED,
        } | fields
    )  # fmt: skip


async def send(topic: Topic, *messages: tuple[str, bytes]) -> None:
    """Publish (key, value) pairs and wait for the broker."""
    producer = AIOKafkaProducer(bootstrap_servers=settings().kafka_bootstrap_servers, acks="all")
    await producer.start()
    try:
        for key, value in messages:
            await producer.send_and_wait(wire_name(topic), value, key=key.encode())
    finally:
        await producer.stop()


@asynccontextmanager
async def listening(topic: Topic, model: type[M]) -> AsyncIterator[list[M]]:
    """Everything that arrives on a topic from its beginning, in a list that grows."""
    await ensure_topics()  # a consumer that comes before its topic looks for it again minutes later
    consumer = AIOKafkaConsumer(
        wire_name(topic),
        bootstrap_servers=settings().kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    heard: list[M] = []

    async def listen() -> None:
        async for record in consumer:
            heard.append(model.model_validate_json(record.value))  # noqa: PERF401 - the list must grow as it arrives

    task = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        task.cancel()
        await consumer.stop()


async def eventually(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """Wait until a condition (plain or async) is truthy and return it; fails saying how long it waited."""
    for _ in range(int(seconds / 0.05)):
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return result
        await asyncio.sleep(0.05)
    msg = f"still not so after {seconds} s"
    raise AssertionError(msg)
