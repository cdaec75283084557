"""Messages that can never be read: kept in the dead-letter topic and in a table, listed and replayed by a command."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiokafka import ConsumerRecord
from faststream.kafka import KafkaBroker
from pydantic import ValidationError

from shared.contracts.message import Message
from shared.contracts.topics import DEAD_LETTERS
from shared.runtime.broker import wire_name
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, queries_beside
from shared.runtime.errors import TooManyDeadLettersError
from shared.runtime.metrics import DEAD_LETTERS as DEAD_LETTERS_TOTAL
from shared.runtime.settings import settings

QUERIES = queries_beside(__file__)
M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class DeadLetter:
    """One unreadable record and why."""

    record: ConsumerRecord
    reason: str

    @property
    def id(self) -> str:
        """Derived from place and content, so that reading the record again adds nothing."""
        r = self.record
        place = f"{r.topic}/{r.partition}/{r.offset}/".encode()
        return hashlib.sha256(place + (r.value or b"")).hexdigest()[:24]


def read_messages(records: Sequence[ConsumerRecord], model: type[M]) -> tuple[list[M], list[DeadLetter]]:
    """Split records into messages and dead letters. The reason names fields and faults, never the content."""
    messages: list[M] = []
    dead: list[DeadLetter] = []
    for record in records:
        try:
            messages.append(model.model_validate_json(record.value or b""))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'message'}: {e['msg']}" for e in error.errors()[:5])
            dead.append(DeadLetter(record, faults))
    return messages, dead


class DeadLetterOffice:
    """Files dead letters for one consumer and stops it when they come without end."""

    def __init__(self, broker: KafkaBroker, consumer: str, clock: Clock) -> None:
        self._broker = broker
        self._consumer = consumer
        self._clock = clock
        self._in_a_row = 0

    async def file(self, connection: Connection, dead: Sequence[DeadLetter], read: int) -> None:
        """Record and publish the dead letters of a batch in which `read` messages were readable.

        Raises TooManyDeadLettersError when nothing has been readable for VIGIE_DEAD_LETTER_LIMIT messages.
        """
        self._in_a_row = 0 if read else self._in_a_row + len(dead)
        if self._in_a_row >= settings().dead_letter_limit:
            msg = (
                f"{self._in_a_row} messages in a row could not be read by {self._consumer}, the last because: "
                f"{dead[-1].reason}. Check the versions of producer and consumer, then start it again."
            )
            raise TooManyDeadLettersError(msg)
        for letter in dead:
            r = letter.record
            place = (r.topic, r.partition, r.offset, r.key, r.value)
            fresh = await connection.fetchval(
                QUERIES.file_dead_letter, letter.id, *place, letter.reason, self._consumer, self._clock.now()
            )
            if fresh:
                DEAD_LETTERS_TOTAL.labels(self._consumer, r.topic).inc()
            await self._broker.publish(
                r.value or b"",
                topic=wire_name(DEAD_LETTERS),
                key=r.topic.encode(),
                headers={
                    "x-reason": letter.reason[:500],
                    "x-origin": f"{r.topic}/{r.partition}/{r.offset}",
                    "x-consumer": self._consumer,
                },
            )
