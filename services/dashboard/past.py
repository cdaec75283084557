"""What the dashboard reads of the past: one function per query, entitled views only. `at`: what was known by then."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import asyncpg

from services.dashboard.filters import ByCell
from services.dashboard.items import AlertItem, Item, ObservationItem, ReportItem
from services.dashboard.recollection import Version
from services.dashboard.store import LARGEST_ANSWER, filter_values
from shared.computation.checks.sites import Moved
from shared.computation.figure import Figure, Key
from shared.domain.observation import Basis, Status
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))
OPEN = ("pending", "firing", "acknowledged", "recovering")
CLOSED = ("resolved", "withdrawn", "superseded")
LAST_CLOSED = 20
I = TypeVar("I", bound=Item)  # noqa: E741


async def stated(connection: Connection, at: datetime, since: datetime | None = None) -> list[Moved]:
    """(indicator, period, territory) of which a version was received by then, and after `since` where given."""
    rows = await connection.fetch(QUERIES.stated, at, since)
    return [(row["indicator"], row["period"], row["territory"]) for row in rows]


async def versions(connection: Connection, keys: Iterable[Key], at: datetime) -> list[Version]:
    """Every version of these pairs that was received by then."""
    wanted = sorted(keys)
    rows = await connection.fetch(QUERIES.versions, [k[0] for k in wanted], [k[1] for k in wanted], at)
    return [_version(row) for row in rows]


async def versions_under(
    connection: Connection, keys: Iterable[Key], territories: Sequence[str], at: datetime | None
) -> list[ObservationItem]:
    """Every version of these pairs about these territories, with its place; `at` None: to this day."""
    wanted = sorted(keys)
    pairs = [k[0] for k in wanted], [k[1] for k in wanted]
    rows = await connection.fetch(QUERIES.versions_under, *pairs, list(territories), at)
    return [ObservationItem(**row) for row in rows]


async def observations(connection: Connection, asked: ByCell, at: datetime) -> list[ObservationItem]:
    """The newest version of each cell then."""
    return await _cells(connection, QUERIES.observations, asked, ObservationItem, at)


async def open_alerts(connection: Connection, asked: ByCell, at: datetime) -> list[AlertItem]:
    """Episodes that were open then, the gravest and oldest first."""
    return await _cells(connection, QUERIES.alerts, asked, AlertItem, at, OPEN, None)


async def closed_alerts(connection: Connection, at: datetime) -> list[AlertItem]:
    """The episodes closed last by then."""
    found = await _cells(connection, QUERIES.alerts, ByCell(), AlertItem, at, CLOSED, None)
    return sorted(found, key=lambda a: (-a.changed_at.timestamp(), a.id))[:LAST_CLOSED]


async def alert(connection: Connection, alert_id: str, at: datetime) -> AlertItem | None:
    """One episode as it was then; None when it had not begun."""
    return next(iter(await _cells(connection, QUERIES.alerts, ByCell(), AlertItem, at, None, alert_id)), None)


async def reports(connection: Connection, asked: ByCell, at: datetime) -> list[ReportItem]:
    """The ledger of expected reports then."""
    return await _cells(connection, QUERIES.reports, asked, ReportItem, at)


async def transitions(connection: Connection, alert_id: str, at: datetime) -> list[asyncpg.Record]:
    """The story of one episode up to then."""
    return list(await connection.fetch(QUERIES.transitions, alert_id, at))


async def notifications(connection: Connection, alert_id: str, at: datetime) -> list[asyncpg.Record]:
    """The mails of one episode written by then."""
    return list(await connection.fetch(QUERIES.notifications, alert_id, at))


async def _cells(
    connection: Connection, query: str, asked: ByCell, item: type[I], at: datetime, *others: object
) -> list[I]:
    rows = await connection.fetch(query, *filter_values(asked), LARGEST_ANSWER + 1, at, *others)
    return [item(**row) for row in rows]


def _version(row: asyncpg.Record) -> Version:
    values = dict(row) | {"basis": Basis(row["basis"]), "status": Status(row["status"])}
    received_at, receipt_id = values.pop("received_at"), values.pop("receipt_id")
    file_name = values.pop("file_name") or ""
    return Version(Figure(**values), received_at, receipt_id, file_name)
