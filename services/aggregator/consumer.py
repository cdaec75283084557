"""A batch of observations: keep every version, compute the touched rollups and checks, commit, then tell."""

import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import asyncpg
import structlog
from aiokafka import ConsumerRecord
from faststream.kafka import KafkaBroker

from services.aggregator import store
from services.aggregator.checks import Evidence, Outcome, evaluate
from services.aggregator.figure import Figure
from services.aggregator.rollup import Scope, roll_up
from shared.catalogue.cache import CatalogueCache
from shared.contracts.observation import ObservationReported
from shared.contracts.rollup import Rollup, RollupUpdated
from shared.contracts.topics import ROLLUPS
from shared.domain.catalogue import Catalogue
from shared.runtime import metrics
from shared.runtime.broker import publish_all
from shared.runtime.clock import Clock
from shared.runtime.database import Connection
from shared.runtime.dead_letters import DeadLetterOffice, read_messages
from shared.runtime.faults import fault_point

log = structlog.get_logger()
Named = dict[store.Key, set[str]]


class Aggregator:
    """Turns batches of observations into rollups. The result depends on the set of versions, never on their order."""

    def __init__(
        self, pool: asyncpg.Pool, broker: KafkaBroker, catalogue: CatalogueCache, office: DeadLetterOffice, clock: Clock
    ) -> None:
        self._pool = pool
        self._broker = broker
        self._catalogue = catalogue
        self._office = office
        self._clock = clock

    async def on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Handle one batch; the caller commits its offsets once this returns and gives it back when this raises."""
        started = time.perf_counter()
        observations, dead = read_messages(records, ObservationReported)
        catalogue = await self._catalogue.current()
        async with self._pool.acquire() as connection, connection.transaction():
            await self._office.file(connection, dead, read=len(observations))
            stored, updates, outcomes = await self._apply(connection, catalogue, observations)
            fault_point("aggregator.before_commit")
        fault_point("aggregator.after_commit")
        # Told even when every version was already stored: the crash may have come between commit and publication.
        await publish_all(self._broker, ROLLUPS, [(u.indicator, u.encode()) for u in updates])
        fault_point("aggregator.after_publish")
        self._account(len(observations), stored, updates, outcomes, time.perf_counter() - started)

    async def _apply(
        self, connection: Connection, catalogue: Catalogue, observations: Sequence[ObservationReported]
    ) -> tuple[int, list[RollupUpdated], list[Outcome]]:
        if not observations:
            return 0, [], []
        at = self._clock.now()
        stored = await store.save_versions(connection, observations, at)
        named = _named(catalogue, observations)
        computed = _compute(catalogue, await store.current_figures(connection, named))
        for key in sorted(computed):
            await store.save_rollups(connection, key, computed[key], at)
        outcomes = await _check(connection, catalogue, named)
        await store.save_outcomes(connection, outcomes, at)
        return stored, _updates(named, computed, observations), outcomes

    def _account(
        self, read: int, stored: int, updates: list[RollupUpdated], outcomes: list[Outcome], seconds: float
    ) -> None:
        rollups = sum(len(u.rollups) for u in updates)
        metrics.BATCHES.labels("committed").inc()
        metrics.VERSIONS_STORED.inc(stored)
        metrics.VERSIONS_REPEATED.inc(read - stored)
        metrics.ROLLUPS_PUBLISHED.inc(rollups)
        metrics.BATCH_SECONDS.observe(seconds)
        for outcome in outcomes:
            metrics.CHECKS_EVALUATED.labels(outcome.check.kind.value, outcome.state.value).inc()
        log.info(
            "batch_aggregated",
            observations=read,
            stored=stored,
            rollups=rollups,
            checks=len(outcomes),
            seconds=round(seconds, 4),
        )


def _named(catalogue: Catalogue, observations: Sequence[ObservationReported]) -> Named:
    """Territories that a batch names, with all above them, by (indicator, period).

    What the catalogue does not know is kept as a version and shows up once the catalogue does.
    """
    named: Named = defaultdict(set)
    for o in observations:
        if o.indicator not in catalogue.indicators or o.territory not in catalogue.territories:
            log.warning("observation_outside_catalogue", indicator=o.indicator, territory=o.territory)
            continue
        named[o.indicator, o.period].update((o.territory, *catalogue.territories.ancestors(o.territory)))
    return dict(named)


def _compute(catalogue: Catalogue, figures: dict[store.Key, list[Figure]]) -> dict[store.Key, list[Rollup]]:
    return {
        (indicator, period): roll_up(
            Scope(catalogue.indicators[indicator], catalogue.territories, catalogue.collection_for(indicator, period)),
            current,
        )
        for (indicator, period), current in figures.items()
    }


async def _check(connection: Connection, catalogue: Catalogue, named: Named) -> list[Outcome]:
    """Evaluate every check that touches a named figure, on what is committed plus this transaction."""
    touched = {
        (check.code, period): check
        for check, (indicator, period) in product(catalogue.checks, named)
        if indicator in check.indicators()
    }
    if not touched:
        return []
    await store.lock_checks(
        connection, {f"{check.group or code} {period}" for (code, period), check in touched.items()}
    )
    indicators = {c for check in touched.values() for c in check.indicators()}
    periods = {period for _, period in touched}
    rollups = await store.rollups_of(connection, indicators, periods)
    figures = await store.current_figures(connection, product(indicators, periods))
    outcomes = []
    for (_, period), check in sorted(touched.items(), key=lambda item: item[0]):
        for territory in sorted(set().union(*(named.get((c, period), set()) for c in check.indicators()))):
            if check.levels and catalogue.territories[territory].level not in check.levels:
                continue
            outcome = evaluate(check, _evidence(territory, period, check.indicators(), rollups, figures))
            if outcome is not None:
                outcomes.append(outcome)
    return outcomes


def _evidence(
    territory: str,
    period: str,
    indicators: list[str],
    rollups: dict[store.Key, list[Rollup]],
    figures: dict[store.Key, list[Figure]],
) -> Evidence:
    evidence = Evidence(territory, period)
    for code in indicators:
        for rollup in rollups.get((code, period), []):
            if rollup.territory == territory:
                evidence.rollups[code] = rollup
        evidence.figures[code] = [f for f in figures.get((code, period), []) if f.territory == territory]
    return evidence


def _updates(
    named: Named, computed: dict[store.Key, list[Rollup]], observations: Sequence[ObservationReported]
) -> list[RollupUpdated]:
    """One message per (indicator, period), with the rollups of the named territories and the receipts behind them."""
    receipts: dict[store.Key, set[str]] = defaultdict(set)
    for o in observations:
        receipts[o.indicator, o.period].add(o.receipt_id)
    return [
        RollupUpdated(
            indicator=indicator,
            period=period,
            rollups=[r for r in computed[indicator, period] if r.territory in territories],
            receipts=sorted(receipts[indicator, period]),
        )
        for (indicator, period), territories in sorted(named.items())
    ]
