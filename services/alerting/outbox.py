"""PURE. What one transition puts in the outbox: a mail for each recipient, and one message for whoever follows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.alerting.alert import Alert
from services.alerting.compose import compose
from services.alerting.routing import recipients_for
from services.alerting.transition import Transition
from shared.contracts.alert import AlertTransitioned
from shared.contracts.topics import ALERTS
from shared.domain.catalogue import Catalogue


class Channel(StrEnum):
    """By which way a notification leaves."""

    email = "email"
    kafka = "kafka"


FOLLOWERS = "followers"
TRANSITION = "transition"


@dataclass(frozen=True)
class Notification:
    """One row of the outbox: one transition for one recipient on one channel."""

    id: str
    alert_id: str
    seq: int
    kind: str
    recipient: str
    channel: Channel
    address: str
    subject: str | None
    body_text: str
    body_html: str | None
    message_id: str | None
    simulated: bool


def notification_id(alert: Alert, recipient: str, channel: Channel, kind: str) -> str:
    """Derived, so that deciding the same thing twice tells it once."""
    parts = (alert.key, str(alert.episode), str(alert.seq), recipient, channel.value, kind)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def notifications_for(
    alert: Alert, transition: Transition, at: datetime, catalogue: Catalogue, *, public_url: str, mail_from: str
) -> list[Notification]:
    """The rows of one transition. `alert` is the episode after it."""
    rows = [_for_followers(alert, transition, at)]
    if transition.kind is None:
        return rows
    mail = compose(alert, transition, catalogue, public_url)
    domain = mail_from.rpartition("@")[2].strip(" >") or "vigie.example"
    for recipient in recipients_for(alert.subject, catalogue):
        identity = notification_id(alert, recipient.code, Channel.email, transition.kind.value)
        rows.append(
            Notification(
                id=identity,
                alert_id=alert.id,
                seq=alert.seq,
                kind=transition.kind.value,
                recipient=recipient.code,
                channel=Channel.email,
                address=recipient.email,
                subject=mail.subject,
                body_text=mail.text,
                body_html=mail.html,
                message_id=f"<{identity}@{domain}>",
                simulated=alert.simulated,
            )
        )
    return rows


def _for_followers(alert: Alert, transition: Transition, at: datetime) -> Notification:
    """The message of a transition on the topic of alerts."""
    subject = alert.subject
    message = AlertTransitioned(
        alert_id=alert.id,
        alert_key=alert.key,
        episode=alert.episode,
        seq=alert.seq,
        from_state=transition.from_state.value if transition.from_state else None,
        to_state=transition.to_state.value,
        reason=transition.reason,
        rule=subject.rule,
        rule_version=alert.rule_version,
        territory=subject.territory,
        indicator=subject.indicator,
        collection=subject.collection,
        period=subject.period,
        severity=alert.severity.value,
        simulated=alert.simulated,
        inputs=transition.recorded,
        at=at,
    )
    return Notification(
        id=notification_id(alert, FOLLOWERS, Channel.kafka, TRANSITION),
        alert_id=alert.id,
        seq=alert.seq,
        kind=TRANSITION,
        recipient=FOLLOWERS,
        channel=Channel.kafka,
        address=ALERTS.name,
        subject=None,
        body_text=message.encode().decode(),
        body_html=None,
        message_id=None,
        simulated=alert.simulated,
    )
