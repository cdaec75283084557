"""What a batch of records says, by kind of message, and which figures it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from aiokafka import ConsumerRecord

from shared.computation.figure import Key
from shared.contracts.message import Message
from shared.contracts.observation import ObservationReported
from shared.contracts.register import EntryReported
from shared.contracts.submission import SubmissionAccepted
from shared.contracts.topics import OBSERVATIONS, REGISTER, SUBMISSIONS, Topic
from shared.runtime.broker import wire_name
from shared.runtime.dead_letters import DeadLetter, read_messages

SOURCES = (OBSERVATIONS, SUBMISSIONS, REGISTER)
M = TypeVar("M", bound=Message)


class Move(NamedTuple):
    """A figure that a receipt moves."""

    receipt_id: str
    indicator: str
    period: str
    territory: str


@dataclass(frozen=True)
class Batch:
    """Messages in the order they came, and the records that are none."""

    observations: list[ObservationReported]
    submissions: list[SubmissionAccepted]
    entries: list[EntryReported]
    dead: list[DeadLetter]

    @property
    def read(self) -> int:
        """How many records could be read."""
        return len(self.observations) + len(self.submissions) + len(self.entries)

    def moves(self, totals: dict[Key, set[str]]) -> list[Move]:
        """Every figure that the batch moves, `totals` being those that its entries of registers add up to.

        A total follows from all entries of its group: each receipt of entries in the batch is held to have moved it.
        """
        stated = [Move(o.receipt_id, o.indicator, o.period, o.territory) for o in self.observations]
        receipts = sorted({e.receipt_id for e in self.entries})
        added = [
            Move(receipt, indicator, period, territory)
            for (indicator, period), territories in sorted(totals.items())
            for territory in sorted(territories)
            for receipt in receipts
        ]
        return stated + added


def read_batch(records: Sequence[ConsumerRecord]) -> Batch:
    """Read the records of the topics that the aggregator follows."""
    dead: list[DeadLetter] = []

    def of(topic: Topic, model: type[M]) -> list[M]:
        messages, unreadable = read_messages([r for r in records if r.topic == wire_name(topic)], model)
        dead.extend(unreadable)
        return messages

    observations = of(OBSERVATIONS, ObservationReported)
    submissions = of(SUBMISSIONS, SubmissionAccepted)
    return Batch(observations, submissions, of(REGISTER, EntryReported), dead)
