"""Deliver the outbox: claim under a lease, send outside any transaction, record. At least once, one Message-ID."""

import asyncio
import os
import socket
from datetime import timedelta

import asyncpg
import structlog

from services.alerting.notifiers.notifier import Notifier, NotSentError, Outgoing
from services.alerting.outbox import Channel
from services.alerting.retry import next_attempt
from services.alerting.store import outbox
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.faults import fault_point
from shared.runtime.metrics import (
    NOTIFICATION_DELAY,
    NOTIFICATIONS_DEAD,
    NOTIFICATIONS_FAILED,
    NOTIFICATIONS_SENT,
    NOTIFICATIONS_UNCERTAIN,
)
from shared.runtime.settings import settings

log = structlog.get_logger()
REAL_TIME = SystemClock()


class Delivery:
    """One worker of one channel. Several may run, in several processes: a lease keeps them apart."""

    def __init__(self, pool: asyncpg.Pool, channel: str, notifier: Notifier, clock: Clock, worker: int) -> None:
        self._pool = pool
        self._channel = channel
        self._notifier = notifier
        self._clock = clock
        # A test that kills the process in mid-send means the mail, not the message to followers.
        self._place = "" if channel == Channel.email else f".{channel}"
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{channel}/{worker}"

    async def deliver_next(self) -> bool:
        """Deliver one message; returns False when there is none to deliver now."""
        now = REAL_TIME.now()
        lease = timedelta(seconds=settings().delivery_lease_seconds)
        async with self._pool.acquire() as connection:
            message = await outbox.claim(connection, self._channel, now, now + lease, self._owner)
        if message is None:
            return False
        if message.uncertain:
            NOTIFICATIONS_UNCERTAIN.labels(self._channel).inc()
        fault_point(f"alerting.before_send{self._place}")
        try:
            # Half the lease: nobody else may take the message while this attempt still runs.
            async with asyncio.timeout(lease.total_seconds() / 2):
                await self._notifier.send(message)
        except TimeoutError:
            await self._failed(message, NotSentError("timeout", "no answer within half the lease", retryable=True))
        except NotSentError as error:
            await self._failed(message, error)
        else:
            fault_point(f"alerting.after_send{self._place}")
            await self._sent(message)
        return True

    async def _sent(self, message: Outgoing) -> None:
        async with self._pool.acquire() as connection:
            await outbox.mark_sent(connection, message.id, self._owner, self._clock.now())
        seconds = (REAL_TIME.now() - message.enqueued_at).total_seconds()
        NOTIFICATIONS_SENT.labels(self._channel).inc()
        NOTIFICATION_DELAY.labels(self._channel).observe(seconds)
        if message.message_id is not None:
            log.info("mail_sent", **_named(message), seconds=round(seconds, 3))

    async def _failed(self, message: Outgoing, error: NotSentError) -> None:
        now = REAL_TIME.now()
        again = next_attempt(message.attempts, message.enqueued_at, now) if error.retryable else None
        NOTIFICATIONS_FAILED.labels(self._channel, error.reason).inc()
        async with self._pool.acquire() as connection:
            if again is None:
                await outbox.mark_dead(connection, message.id, self._owner, str(error))
            else:
                await outbox.mark_retry(connection, message.id, self._owner, again, str(error))
        if again is None:
            NOTIFICATIONS_DEAD.labels(self._channel).inc()
            log.error("notification_dead", **_named(message), reason=error.reason, error=str(error))
        else:
            log.warning(
                "notification_not_sent", **_named(message), reason=error.reason, error=str(error), again_at=again
            )


def _named(message: Outgoing) -> dict[str, object]:
    """What a log line may say of a message: never the address."""
    return {
        "notification": message.id,
        "alert": message.alert_id,
        "kind": message.kind,
        "recipient": message.recipient,
        "channel": message.channel,
        "attempts": message.attempts,
        "uncertain": message.uncertain,
    }
