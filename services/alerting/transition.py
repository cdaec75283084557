"""PURE. One decided change of an episode, and what it says to people."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.alerting.alert import Inputs, State


class Kind(StrEnum):
    """What a notifiable transition says to people."""

    opened = "opened"
    acknowledged = "acknowledged"
    reopened = "reopened"
    resolved = "resolved"
    withdrawn = "withdrawn"


@dataclass(frozen=True)
class Commitment:
    """Who took an alert on, why, and until when."""

    owner: str
    reason: str
    until: date

    def inputs(self) -> Inputs:
        """As it is kept with the transition."""
        return {"owner": self.owner, "ack_reason": self.reason, "commitment_date": self.until.isoformat()}


@dataclass(frozen=True)
class Transition:
    """One decided change. `kind` is None when people are not told."""

    from_state: State | None
    to_state: State
    reason: str
    inputs: Inputs
    kind: Kind | None = None
    actor: str = "system"
    commitment: Commitment | None = None

    @property
    def recorded(self) -> Inputs:
        """What the history keeps of it."""
        return self.inputs | (self.commitment.inputs() if self.commitment else {})
