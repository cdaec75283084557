"""Composition root of the aggregator: settings, pool, broker, consumer, probes, in one straight line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.aggregator.batch import SOURCES
from services.aggregator.checking import Checking
from services.aggregator.consumer import Aggregator
from services.aggregator.following import CatalogueFollower
from shared.catalogue.cache import CatalogueCache
from shared.runtime.background import running
from shared.runtime.broker import BatchConsumer, make_broker, start_broker
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.dead_letters import DeadLetterOffice
from shared.runtime.logs import configure_logs
from shared.runtime.probes import probe_routes
from shared.runtime.settings import settings

SERVICE = "aggregator"


def build() -> FastAPI:
    """The aggregator as an ASGI application: it consumes in the background, HTTP serves probes and metrics only."""
    configure_logs(SERVICE)
    broker = make_broker(SERVICE)
    pool = make_pool(SERVICE)
    clock = make_clock()
    catalogue = CatalogueCache(pool)
    checking = Checking(pool, broker, catalogue, clock)
    aggregator = Aggregator(pool, broker, catalogue, DeadLetterOffice(broker, SERVICE, clock), clock, checking.wake)
    follower = CatalogueFollower(pool, broker, catalogue, clock)
    consumer = BatchConsumer(broker, SERVICE, SOURCES, aggregator.on_batch)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            await start_broker(broker)
            try:
                pause = settings().tick_seconds
                async with (
                    running(follower.follow_for_ever(pause), "follow") as app.state.following,
                    running(checking.run_for_ever(pause), "checks") as app.state.checking,
                ):
                    yield
            finally:
                await broker.stop()

    async def missing() -> dict[str, str]:
        waits: dict[str, str] = {}
        if not consumer.assigned():
            waits["kafka"] = "the consumer group has not given this member its partitions"
        return waits

    app = FastAPI(title="Vigie aggregator", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(probe_routes(alive=lambda: consumer.stopped_because is None, ready=missing))
    return app
