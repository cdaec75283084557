"""What an alert is: one rule about one subject in one period, opened again as a new episode."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shared.domain.rule import RuleKind, Severity

Inputs = dict[str, Any]


class State(StrEnum):
    """Where an episode stands."""

    pending = "pending"
    firing = "firing"
    acknowledged = "acknowledged"
    recovering = "recovering"
    resolved = "resolved"
    withdrawn = "withdrawn"
    superseded = "superseded"


OPEN = frozenset({State.pending, State.firing, State.acknowledged, State.recovering})
SHOWN = frozenset({State.firing, State.acknowledged, State.recovering})


class DataStatus(StrEnum):
    """Whether the figures behind an open alert are still there. Their absence never closes it."""

    known = "known"
    unknown = "unknown"


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: an indicator or a collection, in a territory, for a period."""

    rule: str
    kind: RuleKind
    territory: str
    period: str
    indicator: str | None = None
    collection: str | None = None

    @property
    def key(self) -> str:
        """The identity of its alerts: 2024 and 2025 are different alerts."""
        return "|".join((self.rule, self.territory, self.indicator or self.collection or "", self.period))


def alert_id(key: str, episode: int) -> str:
    """The id of one episode: derived, so that deciding twice gives the same alert."""
    return hashlib.sha256(f"{key}|{episode}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Alert:
    """One episode. `inputs` are the latest figures behind it; those of each decision stay with its transition."""

    id: str
    key: str
    episode: int
    subject: Subject
    rule_version: int
    severity: Severity
    state: State
    seq: int
    data_status: DataStatus
    inputs: Inputs
    simulated: bool
    owner: str | None
    ack_reason: str | None
    commitment_date: date | None
    opened_at: datetime
    changed_at: datetime

    @property
    def open(self) -> bool:
        """Say whether the episode still runs."""
        return self.state in OPEN
