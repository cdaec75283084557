"""Alerts and their transitions. A transition is appended, never changed: the database refuses anything else."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from services.alerting.alert import Alert, DataStatus, State, Subject
from services.alerting.transition import Transition
from shared.domain.rule import RuleKind, Severity
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


async def lock_decisions(connection: Connection) -> None:
    """Wait until no other replica decides; held until the end of the transaction."""
    await connection.execute(QUERIES.lock_decisions)


async def latest_episodes(connection: Connection, keys: Sequence[str]) -> dict[str, Alert]:
    """The last episode of each key, open or not."""
    return {row["alert_key"]: _alert(row) for row in await connection.fetch(QUERIES.latest_episodes, keys)}


async def open_alerts(connection: Connection) -> list[Alert]:
    """Every open episode."""
    return [_alert(row) for row in await connection.fetch(QUERIES.open_alerts)]


async def open_of_series(connection: Connection, rule: str, indicator: str, territories: Sequence[str]) -> list[Alert]:
    """Open episodes of one rule and indicator in these territories, whatever the period."""
    return [_alert(row) for row in await connection.fetch(QUERIES.open_of_series, rule, indicator, territories)]


async def commitments_over(connection: Connection, today: date) -> list[Alert]:
    """Acknowledged episodes whose commitment date has passed."""
    return [_alert(row) for row in await connection.fetch(QUERIES.commitments_over, today)]


async def alert_by_id(connection: Connection, alert_id: str) -> Alert | None:
    """One episode."""
    row = await connection.fetchrow(QUERIES.alert_by_id, alert_id)
    return _alert(row) if row else None


async def save_alert(connection: Connection, alert: Alert) -> None:
    """Write an episode as it now stands."""
    subject = alert.subject
    await connection.execute(
        QUERIES.save_alert,
        alert.id,
        alert.key,
        alert.episode,
        subject.rule,
        subject.kind.value,
        alert.rule_version,
        alert.severity.value,
        subject.territory,
        subject.indicator,
        subject.collection,
        subject.period,
        alert.state.value,
        alert.seq,
        alert.data_status.value,
        alert.inputs,
        alert.simulated,
        alert.owner,
        alert.ack_reason,
        alert.commitment_date,
        alert.opened_at,
        alert.changed_at,
    )


async def append_transition(connection: Connection, alert: Alert, transition: Transition, at: datetime) -> None:
    """Add a transition to the history of an episode; `alert` is the episode after it."""
    from_state = transition.from_state.value if transition.from_state else None
    await connection.execute(
        QUERIES.append_transition,
        alert.id,
        alert.seq,
        from_state,
        transition.to_state.value,
        transition.reason,
        alert.rule_version,
        transition.recorded,
        transition.actor,
        at,
    )


async def transitions_of(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """The history of an episode, oldest first."""
    return [dict(row) for row in await connection.fetch(QUERIES.transitions_of, alert_id)]


async def notifications_of(connection: Connection, alert_id: str) -> list[dict[str, Any]]:
    """Who was told what, when, and whether it left. No address."""
    return [dict(row) for row in await connection.fetch(QUERIES.notifications_of, alert_id)]


async def marked_places(connection: Connection) -> set[tuple[str, str, str]]:
    """(indicator, period, territory) of which the public may not see everything."""
    return {(r["indicator"], r["period"], r["territory"]) for r in await connection.fetch(QUERIES.marked_places)}


async def list_alerts(
    connection: Connection,
    states: Sequence[str] | None,
    rule: str | None,
    territories: Sequence[str] | None,
    limit: int,
) -> list[Alert]:
    """Episodes that pass the filters, the latest change first."""
    rows = await connection.fetch(QUERIES.list_alerts, states, rule, territories, limit)
    return [_alert(row) for row in rows]


def _alert(row: asyncpg.Record) -> Alert:
    return Alert(
        id=row["id"],
        key=row["alert_key"],
        episode=row["episode"],
        subject=Subject(
            row["rule"],
            RuleKind(row["kind"]),
            row["territory"],
            row["period"],
            row["indicator"],
            row["collection"],
        ),
        rule_version=row["rule_version"],
        severity=Severity(row["severity"]),
        state=State(row["state"]),
        seq=row["seq"],
        data_status=DataStatus(row["data_status"]),
        inputs=row["inputs"],
        simulated=row["simulated"],
        owner=row["owner"],
        ack_reason=row["ack_reason"],
        commitment_date=row["commitment_date"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
    )
