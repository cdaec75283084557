"""What every channel is: it sends one message, or says why not and whether to try again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """One claimed row of the outbox. `uncertain`: a first attempt may have arrived, the crash hid its outcome.

    `thread_id` is the Message-ID of the first message to this recipient about the same episode.
    """

    id: str
    alert_id: str
    alert_key: str
    kind: str
    recipient: str
    channel: str
    address: str
    subject: str | None
    body_text: str
    body_html: str | None
    message_id: str | None
    thread_id: str | None
    simulated: bool
    created_at: datetime
    enqueued_at: datetime
    attempts: int
    uncertain: bool


class NotSentError(Exception):
    """The channel did not take the message. `reason` is a bounded word for metrics."""

    def __init__(self, reason: str, detail: str, *, retryable: bool) -> None:
        super().__init__(detail)
        self.reason = reason
        self.retryable = retryable


class Notifier(Protocol):
    """A channel."""

    async def send(self, message: Outgoing) -> None:
        """Return once the channel has confirmed; raise NotSentError otherwise."""
        ...
