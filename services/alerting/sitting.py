"""One transaction in which alerts are decided: a transition and what it tells commit together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from services.alerting import episode, lifecycle
from services.alerting.alert import Alert, Subject
from services.alerting.outbox import Notification, notifications_for
from services.alerting.rules.verdict import Clear, Verdict
from services.alerting.store import alerts, outbox
from services.alerting.transition import Transition
from shared.catalogue import store as catalogue_store
from shared.domain.catalogue import Catalogue
from shared.domain.rule import Rule
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.database import Connection
from shared.runtime.faults import fault_point
from shared.runtime.metrics import NOTIFICATIONS_ENQUEUED, TRANSITIONS
from shared.runtime.settings import settings

log = structlog.get_logger()
REAL_TIME = SystemClock()


class Sitting:
    """Decisions of one transaction. Whoever holds it holds the lock on all decisions."""

    def __init__(self, connection: Connection, catalogue: Catalogue, clock: Clock) -> None:
        self.connection = connection
        self.catalogue = catalogue
        self.now = clock.now()
        self.made: list[tuple[Alert, Transition, list[Notification]]] = []

    async def in_force(self) -> bool:
        """Say whether the catalogue of this sitting is still the one in the database."""
        return await catalogue_store.digest(self.connection) == self.catalogue.digest

    async def judge(self, subject: Subject, rule: Rule, verdict: Verdict, latest: Alert | None) -> None:
        """Apply a verdict to the latest episode of a subject, or open the next one."""
        transition = lifecycle.decide(latest, verdict, rule.version)
        if latest is not None and latest.open:
            if transition is not None:
                await self.move(latest, transition)
            elif (fresher := episode.refreshed(latest, verdict)) != latest:
                await alerts.save_alert(self.connection, fresher)
        elif transition is not None:
            number = latest.episode + 1 if latest is not None else 1
            await self._record(episode.born(subject, rule, number, transition, self.now), transition)

    async def move(self, current: Alert, transition: Transition) -> Alert:
        """Apply a transition to an open episode; returns the episode after it."""
        alert = episode.moved(current, transition, self.now)
        await self._record(alert, transition)
        return alert

    async def void(self, current: Alert, reason: str) -> None:
        """Close an open episode that the catalogue no longer asks for."""
        transition = lifecycle.decide(current, Clear(reason, current.inputs), current.rule_version)
        if transition is not None:
            await self.move(current, transition)

    async def _record(self, alert: Alert, transition: Transition) -> None:
        notifications = notifications_for(
            alert,
            transition,
            self.now,
            self.catalogue,
            public_url=settings().public_url,
            mail_from=settings().mail_from,
        )
        await alerts.save_alert(self.connection, alert)
        await alerts.append_transition(self.connection, alert, transition, self.now)
        await outbox.enqueue(self.connection, notifications, self.now, REAL_TIME.now())
        self.made.append((alert, transition, notifications))


@asynccontextmanager
async def sitting(pool: asyncpg.Pool, catalogue: Catalogue, clock: Clock) -> AsyncIterator[Sitting]:
    """A transaction that holds the lock on decisions; counted and logged once it has committed."""
    async with pool.acquire() as connection, connection.transaction():
        await alerts.lock_decisions(connection)
        decisions = Sitting(connection, catalogue, clock)
        yield decisions
    if decisions.made:
        fault_point("alerting.after_commit")
    for alert, transition, notifications in decisions.made:
        _account(alert, transition, notifications)


def _account(alert: Alert, transition: Transition, notifications: list[Notification]) -> None:
    from_state = transition.from_state.value if transition.from_state else "none"
    TRANSITIONS.labels(alert.subject.rule, from_state, transition.to_state.value).inc()
    for notification in notifications:
        NOTIFICATIONS_ENQUEUED.labels(notification.channel.value, notification.kind).inc()
    log.info(
        "alert_transition",
        to_state=transition.to_state.value,
        alert=alert.id,
        alert_key=alert.key,
        episode=alert.episode,
        seq=alert.seq,
        from_state=from_state,
        reason=transition.reason,
        actor=transition.actor,
        recipients=sum(n.kind == (transition.kind or "") for n in notifications),
    )
