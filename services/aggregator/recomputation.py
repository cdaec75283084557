"""The touched figures computed again: rollups and checks of (indicator, period) pairs, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from services.aggregator import store
from services.aggregator.checks import Evidence, Outcome, evaluate
from services.aggregator.figure import Figure
from services.aggregator.rollup import Scope, roll_up
from shared.contracts.rollup import Rollup, RollupUpdated
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection

# Territories whose figures are to be told, by (indicator, period).
Named = dict[store.Key, set[str]]


@dataclass(frozen=True)
class Recomputed:
    """Every rollup of the pairs, and the outcomes of the checks that touch the named territories."""

    rollups: dict[store.Key, list[Rollup]]
    outcomes: list[Outcome]

    def updates(self, named: Named, receipts: dict[store.Key, set[str]]) -> list[RollupUpdated]:
        """One message per pair, with the rollups of its named territories and the receipts behind them."""
        return [
            RollupUpdated(
                indicator=indicator,
                period=period,
                rollups=[r for r in self.rollups[indicator, period] if r.territory in territories],
                receipts=sorted(receipts.get((indicator, period), ())),
            )
            for (indicator, period), territories in sorted(named.items())
        ]


async def recompute(connection: Connection, catalogue: Catalogue, named: Named, at: datetime) -> Recomputed:
    """Compute and store the rollups and checks of the named pairs from the current versions.

    The caller holds the pairs (store.lock_rollups) since before it read the catalogue: whoever comes next, with a newer
    catalogue or newer versions, waits and reads what this transaction committed.
    """
    computed = _compute(catalogue, await store.current_figures(connection, named))
    for key in sorted(computed):
        await store.save_rollups(connection, key, computed[key], at)
    outcomes, gone = await _check(connection, catalogue, named)
    await store.save_outcomes(connection, outcomes, at)
    await store.delete_outcomes(connection, gone)
    return Recomputed(computed, outcomes)


def _compute(catalogue: Catalogue, figures: dict[store.Key, list[Figure]]) -> dict[store.Key, list[Rollup]]:
    return {
        (indicator, period): roll_up(
            Scope(catalogue.indicators[indicator], catalogue.territories, catalogue.collection_for(indicator, period)),
            current,
        )
        for (indicator, period), current in figures.items()
    }


async def _check(
    connection: Connection, catalogue: Catalogue, named: Named
) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """Evaluate every check that touches a named figure, on what is committed plus this transaction.

    Returns the outcomes, and the (check, territory, period) to which a check does not apply (any more).
    """
    touched = {
        (check.code, period): check
        for check, (indicator, period) in product(catalogue.checks, named)
        if indicator in check.indicators()
    }
    if not touched:
        return [], []
    await store.lock_checks(
        connection, {f"{check.group or code} {period}" for (code, period), check in touched.items()}
    )
    indicators = {c for check in touched.values() for c in check.indicators()}
    periods = {period for _, period in touched}
    rollups = await store.rollups_of(connection, indicators, periods)
    figures = await store.current_figures(connection, product(indicators, periods))
    outcomes: list[Outcome] = []
    gone: list[tuple[str, str, str]] = []
    for (_, period), check in sorted(touched.items(), key=lambda item: item[0]):
        for territory in sorted(set().union(*(named.get((c, period), set()) for c in check.indicators()))):
            if check.levels and catalogue.territories[territory].level not in check.levels:
                continue
            outcome = evaluate(check, _evidence(territory, period, check.indicators(), rollups, figures))
            if outcome is None:
                gone.append((check.code, territory, period))
            else:
                outcomes.append(outcome)
    return outcomes, gone


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
