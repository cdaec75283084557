"""Entries and their totals in a real database: whatever comes first, however often, the same rows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import asyncpg
import pytest

from services.aggregator import registers
from services.aggregator.register_store import QUERIES
from shared.computation.totals import group_of, totals
from shared.contracts.register import EntryReported
from shared.domain.observation import Status
from shared.domain.register import Milestone
from shared.runtime.database import connect
from tests.conftest import World
from tests.support.entries import action, call, project, reported

AT = datetime(2021, 6, 1, tzinfo=UTC)
HISTORY = [
    reported(call(selected=2, awarded=Decimal(100)), 1),
    reported(project("a", 60), 2),
    reported(project("b", 30, territory="DEPT-09"), 2),
    reported(project("b", 35, territory="DEPT-09"), 3),
    reported(call("other", selected=1), 4),
    reported(project("a", 60, call="other"), 5),
    reported(project("c", None), 6),
    reported(project("c", None), 7, status=Status.withdrawn),
    reported(action("1.1", 700), 8),
    reported(action("1.2"), 8),
    reported(action("1.2", 12, period="2022"), 9),
]


@pytest.fixture(scope="module")
async def database(world: World) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect("test")
    yield connection
    await connection.close()


@pytest.fixture(autouse=True)
async def _nothing_stored(database: asyncpg.Connection) -> None:
    await database.execute("TRUNCATE aggregator.project_call_version, aggregator.project_version")
    await database.execute("TRUNCATE aggregator.action_version, aggregator.milestone_version")
    await database.execute("TRUNCATE aggregator.observation_version")


async def apply(connection: asyncpg.Connection, entries: list[EntryReported]) -> dict[tuple[str, str], set[str]]:
    async with connection.transaction():
        return await registers.apply(connection, entries, AT)


async def stored(connection: asyncpg.Connection) -> set[tuple[object, ...]]:
    rows = await connection.fetch(
        """SELECT indicator, territory, period, source, basis, submission_seq, event_id::text, receipt_id, value, status
           FROM entitled.observation_version WHERE feed = 'registers'"""
    )
    return {tuple(row) for row in rows}


def expected() -> set[tuple[object, ...]]:
    groups = {group for v in HISTORY if (group := group_of(v.entry)) is not None}
    made = [o for group in groups for o in totals(group, HISTORY)]
    return {
        (
            o.indicator, o.territory, o.period, o.source, o.basis.value, o.submission_seq, str(o.event_id),
            o.receipt_id, o.value, o.status.value,
        )
        for o in made
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_batches_with_repeats_leaves_the_same_rows(database: asyncpg.Connection, seed: int) -> None:
    random = Random(seed)
    arrived = HISTORY + random.sample(HISTORY, 4)
    random.shuffle(arrived)
    while arrived:
        size = random.randint(1, 4)
        batch, arrived = arrived[:size], arrived[size:]
        await apply(database, batch)
    assert await stored(database) == expected()


async def test_two_writers_at_once_miss_nothing(database: asyncpg.Connection) -> None:
    """A project and the version that moves it elsewhere arrive at two members of the group at the same moment."""
    others = [await connect("test") for _ in range(4)]
    try:
        batches = [HISTORY[i::4] for i in range(4)]
        await asyncio.gather(*[apply(c, batch) for c, batch in zip(others, batches, strict=True)])
    finally:
        for other in others:
            await other.close()
    assert await stored(database) == expected()


async def test_every_total_of_a_touched_group_is_named_and_again_for_a_repeat(database: asyncpg.Connection) -> None:
    first = await apply(database, HISTORY[:3])
    assert first["ax0.calls.amount_listed", "2021"] == {"REG-76"}
    assert first["ax0.projects.departmental", "2021"] == {"DEPT-31", "DEPT-09"}
    assert await apply(database, HISTORY[:3]) == first
    moved = await apply(database, [HISTORY[5]])
    assert "DEPT-31" in moved["ax0.projects.departmental_amount", "2021"]
    assert (
        await database.fetchval(
            """SELECT count(*) FROM entitled.observation
           WHERE source = 'project-call:call' AND territory = 'DEPT-31' AND status <> 'withdrawn'"""
        )
        == 0
    )


async def test_a_repeat_writes_nothing_again(database: asyncpg.Connection) -> None:
    await apply(database, HISTORY)
    before = await database.fetch("SELECT ctid, xmin FROM aggregator.observation_version ORDER BY ctid")
    await apply(database, HISTORY)
    assert await database.fetch("SELECT ctid, xmin FROM aggregator.observation_version ORDER BY ctid") == before


async def test_a_figure_that_somebody_reported_is_never_replaced(database: asyncpg.Connection) -> None:
    """Its source may be called like that of a total; only what Vigie made of registers is."""
    await database.execute(
        """INSERT INTO aggregator.observation_version VALUES ('ax0.calls.listed', '2021', 'REG-76', 'project-call:call',
           'declared', 1, gen_random_uuid(), 'rcp-x', '', 4, 'Valeur', 'observations', 1, 9, NULL, NULL, 'final', '=',
           FALSE, NULL, $1, $1)""",
        AT,
    )
    await apply(database, HISTORY)
    kept = await database.fetchval("SELECT value FROM aggregator.observation_version WHERE feed = 'observations'")
    assert kept == 9


async def test_a_receipt_has_gone_through_when_its_entries_are_stored(database: asyncpg.Connection) -> None:
    """Totals are not counted: three entries of the second receipt make many of them."""
    await apply(database, HISTORY[:3])
    progress = {r["receipt_id"]: r["stored"] for r in await database.fetch("SELECT * FROM entitled.receipt_progress")}
    assert progress == {"rcp-1": 1, "rcp-2": 2}


async def test_newest_versions_are_seen_withdrawn_ones_with_their_status(database: asyncpg.Connection) -> None:
    step = Milestone(id="J1", territory="REG-76", period="2021", title="Lancement", due=date(2021, 6, 30))
    await apply(database, [*HISTORY, reported(step, 10)])
    found = {
        r["id"]: (r["call"], r["amount"], r["status"]) for r in await database.fetch("SELECT * FROM published.project")
    }
    assert found == {"a": ("other", 60, "final"), "b": ("call", 35, "final"), "c": ("call", None, "withdrawn")}
    assert await database.fetchval("SELECT count(*) FROM published.project_version") == 6
    assert await database.fetchval("SELECT state FROM published.milestone") == "planned"
    plan = await database.fetch(
        "EXPLAIN " + QUERIES.totals_of_sources.replace("$1::text[]", "'{x}'::text[]").rstrip(";")
    )
    assert plan, "the query of totals is one that the database accepts"
