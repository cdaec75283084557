"""The reference data, file by file, through the real API, Kafka and database, up to the read API.

What is asserted by file: rows in, stored, refused with reasons, and the totals that follow.
"""

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from services.aggregator.app import build as build_aggregator
from services.dashboard.app import build as build_dashboard
from services.ingestion.app import build as build_ingestion
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.broker import ensure_topics
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from tests.conftest import World
from tests.support.wire import eventually

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests/acceptance/data"
FILES = {
    "observations": ROOT / "tests/unit/ingestion/samples/observations_reference.csv",
    "project-calls": DATA / "project_calls.csv",
    "projects": DATA / "projects.csv",
    "convention-actions": DATA / "actions.csv",
}
# feed: rows of the file, what is stored of them, and for those that are not, how many by which reason.
OUTCOME: dict[str, tuple[int, int, dict[str, int]]] = {
    "observations": (605, 586, {"missing_blank": 19}),
    "project-calls": (32, 32, {}),
    "projects": (154, 154, {}),
    "convention-actions": (17, 17, {}),
}


@dataclass
class Platform:
    """Three services in this process, on a real broker and a real database."""

    ingestion: httpx.AsyncClient
    dashboard: httpx.AsyncClient
    database: asyncpg.Connection
    token: str
    receipts: dict[str, dict[str, Any]]

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self.dashboard.get(f"/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def client(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://vigie", timeout=60)


@pytest.fixture(scope="module")
async def platform_with_data(world: World) -> AsyncIterator[Platform]:
    database = await connect("test")
    await catalogue_store.load(database, read_catalogue(ROOT / "deploy/catalogue"), make_clock())
    _, token = await create_token(
        database, make_clock(), label="operator", role=Role.operator, territories=["NAT-FR"], feeds=[]
    )
    await ensure_topics()
    ingestion, aggregator, dashboard = build_ingestion(), build_aggregator(), build_dashboard()
    async with (
        aggregator.router.lifespan_context(aggregator),
        ingestion.router.lifespan_context(ingestion),
        dashboard.router.lifespan_context(dashboard),
        client(ingestion) as to_ingestion,
        client(dashboard) as to_dashboard,
    ):
        platform = Platform(to_ingestion, to_dashboard, database, token, {})

        async def ready() -> bool:
            return (await to_ingestion.get("/readyz")).status_code == 200

        await eventually(ready)
        # Projects before their calls: the order of files is nobody's business.
        for feed in ("projects", "observations", "project-calls", "convention-actions"):
            answer = await to_ingestion.post(
                f"/v1/feeds/{feed}/submissions",
                content=FILES[feed].read_bytes(),
                params={"filename": FILES[feed].name},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 202, answer.text
            platform.receipts[feed] = answer.json()
        yield platform
    await database.close()


@pytest.mark.parametrize("feed", FILES)
async def test_each_file_is_accounted_for_row_by_row(platform_with_data: Platform, feed: str) -> None:
    rows, stored, reasons = OUTCOME[feed]
    with FILES[feed].open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    receipt = platform_with_data.receipts[feed]
    assert (len(lines), receipt["accepted"], receipt["errors"]) == (rows, stored, [])
    left_out = [r for r in receipt["repairs"] if r["code"] in reasons]
    assert {code: sum(r["code"] == code for r in left_out) for code in reasons} == reasons
    assert rows == stored + len(left_out)
    # `missing` in the file, and nothing in the database: not a zero.
    assert all(lines[r["row"] - 2]["status"] == "missing" and r["column"] == "value" for r in left_out)

    async def gone_through() -> bool:
        query = "SELECT stored FROM entitled.receipt_progress WHERE receipt_id = $1"
        return bool(await platform_with_data.database.fetchval(query, receipt["id"]) == stored)

    await eventually(gone_through, seconds=30)


async def test_all_sources_of_one_figure_are_stored(platform_with_data: Platform) -> None:
    async def groups() -> list[Any]:
        found = await platform_with_data.items(
            "observations", indicator="ax0.gov.working_groups", territory="REG-76", period="2021"
        )
        return sorted(f["value"] for f in found)

    async def all_in() -> bool:
        return await groups() == [9, 15, 17]

    await eventually(all_in, seconds=30)


async def test_registers_are_read_back_as_they_are(platform_with_data: Platform) -> None:
    async def everything() -> bool:
        sizes = [len(await platform_with_data.items(p)) for p in ("project-calls", "projects", "actions", "milestones")]
        return sizes == [32, 154, 17, 0]

    await eventually(everything, seconds=30)
    (voucher,) = await platform_with_data.items("projects", territory="DEPT-46", theme="mobilité")
    assert (voucher["id"], voucher["amount"], voucher["call"]) == ("G41", 42000, "occ-gt-2021")
    assert len(await platform_with_data.items("projects", call="occ-gt-2021")) == 52
    assert await platform_with_data.items("projects", as_of="2020-01-01") == []
    table = await platform_with_data.dashboard.get("/v1/actions", params={"format": "csv"})
    assert table.text.splitlines()[0].startswith("id,territory,level,period")
    unknown = await platform_with_data.dashboard.get("/v1/projects", params={"territory": "DEPT-99"})
    assert unknown.status_code in {400, 404}


async def test_totals_stand_beside_what_calls_and_conventions_state(platform_with_data: Platform) -> None:
    async def total(indicator: str, territory: str, source: str) -> tuple[Any, str] | None:
        found = await platform_with_data.items("observations", indicator=indicator, territory=territory, period="2021")
        return next(((f["value"], f["basis"]) for f in found if f["source"] == source), None)

    async def made() -> bool:
        return await total("ax0.calls.amount_listed", "REG-76", "project-call:occ-gt-2021") == (2046303, "computed")

    await eventually(made, seconds=30)
    assert await total("ax0.calls.awarded", "REG-76", "project-call:occ-gt-2021") == (2046321, "declared")
    dijon = "convention:EPCI-242100410 2021"
    assert await total("ax0.convention.actions_cost", "EPCI-242100410", dijon) == (700000, "computed")
    assert await total("ax0.convention.declared_total", "EPCI-242100410", dijon) == (712000, "declared")
    assert await total("ax0.convention.actions_unpriced", "EPCI-242100410", dijon) == (1, "computed")
    assert await total("ax0.projects.departmental", "DEPT-34", "project-call:occ-tiers-lieux-2021") == (3, "computed")
