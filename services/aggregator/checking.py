"""Checks, once a submission has gone through: evaluate, commit, tell, forget. A round may be run any number of times.

A crash between any two of these steps leaves the marks, so that the next round evaluates and tells again.
"""

import asyncio
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

import asyncpg
import structlog
from faststream.kafka import KafkaBroker

from services.aggregator import check_store as store
from services.aggregator.store import current_figures
from shared.catalogue.cache import CatalogueCache
from shared.computation.checks.evaluation import evaluate
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Outcome
from shared.computation.checks.sites import Moved, Site, reads, touched
from shared.contracts.check import CheckEvaluated
from shared.contracts.topics import CHECKS
from shared.domain.catalogue import Catalogue
from shared.domain.check import Check
from shared.runtime import metrics
from shared.runtime.broker import publish_all
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.database import Connection
from shared.runtime.faults import fault_point

log = structlog.get_logger()
REAL_TIME = SystemClock()
PATIENCE = timedelta(seconds=30)
"""How long, in real time, a figure waits for the rest of its submission."""
MOST = 20_000


class Checking:
    """Evaluates the checks of figures that moved. Several processes share the work: what one holds, others skip."""

    def __init__(self, pool: asyncpg.Pool, broker: KafkaBroker, catalogue: CatalogueCache, clock: Clock) -> None:
        self._pool = pool
        self._broker = broker
        self._catalogue = catalogue
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Ask for a round now instead of at the next tick: a batch was stored."""
        self._woken.set()

    async def run_for_ever(self, pause: float) -> None:
        """The loop. A fault is logged and tried again; it never ends the loop."""
        while True:
            self._woken.clear()
            try:
                while await self.round():
                    pass
            except Exception:
                log.exception("checks_not_evaluated", retry_in=pause)
                await asyncio.sleep(pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    async def round(self) -> int:
        """Evaluate what is ready; returns how many marks that were."""
        started = time.perf_counter()
        async with self._pool.acquire() as connection, connection.transaction():
            marks = await store.ready(connection, REAL_TIME.now() - PATIENCE, MOST)
            if not marks:
                return 0
            told = await self._evaluate(connection, marks.values())
            fault_point("aggregator.checks_before_commit")
        fault_point("aggregator.checks_after_commit")
        await self._tell(told)
        fault_point("aggregator.checks_after_publish")
        await store.forget_pending(self._pool, marks)
        seconds = round(time.perf_counter() - started, 4)
        log.info("checks_evaluated", figures=len(marks), outcomes=len(told), seconds=seconds)
        return len(marks)

    async def evaluate_all(self, catalogue: Catalogue) -> None:
        """Every check everywhere, as a catalogue declares them; outcomes that it gives no longer are forgotten."""
        async with self._pool.acquire() as connection:
            sites = touched(catalogue, await store.known_figures(connection))
        for _, found in groupby(sorted(sites, key=lambda s: (s.period, s)), key=lambda s: s.period):
            async with self._pool.acquire() as connection, connection.transaction():
                here = set(found)
                await store.lock_checks(connection, _locks(catalogue, here))
                told = await evaluate_at(connection, catalogue, here, self._clock.now())
            await self._tell(told)
        async with self._pool.acquire() as connection, connection.transaction():
            stale = await store.places_of_outcomes(connection) - sites
            await store.lock_checks(connection, _locks(catalogue, stale))
            # A submission may have been evaluated since the figures were listed: what it stands on is here by now.
            stale -= touched(catalogue, await store.known_figures(connection))
            await store.delete_outcomes(connection, stale, self._clock.now())

    async def _evaluate(self, connection: Connection, moved: Collection[Moved]) -> list[CheckEvaluated]:
        """Evaluate under the locks of the touched checks, with the catalogue that stands once they are held."""
        held: set[str] = set()
        while True:
            catalogue = await self._catalogue.current()
            sites = touched(catalogue, moved)
            wanted = _locks(catalogue, sites) - held
            if not wanted:
                return await evaluate_at(connection, catalogue, sites, self._clock.now())
            await store.lock_checks(connection, wanted)
            held |= wanted

    async def _tell(self, told: list[CheckEvaluated]) -> None:
        await publish_all(self._broker, CHECKS, [(m.check, m.encode()) for m in told])
        for message in told:
            metrics.CHECKS_EVALUATED.labels(message.kind.value, message.state.value).inc()


async def evaluate_at(
    connection: Connection, catalogue: Catalogue, sites: Collection[Site], at: datetime
) -> list[CheckEvaluated]:
    """Evaluate and store checks on what is committed; the caller holds their locks.

    Returns a message for each outcome, changed or not: the crash may have come before it was told.
    """
    checks = {check.code: check for check in catalogue.checks}
    keys = {key for site in sites for key in reads(catalogue, checks[site.check], site)}
    keys = {key for key in keys if key[0] in catalogue.indicators}
    book = await current_figures(connection, keys)
    rollups = await store.rollups_at(connection, keys)
    outcomes: list[Outcome] = []
    gone: list[Site] = []
    for site in sorted(sites):
        evidence = Evidence(site.territory, site.period, catalogue, book, rollups)
        outcome = evaluate(checks[site.check], evidence, site.subject)
        if outcome is None:
            gone.append(site)
        else:
            outcomes.append(outcome)
    standing = await store.save_outcomes(connection, outcomes, at)
    await store.delete_outcomes(connection, gone, at)
    return [_message(o, standing[Site(o.check.code, o.period, o.territory, o.subject)]) for o in outcomes]


def _locks(catalogue: Catalogue, sites: Iterable[Site]) -> set[str]:
    """What is held while these are evaluated: the group of each check, in each period."""
    checks = {check.code: check for check in catalogue.checks}
    return {f"{_group(checks[site.check])} {site.period}" for site in sites if site.check in checks}


def _group(check: Check) -> str:
    return check.group or check.kind.value


def _message(outcome: Outcome, standing: store.Standing) -> CheckEvaluated:
    o = outcome
    return CheckEvaluated(
        check=o.check.code,
        subject=o.subject,
        kind=o.check.kind,
        territory=o.territory,
        period=o.period,
        indicators=o.indicators,
        state=o.state,
        previous=standing.previous,
        expected=o.expected,
        computed=o.computed,
        difference=o.difference,
        simulated=o.simulated,
        inputs=o.inputs,
        evaluated_at=standing.evaluated_at,
    )
