"""SubmissionAccepted: a file was accepted, wholly or in part."""

from shared.contracts.message import Instant, Message


class SubmissionAccepted(Message):
    """What alerting needs to settle a duty and to know when the whole file has gone through.

    `territories`: those that the accepted figures are about. `observation_count`: versions published for this receipt.
    """

    receipt_id: str
    submission_seq: int
    feed: str
    reporter: str
    period: str
    collection: str | None = None
    territories: list[str] = []
    observation_count: int
    nil_return: bool = False
    simulated: bool = False
    received_at: Instant
