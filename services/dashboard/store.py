"""What the dashboard reads: one function per query, published views only."""

from collections.abc import Sequence
from typing import TypeVar

import asyncpg

from services.dashboard.business import Outbox, RuleInfo, Value
from services.dashboard.filters import ByCell
from services.dashboard.items import (
    AlertItem,
    CheckItem,
    EvolutionItem,
    IndicatorItem,
    Item,
    ObservationItem,
    ReportItem,
    RollupItem,
    TargetItem,
    TerritoryItem,
)
from shared.computation.disclosure.companions import Reason
from shared.computation.disclosure.statements import Place
from shared.runtime.database import Connection, queries_beside

QUERIES = queries_beside(__file__)
LARGEST_ANSWER = 50_000
I = TypeVar("I", bound=Item)  # noqa: E741


async def indicators(connection: Connection, codes: Sequence[str] = ()) -> list[IndicatorItem]:
    """Every version of every definition."""
    return [IndicatorItem(**row) for row in await connection.fetch(QUERIES.indicators, list(codes) or None)]


async def territories(
    connection: Connection, codes: Sequence[str] = (), levels: Sequence[str] = ()
) -> list[TerritoryItem]:
    """Territories in the order of the catalogue."""
    rows = await connection.fetch(QUERIES.territories, list(codes) or None, list(levels) or None)
    return [TerritoryItem(**row) for row in rows]


async def observations(connection: Connection, asked: ByCell) -> list[ObservationItem]:
    """The newest version of each cell."""
    return await _cells(connection, QUERIES.observations, asked, ObservationItem)


async def rollups(connection: Connection, asked: ByCell) -> list[RollupItem]:
    """Figures with their coverage."""
    rows = await connection.fetch(QUERIES.rollups, *filter_values(asked), LARGEST_ANSWER + 1)
    return [RollupItem(**row, evolution=_evolution(row)) for row in rows]


def _evolution(row: asyncpg.Record) -> EvolutionItem | None:
    """The move that the view spreads over its columns; None where the period before says nothing."""
    if row["evolution_against"] is None:
        return None
    return EvolutionItem(**{**row, "against": row["evolution_against"], "common": row["common"] or []})


async def open_alerts(connection: Connection, asked: ByCell) -> list[AlertItem]:
    """Open episodes, the gravest and oldest first."""
    return await _cells(connection, QUERIES.open_alerts, asked, AlertItem)


async def reports(connection: Connection, asked: ByCell) -> list[ReportItem]:
    """The ledger of expected reports."""
    return await _cells(connection, QUERIES.reports, asked, ReportItem)


async def checks(connection: Connection, asked: ByCell) -> list[CheckItem]:
    """Outcomes of checks, failing ones first."""
    return await _cells(connection, QUERIES.checks, asked, CheckItem)


async def targets(connection: Connection, asked: ByCell) -> list[TargetItem]:
    """Targets, every version."""
    return await _cells(connection, QUERIES.targets, asked, TargetItem)


async def family(connection: Connection, code: str) -> list[TerritoryItem]:
    """A territory and all under it; empty when the catalogue has no such code."""
    return [TerritoryItem(**row) for row in await connection.fetch(QUERIES.family, code)]


async def file_names(connection: Connection, receipts: Sequence[str]) -> dict[str, str]:
    """Name of the file behind each receipt."""
    return {row["id"]: row["file_name"] for row in await connection.fetch(QUERIES.file_names, list(receipts))}


async def marks(connection: Connection) -> dict[Place, Reason]:
    """What the public may not see, and why."""
    return {
        (row["indicator"], row["period"], row["territory"]): Reason(row["reason"])
        for row in await connection.fetch(QUERIES.marks)
    }


async def busiest_region(connection: Connection) -> str | None:
    """The region with most figures and expected reports; None while there are none."""
    code: str | None = await connection.fetchval(QUERIES.busiest_region)
    return code


async def labels(connection: Connection) -> dict[str, str]:
    """Names of territories, labels of indicators, collections and feeds, by code."""
    return {row["code"]: row["name"] for row in await connection.fetch(QUERIES.labels)}


async def alert(connection: Connection, alert_id: str) -> AlertItem | None:
    """One episode, open or closed."""
    row = await connection.fetchrow(QUERIES.alert, alert_id)
    return AlertItem(**row) if row else None


async def closed_alerts(connection: Connection) -> list[AlertItem]:
    """The episodes closed last."""
    return [AlertItem(**row) for row in await connection.fetch(QUERIES.closed_alerts)]


async def transitions(connection: Connection, alert_id: str) -> list[asyncpg.Record]:
    """The story of one episode, in order."""
    return list(await connection.fetch(QUERIES.transitions, alert_id))


async def notifications(connection: Connection, alert_id: str) -> list[asyncpg.Record]:
    """The mails of one episode with the role they went to, never an address."""
    return list(await connection.fetch(QUERIES.notifications, alert_id))


async def values(connection: Connection) -> list[Value]:
    """Every rollup, as far as metrics need it."""
    return [Value(**row) for row in await connection.fetch(QUERIES.values_of_all_cells)]


async def rules(connection: Connection) -> list[RuleInfo]:
    """Enabled alert rules."""
    return [RuleInfo(**row) for row in await connection.fetch(QUERIES.rules)]


async def outbox(connection: Connection) -> list[Outbox]:
    """How many notifications stand where."""
    return [Outbox(**row) for row in await connection.fetch(QUERIES.outbox)]


async def _cells(connection: Connection, query: str, asked: ByCell, item: type[I]) -> list[I]:
    """One row more than the largest answer is asked for, so that the caller sees when there was more."""
    rows = await connection.fetch(query, *filter_values(asked), LARGEST_ANSWER + 1)
    return [item(**row) for row in rows]


def filter_values(asked: ByCell) -> list[list[str] | None]:
    """The four filters in the order of the queries; None for one that is not given."""
    levels = [level.value for level in asked.level]
    return [list(f) or None for f in (asked.indicator, asked.territory, asked.period, levels)]
