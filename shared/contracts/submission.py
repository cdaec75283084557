"""SubmissionAccepted: a file was accepted, wholly or in part."""

from shared.contracts.message import Instant, Message


class Answer(Message):
    """A territory and a period that accepted figures are about: what settles a duty."""

    territory: str
    period: str


class SubmissionAccepted(Message):
    """What alerting needs to settle a duty and to know when the whole file has gone through.

    `answers`: the (territory, period) pairs reported; a file of several years answers for each. `territories`: those
    that the accepted figures are about. `observation_count` and `entry_count`: versions of observations and of entries
    of registers published for this receipt.
    """

    receipt_id: str
    submission_seq: int
    feed: str
    reporter: str
    period: str
    collection: str | None = None
    territories: list[str] = []
    answers: list[Answer] = []
    observation_count: int
    entry_count: int = 0
    nil_return: bool = False
    simulated: bool = False
    received_at: Instant
