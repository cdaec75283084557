"""The outbox: rows written with the transition they tell, claimed under a lease, settled after the send."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.alerting.notifiers.notifier import Outgoing
from services.alerting.outbox import Notification
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


async def enqueue(
    connection: Connection, notifications: Sequence[Notification], created_at: datetime, real_now: datetime
) -> None:
    """Write notifications; one that is already there stays as it is."""
    await connection.executemany(
        QUERIES.enqueue,
        [
            (
                n.id,
                n.alert_id,
                n.seq,
                n.kind,
                n.recipient,
                n.channel.value,
                n.address,
                n.subject,
                n.body_text,
                n.body_html,
                n.message_id,
                n.simulated,
                created_at,
                real_now,
            )
            for n in notifications
        ],
    )


async def claim(
    connection: Connection, channel: str, real_now: datetime, lease_until: datetime, owner: str
) -> Outgoing | None:
    """Take the next message of a channel for as long as the lease lasts; None when there is none."""
    row = await connection.fetchrow(QUERIES.claim, channel, real_now, lease_until, owner)
    return Outgoing(**row) if row else None


async def mark_sent(connection: Connection, notification_id: str, owner: str, at: datetime) -> None:
    """The channel confirmed."""
    await connection.execute(QUERIES.mark_sent, notification_id, owner, at)


async def mark_retry(connection: Connection, notification_id: str, owner: str, at: datetime, error: str) -> None:
    """Try again at a later real instant."""
    await connection.execute(QUERIES.mark_retry, notification_id, owner, at, error)


async def mark_dead(connection: Connection, notification_id: str, owner: str, error: str) -> None:
    """Give up: somebody has to look."""
    await connection.execute(QUERIES.mark_dead, notification_id, owner, error)
