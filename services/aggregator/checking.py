"""The checks that moved figures touch, evaluated on what is committed plus the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import structlog

from services.aggregator import store
from shared.computation.checks import Evidence, Outcome, evaluate
from shared.computation.figure import Figure, Key
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection

log = structlog.get_logger()
# Territories whose figures moved, by (indicator, period).
Named = dict[Key, set[str]]


def named_by(catalogue: Catalogue, figures: Iterable[tuple[str, str, str]]) -> Named:
    """Territories of (indicator, period, territory) figures, with all above them, by (indicator, period).

    What the catalogue does not know is kept as a version and shows up once the catalogue does.
    """
    named: Named = defaultdict(set)
    for indicator, period, territory in figures:
        if indicator not in catalogue.indicators or territory not in catalogue.territories:
            log.warning("observation_outside_catalogue", indicator=indicator, territory=territory)
            continue
        named[indicator, period].update((territory, *catalogue.territories.ancestors(territory)))
    return dict(named)


async def check(
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
    rollups: dict[Key, list[Rollup]],
    figures: dict[Key, list[Figure]],
) -> Evidence:
    evidence = Evidence(territory, period)
    for code in indicators:
        for rollup in rollups.get((code, period), []):
            if rollup.territory == territory:
                evidence.rollups[code] = rollup
        evidence.figures[code] = [f for f in figures.get((code, period), []) if f.territory == territory]
    return evidence
