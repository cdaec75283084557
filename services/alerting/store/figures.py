"""Figures to judge: marks left by messages, rollups read from the published view, versions already judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.alerting.rules.coverage_low import Coverage
from shared.contracts.rollup import Rollup, RollupUpdated
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


@dataclass(frozen=True)
class Mark:
    """A sign that a figure moved. `noticed_at` is real time: it measures patience, not lateness."""

    indicator: str
    period: str
    territory: str
    noticed_at: datetime


async def mark_pending(connection: Connection, updates: Sequence[RollupUpdated], noticed_at: datetime) -> None:
    """Mark the figures of these messages; several messages about one figure leave one mark."""
    receipts: dict[tuple[str, str, str], set[str]] = {}
    for update in updates:
        for rollup in update.rollups:
            receipts.setdefault((update.indicator, update.period, rollup.territory), set()).update(update.receipts)
    rows = [(*key, sorted(behind), noticed_at) for key, behind in sorted(receipts.items())]
    await connection.executemany(QUERIES.mark_pending, rows)


async def ready_marks(
    connection: Connection,
    patient_until: datetime,
    limit: int,
    indicator: str | None = None,
    period: str | None = None,
) -> list[Mark]:
    """Marks that may be judged: complete, or noticed before `patient_until`; of one indicator and period, if given."""
    rows = await connection.fetch(QUERIES.ready_marks, patient_until, limit, indicator, period)
    return [Mark(**row) for row in rows]


async def drop_marks(connection: Connection, marks: Iterable[Mark]) -> None:
    """Forget marks, except those that were renewed since they were read."""
    await connection.executemany(QUERIES.drop_mark, [(m.indicator, m.period, m.territory, m.noticed_at) for m in marks])


async def unjudged(connection: Connection, indicator: str, period: str, territories: Sequence[str]) -> list[Rollup]:
    """The rollups whose current version was not judged yet."""
    rows = await connection.fetch(QUERIES.unjudged_versions, indicator, period, territories)
    return [Rollup.model_validate(dict(row)) for row in rows]


async def vanished(connection: Connection, indicator: str, period: str, territories: Sequence[str]) -> list[str]:
    """Territories that have no rollup any more."""
    return [row["territory"] for row in await connection.fetch(QUERIES.vanished, indicator, period, territories)]


async def all_periods(
    connection: Connection, indicator: str, territories: Sequence[str]
) -> dict[str, dict[str, Rollup]]:
    """By territory, the rollup of each period of an indicator."""
    found: dict[str, dict[str, Rollup]] = {}
    for row in await connection.fetch(QUERIES.other_periods, indicator, territories):
        found.setdefault(row["territory"], {})[row["period"]] = Rollup.model_validate(dict(row))
    return found


async def save_judged(
    connection: Connection, indicator: str, period: str, rollups: Sequence[Rollup], at: datetime
) -> None:
    """Remember which version of each figure was judged."""
    await connection.executemany(
        QUERIES.save_judged, [(indicator, period, r.territory, r.version, at) for r in rollups]
    )


async def coverages(
    connection: Connection, territories: Sequence[str], periods: Sequence[str], indicators: Sequence[str]
) -> dict[tuple[str, str, str], Coverage]:
    """Who reported, by (indicator, period, territory)."""
    rows = await connection.fetch(QUERIES.coverages, territories, periods, indicators)
    return {
        (row["indicator"], row["period"], row["territory"]): Coverage(
            row["reported"], row["expected"] or 0, row["absent"], row["simulated"]
        )
        for row in rows
    }


async def followed_digest(connection: Connection) -> str | None:
    """The digest of the catalogue that everything was last looked at with."""
    digest: str | None = await connection.fetchval(QUERIES.followed_digest)
    return digest


async def judge_again(connection: Connection, digest: str, now: datetime, noticed_at: datetime) -> None:
    """Mark every watched figure, forgetting that it was judged, and follow this catalogue from now on."""
    await connection.execute(QUERIES.mark_everything, noticed_at)
    await connection.execute(QUERIES.forget_judged)
    await connection.execute(QUERIES.follow, digest, now)


async def busy_collections(connection: Connection, patient_until: datetime) -> set[str]:
    """Collections with figures still on their way from a file to the rollups.

    A file read before `patient_until` (real time) is no longer waited for.
    """
    return {row["code"] for row in await connection.fetch(QUERIES.busy_collections, patient_until)}
