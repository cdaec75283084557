"""Fixtures only: the application in this process, on a real broker and a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.ingestion.app import build
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.contracts.observation import ObservationReported
from shared.contracts.submission import SubmissionAccepted
from shared.contracts.topics import OBSERVATIONS, SUBMISSIONS
from shared.runtime.auth import Role, create_token
from shared.runtime.broker import ensure_topics
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from shared.runtime.settings import settings
from tests.conftest import World
from tests.integration.ingestion.office import Office
from tests.support.wire import eventually, listening

ROOT = Path(__file__).resolve().parents[3]
TOKENS = {
    "DEPT-31": (Role.department, ["DEPT-31"], []),
    "DEPT-09": (Role.department, ["DEPT-09"], []),
    "ase-only": (Role.department, ["DEPT-81"], ["ase-exits"]),
    "two": (Role.department, ["DEPT-81", "DEPT-82"], []),
    "REG-76": (Role.commissioner, ["REG-76"], []),
    "REG-32": (Role.commissioner, ["REG-32"], []),
    "operator": (Role.operator, ["NAT-FR"], []),
    "analyst": (Role.analyst, ["NAT-FR"], []),
    "revoked": (Role.department, ["DEPT-31"], []),
}


@pytest.fixture(scope="module")
async def office(world: World) -> AsyncIterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_MAX_UPLOAD_BYTES", "400000")
        patch.setenv("VIGIE_REPUBLISH_SECONDS", "0.3")
        settings.cache_clear()
        connection = await connect("test")
        clock = make_clock()
        await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), clock)
        tokens = {}
        for name, (role, territories, feeds) in TOKENS.items():
            token_id, tokens[name] = await create_token(
                connection, clock, label=name, role=role, territories=territories, feeds=feeds
            )
        await connection.execute("UPDATE platform.token SET revoked_at = $2 WHERE id = $1", token_id, clock.now())
        await ensure_topics()
        app = build()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            listening(OBSERVATIONS, ObservationReported) as observations,
            listening(SUBMISSIONS, SubmissionAccepted) as submissions,
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://ingestion", timeout=60) as client,
        ):
            office = Office(app, client, connection, tokens, observations, submissions)
            await eventually(lambda: _ready(client))
            yield office
        await connection.close()
    settings.cache_clear()


async def _ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200
