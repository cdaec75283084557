"""The registry of topics: who writes, who reads, by which key, kept how long."""

from dataclasses import dataclass

from shared.contracts.alert import AlertTransitioned
from shared.contracts.check import CheckEvaluated
from shared.contracts.message import Message
from shared.contracts.observation import ObservationReported
from shared.contracts.register import EntryReported
from shared.contracts.rollup import RollupUpdated
from shared.contracts.submission import SubmissionAccepted

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Topic:
    """One topic. `message` is None for dead letters, which hold whatever could not be read."""

    name: str
    description: str
    message: type[Message] | None
    key: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    partitions: int = 4
    retention_ms: int = 90 * DAY_MS


OBSERVATIONS = Topic(
    "vigie-observations-v1",
    "Every accepted version of every observation.",
    ObservationReported,
    "indicator",
    ("ingestion",),
    ("aggregator",),
)
SUBMISSIONS = Topic(
    "vigie-submissions-v1",
    "Every accepted submission, with how many observations it holds.",
    SubmissionAccepted,
    "reporter",
    ("ingestion",),
    ("aggregator", "alerting"),
)
REGISTER = Topic(
    "vigie-register-v1",
    "Every accepted version of every call for projects, project, action of a convention and milestone.",
    EntryReported,
    "group",
    ("ingestion",),
    ("aggregator",),
)
ROLLUPS = Topic(
    "vigie-rollups-v1",
    "Figures touched by a batch, per indicator and period.",
    RollupUpdated,
    "indicator",
    ("aggregator",),
    ("alerting", "dashboard"),
)
CHECKS = Topic(
    "vigie-checks-v1",
    "Outcomes of the coherence checks that a submission touched, once it has gone through.",
    CheckEvaluated,
    "check",
    ("aggregator",),
    (),
)
ALERTS = Topic(
    "vigie-alerts-v1",
    "Every transition of every alert.",
    AlertTransitioned,
    "alert_key",
    ("alerting",),
    ("dashboard",),
)
DEAD_LETTERS = Topic(
    "vigie-dead-letters-v1",
    "Messages that could not be read, with the reason and where they came from in the headers.",
    None,
    "origin topic",
    ("aggregator", "alerting"),
    (),
    partitions=1,
    retention_ms=365 * DAY_MS,
)
TOPICS = (OBSERVATIONS, SUBMISSIONS, REGISTER, ROLLUPS, CHECKS, ALERTS, DEAD_LETTERS)
