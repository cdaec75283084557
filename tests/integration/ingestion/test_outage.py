"""Broker or database away: 503 at once, nothing lost, nothing twice."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.ingestion.app import build
from shared.runtime.settings import settings
from tests.integration.ingestion.office import Office, ase
from tests.support.wire import eventually


@asynccontextmanager
async def another_ingestion(**environment: str) -> AsyncIterator[httpx.AsyncClient]:
    """A second instance on the same database, with other settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        app = build()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        try:
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://ingestion", timeout=60) as client,
            ):
                yield client
        finally:
            patch.undo()
            settings.cache_clear()


async def _post(client: httpx.AsyncClient, office: Office, rows: str, period: str) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {office.tokens['DEPT-31']}"}
    return await client.post("/v1/feeds/ase-exits/submissions", params={"period": period}, content=rows, headers=bearer)


async def test_kafka_away_keeps_the_receipt_and_the_loop_publishes_it(office: Office):
    async with another_ingestion(VIGIE_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9") as client:
        assert (await client.get("/livez")).status_code == 200
        assert "kafka" in (await client.get("/readyz")).json()["missing"]
        started = time.perf_counter()
        answer = await _post(client, office, ase("31;21;1;1;1;1;1"), "2012")
        assert time.perf_counter() - started < 10
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        receipt_id = answer.json()["receipt_id"]
    # The other instance is whole: its loop finds what was left.
    await eventually(lambda: any(s.receipt_id == receipt_id for s in office.submissions))
    stage = "SELECT stage FROM ingestion.receipt WHERE id = $1"
    await eventually(lambda: _is(office, stage, receipt_id, "published"))
    retried = await office.send("ase-exits", ase("31;21;1;1;1;1;1"), period="2012")
    assert (retried.status_code, retried.json()["status"], retried.json()["id"]) == (200, "duplicate", receipt_id)


async def test_a_retry_before_the_loop_ends_the_same_submission(office: Office):
    rows = ase("31;22;1;1;1;1;1")
    receipt_id = (await office.send("ase-exits", rows, period="2011")).json()["id"]
    await office.connection.execute("UPDATE ingestion.receipt SET stage = 'received' WHERE id = $1", receipt_id)
    again = await office.send("ase-exits", rows, period="2011")
    # Either the retry or the loop came first: it is the same submission in both cases.
    assert (again.status_code, again.json()["id"]) in ((202, receipt_id), (200, receipt_id))
    await eventually(lambda: _is(office, "SELECT stage FROM ingestion.receipt WHERE id = $1", receipt_id, "published"))
    same = {o.event_id for o in office.observations if o.receipt_id == receipt_id}
    assert len(same) == 6


async def test_database_away_is_503_at_once(office: Office):
    async with another_ingestion(VIGIE_DATABASE_URL="postgresql://vigie@127.0.0.1:9/vigie") as client:
        started = time.perf_counter()
        answer = await _post(client, office, ase("31;1;1;1;1;1;1"), "2012")
        assert time.perf_counter() - started < 10
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "database" in (await client.get("/readyz")).json()["missing"]


async def _is(office: Office, query: str, argument: str, wanted: str) -> bool:
    return await office.connection.fetchval(query, argument) == wanted
