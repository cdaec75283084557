"""/metrics/business: a snapshot read every few seconds, served as it is. Vanished rows are vanished series."""

import asyncio
import time
from collections.abc import Iterator
from importlib.metadata import version

import asyncpg
import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.dashboard.archive import Archive
from services.dashboard.business import Snapshot, families
from services.dashboard.filters import ByCell
from shared.runtime.settings import settings

log = structlog.get_logger()


class Exporter(Collector):
    """Serves the last snapshot. While the database is away its age grows, which is what the alert rule looks at."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._version = version("vigie")
        self._snapshot = Snapshot(version=self._version)
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """Every metric of the last snapshot; none is ever set in place."""
        return families(self._snapshot)

    async def refresh(self) -> None:
        """Read everything again, in one transaction."""
        async with self._archive.open() as reading:
            self._snapshot = Snapshot(
                version=self._version,
                # Real time: its age says whether this process still reads, whatever the clock of a demo says.
                at=time.time(),
                clock=self._archive.clock.now().timestamp(),
                territories=await reading.territories(),
                indicators=await reading.indicators(),
                values=await reading.values(),
                targets=await reading.targets(ByCell()),
                reports=await reading.reports(ByCell()),
                alerts=await reading.open_alerts(ByCell()),
                rules=await reading.rules(),
                outbox=await reading.outbox(),
            )

    async def run(self) -> None:
        """Refresh for ever."""
        while True:
            try:
                await self.refresh()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("snapshot_failed", error=repr(error))
            await asyncio.sleep(settings().exporter_seconds)

    def routes(self) -> APIRouter:
        """The one page that Prometheus reads here; territories are labels, so it is kept apart from /metrics."""
        router = APIRouter(include_in_schema=False)

        @router.get("/metrics/business")
        async def business() -> Response:
            text = await asyncio.to_thread(generate_latest, self.registry)
            return Response(text, media_type=CONTENT_TYPE_LATEST)

        return router
