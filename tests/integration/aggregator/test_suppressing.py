"""Marks of small cells follow the figures and the catalogue, on a real broker and a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from services.aggregator.app import build
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.contracts.topics import OBSERVATIONS
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from tests.conftest import World
from tests.support.wire import eventually, observation, send

ROOT = Path(__file__).resolve().parents[3]
FRAMEWORK, AMOUNT = "ax2.ase_exit.in_framework", "ax0.bud.contracted_state_share"
FIRST = {"DEPT-09": (3, 40), "DEPT-31": (50, 60), "DEPT-48": (12, 30)}


@pytest.fixture(scope="module")
async def database(world: World) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect("test")
    await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), make_clock())
    app = build()
    async with app.router.lifespan_context(app):
        yield connection
    await connection.close()


async def tell(seq: int, territory: str, above: int, below: int) -> None:
    told = observation(FRAMEWORK, territory, seq, numerator=above, denominator=below, period="2020")
    await send(OBSERVATIONS, (FRAMEWORK, told.encode()))


async def marks(database: asyncpg.Connection) -> dict[str, str]:
    rows = await database.fetch("SELECT * FROM aggregator.suppression WHERE indicator = $1", FRAMEWORK)
    assert {row["following"] for row in rows} <= {"2021"}
    return {row["territory"]: row["reason"] for row in rows}


async def test_marks_come_with_the_figures(database: asyncpg.Connection) -> None:
    for seq, (territory, counts) in enumerate(FIRST.items(), start=1):
        await tell(seq, territory, *counts)
    wanted = {
        "DEPT-09": "primary", "DEPT-48": "secondary", "DEPT-31": "past", "REG-76": "contributor",
        "NAT-FR": "contributor",
    }  # fmt: skip

    async def marked() -> bool:
        return await marks(database) == wanted

    await eventually(marked)
    public = await database.fetch("SELECT * FROM published.rollup WHERE indicator = $1", FRAMEWORK)
    assert {row["territory"]: row["suppressed"] for row in public} == {
        "DEPT-09": True, "DEPT-48": True, "DEPT-31": False, "REG-76": False, "NAT-FR": False,
    }  # fmt: skip
    assert {row["territory"] for row in public if row["numerator"] is None} == {"DEPT-09", "DEPT-48"}


async def test_a_corrected_figure_is_shown_and_its_past_is_not(database: asyncpg.Connection) -> None:
    await tell(20, "DEPT-09", 30, 40)

    async def marked() -> bool:
        return await marks(database) == dict.fromkeys([*FIRST, "REG-76", "NAT-FR"], "past")

    await eventually(marked)
    versions = await database.fetch(
        "SELECT submission_seq, numerator FROM published.observation_version WHERE territory = 'DEPT-09' ORDER BY 1"
    )
    assert [tuple(row) for row in versions] == [(1, None), (20, 30)]


async def test_without_threshold_there_are_no_marks_and_no_work(database: asyncpg.Connection) -> None:
    catalogue = await catalogue_store.read(database)
    free = {code: i.model_copy(update={"small_cell": 0}) for code, i in catalogue.indicators.items()}
    await catalogue_store.load(database, replace(catalogue, indicators=free, digest="free"), make_clock())

    async def none_left() -> bool:
        return await marks(database) == {}

    await eventually(none_left)
