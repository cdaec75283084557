"""One pass over everything that may have changed. Doing it twice, or late, gives the same alerts."""

import time

import asyncpg
import structlog

from services.alerting.following import follow_catalogue
from services.alerting.judge import judge_pending
from services.alerting.lateness import judge_coverages, judge_reports, reopen_commitments
from services.alerting.sitting import REAL_TIME, sitting
from shared.catalogue.cache import CatalogueCache
from shared.runtime.clock import Clock
from shared.runtime.metrics import LAST_EVALUATION, TICKS

log = structlog.get_logger()


class Ticker:
    """Runs the passes; the loop around it decides how often."""

    def __init__(self, pool: asyncpg.Pool, catalogue: CatalogueCache, clock: Clock) -> None:
        self._pool = pool
        self._catalogue = catalogue
        self._clock = clock

    async def tick(self) -> bool:
        """Follow the catalogue, judge figures, then what time changed. Returns whether anything was done."""
        try:
            return await self._tick()
        except Exception:
            TICKS.labels("failed").inc()
            raise

    async def _tick(self) -> bool:
        started = time.perf_counter()
        catalogue = await self._catalogue.current()
        if not catalogue.digest:
            return False
        async with sitting(self._pool, catalogue, self._clock) as s:
            followed = await follow_catalogue(s)
        judged = await judge_pending(self._pool, catalogue, self._clock)
        async with sitting(self._pool, catalogue, self._clock) as late:
            if await late.in_force():
                await judge_reports(late)
                await judge_coverages(late)
                await reopen_commitments(late)
        worked = followed or judged > 0 or bool(late.made)
        TICKS.labels("worked" if worked else "idle").inc()
        LAST_EVALUATION.set(REAL_TIME.now().timestamp())
        if worked:
            log.info(
                "tick",
                catalogue_followed=followed,
                figures=judged,
                late_transitions=len(late.made),
                seconds=round(time.perf_counter() - started, 4),
            )
        return worked
