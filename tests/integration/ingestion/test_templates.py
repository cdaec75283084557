"""The route of templates, on a real database: who gets which, what it remembers, and that it comes back clean."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from services.ingestion import problems
from services.ingestion.entrance import Entrance
from services.ingestion.feeds.loader import load_feeds
from services.ingestion.feeds.own_parts import is_reminder
from services.ingestion.templates.api import template_routes
from services.ingestion.templates.known import KnownFigures
from services.ingestion.templates.workbook import TABLE_SHEET
from shared.catalogue import store as catalogue_store
from shared.catalogue.cache import CatalogueCache
from shared.catalogue.files import read_catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import make_clock
from shared.runtime.database import connect, make_pool
from tests.conftest import World
from tests.unit.ingestion.filling import fill, sent_back
from tests.unit.ingestion.judge import ROOT

TOKENS = {
    "DEPT-31": (Role.department, ["DEPT-31"]),
    "REG-76": (Role.commissioner, ["REG-76"]),
    "analyst": (Role.analyst, ["NAT-FR"]),
}


@dataclass
class Desk:
    client: httpx.AsyncClient
    connection: asyncpg.Connection
    tokens: dict[str, str]
    world: World

    async def template(self, feed: str, token: str, **query: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.tokens[token]}"} if token else {}
        return await self.client.get(f"/v1/feeds/{feed}/template.xlsx", params=query, headers=bearer)


@pytest.fixture(scope="module")
async def desk(world: World) -> AsyncIterator[Desk]:
    connection, clock = await connect("test"), make_clock()
    await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), clock)
    tokens = {}
    for name, (role, territories) in TOKENS.items():
        _, tokens[name] = await create_token(
            connection, clock, label=name, role=role, territories=territories, feeds=[]
        )
    for seq, (territory, source, value, numerator, status) in enumerate(
        [
            ("DEPT-31", "ase-exits", 20, 80, "final"),
            ("DEPT-31", "ase-exits", 25, 100, "provisional"),  # the newest of the cell
            ("DEPT-34", "ase-exits", 30, 90, "final"),
            ("DEPT-09", "ase-exits", 30, 7, "withdrawn"),
            ("DEPT-31", "bilan.pdf:12", 50, 999, "final"),  # not this feed's own
        ],
        start=1,
    ):
        await connection.execute(
            """INSERT INTO aggregator.observation_version (indicator, period, territory, source, basis, submission_seq,
               event_id, receipt_id, sheet, column_name, feed, definition_version, value, numerator, denominator,
               status, qualifier, simulated, received_at, written_at)
               VALUES ('ax2.ase_exit.stable_housing', '2019', $1, $2, 'reported', $3, gen_random_uuid(), 'r', '', '',
               $4, 1, $5, $6, 400, $7, '=', false, $8, $8)""",
            territory, source, seq, "ase-exits" if source == "ase-exits" else "observations", value, numerator, status,
            clock.now(),
        )  # fmt: skip
    async with make_pool("test-templates") as pool:
        app = FastAPI()
        entrance = Entrance(pool, CatalogueCache(pool), load_feeds())
        app.include_router(template_routes(entrance, KnownFigures(pool), clock))
        problems.install(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://ingestion", timeout=60) as client:
            yield Desk(client, connection, tokens, world)
    await connection.close()


def reminded(content: bytes) -> dict[str, list[object]]:
    sheet = load_workbook(io.BytesIO(content))[TABLE_SHEET]
    rows = range(2, sheet.max_row + 1)
    return {
        str(c.value): [sheet.cell(row, c.column).value for row in rows] for c in sheet[1] if is_reminder(str(c.value))
    }


async def test_a_department_gets_its_own_with_what_it_said_last(desk: Desk):
    answer = await desk.template("ase-exits", "DEPT-31", period="2020")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="ase-exits_DEPT-31_2020.xlsx"'
    assert reminded(answer.content) == {
        "Rappel 2019 — Jeunes devenus majeurs": [400],
        "Rappel 2019 — Logement stable": [100],
    }
    feed = load_feeds()["ase-exits"]
    outcome = sent_back(fill(answer.content, feed), feed, "DEPT-31")
    assert (outcome.repairs, outcome.errors, len(outcome.figures)) == ([], [], 6)


async def test_a_region_gets_its_departments_each_with_its_own_past(desk: Desk):
    answer = await desk.template("ase-exits", "REG-76", territory="REG-76", period="2020")
    sheet = load_workbook(io.BytesIO(answer.content))[TABLE_SHEET]
    places = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert len(places) == 13
    past = dict(zip(places, reminded(answer.content)["Rappel 2019 — Logement stable"], strict=True))
    assert {place: value for place, value in past.items() if value is not None} == {"DEPT-31": 100, "DEPT-34": 90}


async def test_the_period_due_comes_first_then_the_last_that_is_over(desk: Desk):
    desk.world.set_clock("2021-03-20T10:00:00+01:00")
    assert "_2020.xlsx" in (await desk.template("ase-exits", "DEPT-31")).headers["content-disposition"]
    desk.world.set_clock("2021-06-20T10:00:00+01:00")
    assert "_2021.xlsx" in (await desk.template("calpae-amounts", "DEPT-31")).headers["content-disposition"]
    # Midnight in Paris comes before midnight in UTC.
    desk.world.set_clock("2021-12-31T23:30:00+00:00")
    assert "_2021.xlsx" in (await desk.template("youth", "DEPT-31")).headers["content-disposition"]


@pytest.mark.parametrize(
    ("feed", "token", "query", "status"),
    [
        ("ase-exits", "", {}, 401),
        ("ase-exits", "analyst", {}, 403),
        ("ase-exits", "DEPT-31", {"territory": "DEPT-34"}, 403),
        ("social-benefits", "DEPT-31", {}, 403),
        ("nothing", "DEPT-31", {}, 404),
        ("ase-exits", "DEPT-31", {"territory": "Narnia"}, 400),
        ("ase-exits", "DEPT-31", {"period": "2020-Q1"}, 400),
        ("credits", "REG-76", {"territory": "DEPT-31", "period": "2020"}, 400),
    ],
)
async def test_who_may_not_and_what_cannot_be(desk: Desk, feed: str, token: str, query: dict[str, str], status: int):
    answer = await desk.template(feed, token, **query)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
