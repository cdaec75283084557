"""PURE. Alerts as the API shows them."""

import unicodedata
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, StringConstraints

from services.alerting.alert import Alert, Inputs

_NUMBERS = frozenset({"value", "numerator", "denominator", "target", "gap", "expected", "baseline"}) | frozenset(
    {"attainment", "progress", "coverage", "threshold"}
)
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_plain(text: str) -> bool:
    """Say whether a text has neither control characters nor line breaks: PostgreSQL and mail headers take no others."""
    return not any(unicodedata.category(character) in _NO_TEXT for character in text)


def _plain(text: str) -> str:
    if not is_plain(text):
        msg = "must be one line without control characters"
        raise ValueError(msg)
    return text


PlainText = Annotated[str, AfterValidator(_plain)]
OneLine = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class AlertItem(BaseModel):
    """One episode. `inputs`: the figures behind it, as last known."""

    id: str
    alert_key: str
    episode: int
    seq: int
    rule: str
    kind: str
    rule_version: int
    severity: str
    territory: str
    indicator: str | None
    collection: str | None
    period: str
    state: str
    data_status: str
    simulated: bool
    inputs: dict[str, Any]
    owner: str | None
    ack_reason: str | None
    commitment_date: date | None
    opened_at: datetime
    changed_at: datetime


class AlertList(BaseModel):
    items: list[AlertItem]


class TransitionItem(BaseModel):
    """One decision, with what it rests on."""

    seq: int
    from_state: str | None
    to_state: str
    reason: str
    rule_version: int
    inputs: dict[str, Any]
    actor: str
    decided_at: datetime


class NotificationItem(BaseModel):
    """Who was told, and whether it left. Recipients are roles; addresses are not shown."""

    id: str
    seq: int
    kind: str
    recipient: str
    channel: str
    status: str
    subject: str | None
    message_id: str | None
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str | None


class AlertDetail(AlertItem):
    """One episode with its proof: every decision and every message."""

    transitions: list[TransitionItem]
    notifications: list[NotificationItem]


class Acknowledgement(BaseModel):
    """Who takes the alert on, why, and until when."""

    owner: OneLine
    reason: OneLine
    commitment_date: date


def item_of(alert: Alert) -> dict[str, Any]:
    """The fields of AlertItem."""
    subject = alert.subject
    return {
        "id": alert.id,
        "alert_key": alert.key,
        "episode": alert.episode,
        "seq": alert.seq,
        "rule": subject.rule,
        "kind": subject.kind.value,
        "rule_version": alert.rule_version,
        "severity": alert.severity.value,
        "territory": subject.territory,
        "indicator": subject.indicator,
        "collection": subject.collection,
        "period": subject.period,
        "state": alert.state.value,
        "data_status": alert.data_status.value,
        "simulated": alert.simulated,
        "inputs": with_numbers(alert.inputs),
        "owner": alert.owner,
        "ack_reason": alert.ack_reason,
        "commitment_date": alert.commitment_date,
        "opened_at": alert.opened_at,
        "changed_at": alert.changed_at,
    }


def with_numbers(inputs: Inputs) -> Inputs:
    """Decimals are kept as strings and shown as numbers."""
    return {k: float(v) if k in _NUMBERS and isinstance(v, str) else v for k, v in inputs.items()}
