"""What the dashboard hears from Kafka: rollups and alerts from now on, for every instance of it.

No consumer group (group_id=None): each instance must hear all of it, and none has anything to resume, since a page
that opens reads the database. Hence no offsets to commit and nothing to acknowledge.
"""

from collections.abc import Callable
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from faststream import AckPolicy, NoCast
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from pydantic import ValidationError

from services.dashboard.live import Event
from shared.contracts.alert import AlertTransitioned
from shared.contracts.rollup import RollupUpdated
from shared.contracts.topics import ALERTS, ROLLUPS
from shared.runtime.broker import wire_name
from shared.runtime.settings import settings

log = structlog.get_logger()


async def _undecoded(_: Any) -> None:
    """Leave the bytes alone; each record is read by its own model."""


class Subscription:
    """Turns records into events for `tell`. An unreadable record is logged; its consumers proper keep it."""

    def __init__(self, broker: KafkaBroker, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._subscriber = broker.subscriber(
            wire_name(ROLLUPS),
            wire_name(ALERTS),
            group_id=None,
            batch=True,
            batch_timeout_ms=50,
            fetch_max_wait_ms=settings().kafka_fetch_max_wait_ms,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="latest",
            decoder=_undecoded,
        )
        self._subscriber(self._on_batch)

    async def _on_batch(self, _: NoCast[Any], msg: KafkaMessage) -> None:
        for record in msg.raw_message:
            try:
                self._tell(event_of(record))
            except ValidationError as error:
                log.warning("event_unreadable", topic=record.topic, offset=record.offset, faults=error.error_count())

    def listening(self) -> bool:
        """Say whether partitions are being read."""
        consumer = self._subscriber.consumer
        return consumer is not None and bool(consumer.assignment())


def event_of(record: ConsumerRecord) -> Event:
    """The small event that a page needs to know which part of itself to read again."""
    if record.topic == wire_name(ROLLUPS):
        update = RollupUpdated.model_validate_json(record.value or b"")
        territories = [r.territory for r in update.rollups]
        return {"type": "rollup", "indicator": update.indicator, "period": update.period, "territories": territories}
    alert = AlertTransitioned.model_validate_json(record.value or b"")
    return {
        "type": "alert",
        "id": alert.alert_id,
        "state": alert.to_state,
        "indicator": alert.indicator,
        "period": alert.period,
        "territories": [alert.territory],
    }
