"""Composition root of the dashboard: settings, pool, broker, routes, in one straight line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from services.dashboard import problems
from services.dashboard.alert_pages import alert_routes
from services.dashboard.api import api_routes
from services.dashboard.archive import Archive
from services.dashboard.exporter import Exporter
from services.dashboard.live import Hub, event_routes
from services.dashboard.pages import Pages
from services.dashboard.registers_api import register_routes
from services.dashboard.rendering import STATIC
from services.dashboard.subscription import Subscription
from services.dashboard.viewers import recognised
from shared.runtime.background import running
from shared.runtime.broker import make_broker, start_broker
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.logs import configure_logs
from shared.runtime.probes import probe_routes

SERVICE = "dashboard"


def build() -> FastAPI:
    """The dashboard as an ASGI application: pages, read API, live events, business metrics. It writes nothing."""
    configure_logs(SERVICE)
    broker = make_broker(SERVICE)
    pool = make_pool(SERVICE)
    hub = Hub()
    clock = make_clock()
    archive = Archive(pool, clock)
    pages = Pages(archive)
    exporter = Exporter(archive)
    subscription = Subscription(broker, hub.tell)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            # Without Kafka the pages still tell what is known; they only stop moving by themselves.
            try:
                async with running(start_broker(broker), "broker"), running(exporter.run(), "exporter"):
                    with hub.closing_on_signal():
                        yield
            finally:
                await broker.stop()

    async def missing() -> dict[str, str]:
        waits: dict[str, str] = {}
        if not subscription.listening():
            waits["kafka"] = "no partition of the rollups or alerts is being read"
        try:
            await pool.fetchval("SELECT 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            waits["database"] = repr(error)
        return waits

    app = FastAPI(
        title="Vigie dashboard",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(recognised(pool))],
    )
    problems.install(app)
    app.include_router(probe_routes(alive=lambda: True, ready=missing))
    app.include_router(api_routes(archive))
    app.include_router(register_routes(pool, archive))
    app.include_router(event_routes(hub))
    app.include_router(exporter.routes())
    app.include_router(pages.routes())
    app.include_router(alert_routes(pages))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
