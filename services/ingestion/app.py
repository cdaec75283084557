"""Composition root of ingestion: settings, pool, producer, routes, in one straight line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.ingestion import problems
from services.ingestion.api import routes
from services.ingestion.description import SCHEMAS
from services.ingestion.entrance import Entrance
from services.ingestion.feeds.loader import load_feeds
from services.ingestion.problems import Problem, database_answers
from services.ingestion.publish import Publisher
from services.ingestion.republish import republish_for_ever
from services.ingestion.store import ReceiptStore
from services.ingestion.submissions import SubmissionDesk
from shared.catalogue.cache import CatalogueCache
from shared.runtime.background import running
from shared.runtime.broker import make_broker, start_broker
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.logs import configure_logs
from shared.runtime.probes import probe_routes
from shared.runtime.settings import settings

SERVICE = "ingestion"
_PING_SECONDS = 2.0


def build() -> FastAPI:
    """Ingestion as an ASGI application. It answers at once, with 503 until database and Kafka are there."""
    configure_logs(SERVICE)
    clock = make_clock()
    # No connection is opened before it is needed: the service starts, and says so, without a database.
    pool = make_pool(SERVICE, min_size=0, max_size=8)
    broker = make_broker(SERVICE)
    publisher = Publisher(broker)
    store = ReceiptStore(pool)
    entrance = Entrance(pool, CatalogueCache(pool), load_feeds())
    desk = SubmissionDesk(store, publisher, clock)

    async def publish_forever() -> None:
        await start_broker(broker)
        publisher.started = True
        await republish_for_ever(store, publisher, clock, settings().republish_seconds)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            try:
                async with running(publish_forever(), "republish") as app.state.republishing:
                    yield
            finally:
                await broker.stop()

    async def missing() -> dict[str, str]:
        waits: dict[str, str] = {}
        if not publisher.started or not await broker.ping(timeout=_PING_SECONDS):
            waits["kafka"] = "Kafka does not answer"
        try:
            async with database_answers():
                await pool.fetchval("SELECT 1")
        except Problem as problem:
            waits["database"] = str(problem)
        return waits

    app = FastAPI(title="Vigie ingestion", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(routes(entrance, desk, store))
    app.include_router(probe_routes(alive=lambda: not app.state.republishing.done(), ready=missing))
    problems.install(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the API with the schema of problems, which no route returns as its model."""
    if not app.openapi_schema:
        app.openapi_schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        for operation in (o for path in app.openapi_schema["paths"].values() for o in path.values()):
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]  # a bad parameter is answered with a problem 400 here
        app.openapi_schema.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    return app.openapi_schema
