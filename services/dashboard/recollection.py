"""Figures and checks as they were at an instant, made again from the versions by the core of the aggregator. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.dashboard.items import CheckItem, RollupItem
from shared.computation.checks.evaluation import evaluate
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Outcome
from shared.computation.checks.sites import Moved, Site, touched
from shared.computation.checks.sites import reads as looks_at
from shared.computation.figure import Book, Figure, Key, current
from shared.computation.rollup import roll_up
from shared.computation.scope import moved_by, reads, scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue

Rolled = Mapping[Key, Sequence[Rollup]]


@dataclass(frozen=True)
class Version:
    """One version of a cell, with the receipt that brought it and when."""

    figure: Figure
    received_at: datetime
    receipt_id: str
    file_name: str = ""


def book_at(versions: Iterable[Version], at: datetime | None) -> dict[Key, list[Figure]]:
    """The newest version of every cell among those received by then (None: ever): what came later changes nothing."""
    return current(v.figure for v in versions if at is None or v.received_at <= at)


def moved_from(
    catalogue: Catalogue, stated: Iterable[Moved], indicators: Collection[str] = (), periods: Collection[str] = ()
) -> list[Key]:
    """The pairs whose rollups follow from these figures, among the indicators and periods asked (none: all)."""
    pairs = {(indicator, period) for indicator, period, _ in stated if indicator in catalogue.indicators}
    found = {moved for pair in pairs for moved in moved_by(catalogue, pair)}
    return sorted(k for k in found if (not indicators or k[0] in indicators) and (not periods or k[1] in periods))


def read_for(catalogue: Catalogue, keys: Iterable[Key]) -> set[Key]:
    """Every pair whose figures the rollups of these are made from."""
    return {read for key in keys for read in reads(scope_of(catalogue, key))}


def rolled(catalogue: Catalogue, keys: Iterable[Key], book: Book) -> dict[Key, list[Rollup]]:
    """The rollups of these pairs."""
    return {key: roll_up(scope_of(catalogue, key), book) for key in keys}


def in_order(catalogue: Catalogue, found: Rolled) -> list[RollupItem]:
    """Rollups as items, in the order of pairs and of the catalogue's territories."""
    position = {t.code: n for n, t in enumerate(catalogue.territories.all())}
    return [
        RollupItem.of(key, rollup)
        for key in sorted(found)
        for rollup in sorted(found[key], key=lambda r: position[r.territory])
    ]


def checked_at(
    catalogue: Catalogue,
    stated: Iterable[Moved],
    indicators: Collection[str],
    territories: Collection[str],
    periods: Collection[str],
) -> dict[Site, set[Key]]:
    """Every place asked (none: all) where a check applies to these figures, with the pairs that it looks at there."""
    checks = {check.code: check for check in catalogue.checks}
    found = {
        site: {key for key in looks_at(catalogue, checks[site.check], site) if key[0] in catalogue.indicators}
        for site in sorted(touched(catalogue, stated))
        if (not territories or site.territory in territories) and (not periods or site.period in periods)
    }
    return {site: keys for site, keys in found.items() if not indicators or {k[0] for k in keys} & {*indicators}}


def outcomes(catalogue: Catalogue, sites: Iterable[Site], book: Book, found: Rolled, at: datetime) -> list[CheckItem]:
    """What the checks find at these places, failing ones first. `at` stands for the instant of the evaluation."""
    checks = {check.code: check for check in catalogue.checks}
    shown = {key: {r.territory: r for r in rollups} for key, rollups in found.items()}
    made = []
    for site in sites:
        evidence = Evidence(site.territory, site.period, catalogue, book, shown)
        outcome = evaluate(checks[site.check], evidence, site.subject)
        if outcome is not None:
            made.append(_item(catalogue, outcome, at))
    grave = ("fails", "unknown", "holds")
    position = {t.code: n for n, t in enumerate(catalogue.territories.all())}
    made.sort(key=lambda c: (position[c.territory], c.code))
    made.sort(key=lambda c: c.period, reverse=True)
    return sorted(made, key=lambda c: grave.index(c.state))


def _item(catalogue: Catalogue, outcome: Outcome, at: datetime) -> CheckItem:
    values = {name: getattr(outcome, name) for name in CheckItem.model_fields if hasattr(outcome, name)}
    level = catalogue.territories[outcome.territory].level
    check = outcome.check
    about = catalogue.indicators.get(outcome.subject)
    label = check.label if about is None else f"{check.label} : {about.label}"
    return CheckItem(**values, code=check.code, label=label, kind=check.kind, level=level, evaluated_at=at)
