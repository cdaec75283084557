"""Composition root of alerting: settings, pool, broker, consumer, loops, API, in one straight line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.alerting import problems
from services.alerting.api import alert_routes
from services.alerting.consumer import SOURCES, Reader
from services.alerting.delivery import Delivery
from services.alerting.loop import Loop, finish
from services.alerting.notifiers.email import EmailNotifier
from services.alerting.notifiers.kafka import KafkaNotifier
from services.alerting.notifiers.notifier import Notifier
from services.alerting.outbox import Channel
from services.alerting.tick import Ticker
from shared.catalogue.cache import CatalogueCache
from shared.runtime.broker import BatchConsumer, make_broker, start_broker
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.dead_letters import DeadLetterOffice
from shared.runtime.logs import configure_logs
from shared.runtime.probes import probe_routes
from shared.runtime.settings import settings

SERVICE = "alerting"
# Mail workers: one slow recipient holds one of them. Followers are read in order, so one worker is enough.
WORKERS = {Channel.email: 4, Channel.kafka: 1}


def build() -> FastAPI:
    """Alerting as an ASGI application: it consumes, judges and delivers in the background, and answers about alerts."""
    configure_logs(SERVICE)
    broker = make_broker(SERVICE)
    pool = make_pool(SERVICE, max_size=8)
    clock = make_clock()
    catalogue = CatalogueCache(pool)
    reader = Reader(pool, DeadLetterOffice(broker, SERVICE, clock))
    consumer = BatchConsumer(broker, SERVICE, SOURCES, reader.on_batch)
    notifiers: dict[Channel, Notifier] = {
        Channel.email: EmailNotifier(settings()),
        Channel.kafka: KafkaNotifier(broker),
    }
    pause = settings().tick_seconds
    loops = [Loop("tick", Ticker(pool, catalogue, clock).tick, pause)]
    for channel, count in WORKERS.items():
        for worker in range(count):
            delivery = Delivery(pool, channel.value, notifiers[channel], clock, worker)
            loops.append(Loop(f"delivery_{channel.value}_{worker}", delivery.deliver_next, pause))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            await start_broker(broker)
            tasks = [asyncio.create_task(loop.run()) for loop in loops]
            try:
                yield
            finally:
                await finish(loops, tasks)
                await broker.stop()

    async def missing() -> dict[str, str]:
        waits: dict[str, str] = {}
        if not consumer.assigned():
            waits["kafka"] = "the consumer group has not given this member its partitions"
        return waits

    def alive() -> bool:
        return consumer.stopped_because is None and all(loop.alive() for loop in loops)

    app = FastAPI(title="Vigie alerting", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    problems.install(app)
    app.include_router(probe_routes(alive=alive, ready=missing))
    app.include_router(alert_routes(pool, catalogue, clock))
    return app
