"""Composition root of ingestion: settings, pool, producer, routes, in one straight line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.ingestion import problems
from services.ingestion.api import reading_routes, submission_routes
from services.ingestion.attempts.api import attempt_routes
from services.ingestion.attempts.ledger import AttemptLedger
from services.ingestion.description import SCHEMAS
from services.ingestion.entrance import Entrance
from services.ingestion.feeds.loader import load_feeds
from services.ingestion.heads import HeadAsGet
from services.ingestion.judgement.judging import children
from services.ingestion.problems import Problem, database_answers
from services.ingestion.publish import Publisher
from services.ingestion.receipts.api import receipt_routes
from services.ingestion.receipts.originals import Originals
from services.ingestion.receipts.seal import Keyring
from services.ingestion.republish import republish_for_ever
from services.ingestion.store import ReceiptStore
from services.ingestion.submissions import SubmissionDesk
from services.ingestion.templates.api import template_routes
from services.ingestion.templates.known import KnownFigures
from shared.catalogue.cache import CatalogueCache
from shared.runtime.background import running
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.logs import configure_logs
from shared.runtime.probes import probe_routes
from shared.runtime.producer import BatchProducer
from shared.runtime.settings import settings

SERVICE = "ingestion"
_PING_SECONDS = 2.0


def build() -> FastAPI:
    """Ingestion as an ASGI application. It answers at once, with 503 until database and Kafka are there."""
    configure_logs(SERVICE)
    clock = make_clock()
    # No connection is opened before it is needed: the service starts, and says so, without a database.
    pool = make_pool(SERVICE, min_size=0, max_size=8)
    producer = BatchProducer()
    publisher = Publisher(producer)
    store = ReceiptStore(pool)
    ledger = AttemptLedger(pool, clock)
    entrance = Entrance(pool, CatalogueCache(pool), load_feeds(settings().feeds_dir))
    keyring = Keyring.of(settings().receipt_keys.get_secret_value())
    desk = SubmissionDesk(store, publisher, clock, keyring)

    async def publish_forever() -> None:
        await producer.start()
        await republish_for_ever(store, publisher, clock, settings().republish_seconds)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            try:
                await children.prepare()
                async with running(publish_forever(), "republish") as app.state.republishing:
                    yield
            finally:
                await children.close()
                await producer.stop()

    async def missing() -> dict[str, str]:
        waits: dict[str, str] = {}
        if not await producer.answers(_PING_SECONDS):
            waits["kafka"] = "Kafka does not answer"
        try:
            async with database_answers():
                await pool.fetchval("SELECT 1")
        except Problem as problem:
            waits["database"] = str(problem)
        return waits

    app = FastAPI(title="Vigie ingestion", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(submission_routes(entrance, desk, ledger))
    # Before the reading of a receipt: /receipts/verify allows methods of its own, not those of a receipt so named.
    app.include_router(receipt_routes(entrance, store, Originals(pool), keyring))
    app.include_router(reading_routes(entrance, store))
    app.include_router(attempt_routes(entrance, ledger))
    app.include_router(template_routes(entrance, KnownFigures(pool), clock))
    app.include_router(probe_routes(alive=lambda: not app.state.republishing.done(), ready=missing))
    problems.install(app)
    app.add_middleware(HeadAsGet)
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
