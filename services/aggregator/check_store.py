"""What the aggregator keeps about checks: figures whose checks are to be evaluated, outcomes and their history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from services.aggregator.store import rollup_of
from shared.computation.checks.outcome import Outcome
from shared.computation.checks.sites import Moved, Site
from shared.computation.figure import Key
from shared.contracts.rollup import Rollup
from shared.contracts.submission import SubmissionAccepted
from shared.domain.check import CheckState
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


@dataclass(frozen=True)
class Standing:
    """What is stored of an outcome beside itself: the state before it and since when it is so."""

    previous: CheckState | None
    evaluated_at: datetime


async def save_submissions(connection: Connection, submissions: Sequence[SubmissionAccepted]) -> None:
    """Remember how many versions each submission brings."""
    rows = {s.receipt_id: (s.receipt_id, s.observation_count + s.entry_count, s.received_at) for s in submissions}
    await connection.execute(QUERIES.save_submissions, *_columns(sorted(rows.values()), 3))


async def mark_pending(
    connection: Connection, moved: Iterable[tuple[str, str, str, str]], noticed_at: datetime
) -> None:
    """Remember figures that moved, as (receipt, indicator, period, territory), until their checks are evaluated."""
    await connection.execute(QUERIES.mark_pending, *_columns(sorted(set(moved)), 4), noticed_at)


async def ready(connection: Connection, noticed_before: datetime, most: int) -> dict[int, Moved]:
    """Marks whose submission has gone through, or that were made before an instant; held until the transaction ends."""
    rows = await connection.fetch(QUERIES.ready, noticed_before, most)
    return {row["id"]: (row["indicator"], row["period"], row["territory"]) for row in rows}


async def forget_pending(pool: asyncpg.Pool, marks: Iterable[int]) -> None:
    """Drop marks whose outcomes are stored and told."""
    await pool.execute(QUERIES.forget_pending, sorted(marks))


async def lock_checks(connection: Connection, names: Iterable[str]) -> None:
    """Hold the named checks until the end of the transaction, always in the same order."""
    await connection.execute(QUERIES.lock_checks, sorted(set(names)))


async def rollups_at(connection: Connection, keys: Iterable[Key]) -> dict[Key, dict[str, Rollup]]:
    """Stored rollups by (indicator, period), then by territory."""
    found: dict[Key, dict[str, Rollup]] = {}
    for row in await connection.fetch(QUERIES.rollups_at, *_columns(sorted(set(keys)), 2)):
        found.setdefault((row["indicator"], row["period"]), {})[row["territory"]] = rollup_of(row)
    return found


async def save_outcomes(connection: Connection, outcomes: Sequence[Outcome], at: datetime) -> dict[Site, Standing]:
    """Write outcomes and, where what they compare is not what was compared last, their history."""
    rows = [
        {
            "code": o.check.code, "subject": o.subject, "territory": o.territory, "period": o.period,
            "kind": o.check.kind.value, "state": o.state.value, "indicators": o.indicators, "expected": o.expected,
            "computed": o.computed, "difference": o.difference, "detail": o.detail, "inputs": o.inputs,
            "simulated": o.simulated,
        }
        for o in outcomes
    ]  # fmt: skip
    await connection.execute(QUERIES.save_outcomes, rows, at)
    sites = [Site(o.check.code, o.period, o.territory, o.subject) for o in outcomes]
    return {
        _site(row): Standing(row["previous"] and CheckState(row["previous"]), row["evaluated_at"])
        for row in await connection.fetch(QUERIES.results_at, *_places(sites))
    }


async def delete_outcomes(connection: Connection, gone: Iterable[Site], at: datetime) -> None:
    """Forget the outcomes of checks that no longer apply, which their history says."""
    await connection.execute(QUERIES.delete_results, *_places(gone), at)


async def places_of_outcomes(connection: Connection) -> set[Site]:
    """Everywhere that an outcome is stored for."""
    return {_site(row) for row in await connection.fetch(QUERIES.places_of_results)}


async def known_figures(connection: Connection) -> list[Moved]:
    """Every (indicator, period, territory) of which there is a version."""
    return [tuple(row) for row in await connection.fetch(QUERIES.known_figures)]


def _site(row: asyncpg.Record) -> Site:
    return Site(row["code"], row["period"], row["territory"], row["subject"])


def _places(sites: Iterable[Site]) -> list[list[object]]:
    return _columns(sorted((s.check, s.subject, s.territory, s.period) for s in sites), 4)


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows as the columns of an unnest."""
    return [[row[index] for row in rows] for index in range(width)]
