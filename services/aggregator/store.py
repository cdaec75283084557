"""What the aggregator keeps: versions, rollups, outcomes of checks. One function per query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg

from shared.computation.figure import Figure, Key
from shared.contracts.observation import ObservationReported
from shared.contracts.rollup import Evolution, Rollup
from shared.domain.observation import Basis, Status
from shared.runtime.database import Connection, queries_beside

QUERIES = queries_beside(__file__)


async def save_versions(connection: Connection, batch: Sequence[ObservationReported], at: datetime) -> int:
    """Store every version of a batch; returns how many were new. Sorted, so that two writers cannot deadlock."""
    rows = sorted(
        (
            o.indicator, o.period, o.territory, o.source, o.basis.value, o.submission_seq, o.event_id, o.receipt_id,
            o.sheet, o.row, o.column, o.feed, o.definition_version, o.value, o.numerator, o.denominator, o.status.value,
            o.qualifier, o.simulated, o.reported_at, o.received_at,
        )
        for o in {(o.cell, o.submission_seq): o for o in batch}.values()
    )  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    return len(await connection.fetch(QUERIES.save_versions, *columns, at))


async def lock_rollups(connection: Connection, indicators: Iterable[str]) -> None:
    """Hold the rollups of these indicators until the end of the transaction, always in the same order."""
    await connection.execute(QUERIES.lock_rollups, sorted(set(indicators)))


async def known_indicators(connection: Connection) -> list[str]:
    """Every indicator of which there is a version."""
    return [row["indicator"] for row in await connection.fetch(QUERIES.known_indicators)]


async def reporters_of(connection: Connection, indicator: str) -> list[tuple[str, str, str]]:
    """Every (indicator, period, territory) of an indicator of which there is a version."""
    return [
        (indicator, row["period"], row["territory"]) for row in await connection.fetch(QUERIES.reporters_of, indicator)
    ]


async def forget_other_periods(connection: Connection, indicator: str, periods: Iterable[str]) -> None:
    """Drop rollups of periods for which the present definition gives none."""
    await connection.execute(QUERIES.delete_other_periods, indicator, sorted(periods))


async def followed_digest(connection: Connection) -> str | None:
    """The catalogue that all rollups were computed with; None before the first."""
    digest: str | None = await connection.fetchval(QUERIES.followed_digest)
    return digest


async def save_followed(connection: Connection, digest: str, at: datetime) -> None:
    """Remember the catalogue that all rollups are now computed with."""
    await connection.execute(QUERIES.save_followed, digest, at)


async def current_figures(connection: Connection, keys: Iterable[Key]) -> dict[Key, list[Figure]]:
    """Newest version of every cell, by (indicator, period)."""
    wanted = sorted(set(keys))
    found: dict[Key, list[Figure]] = {key: [] for key in wanted}
    for row in await connection.fetch(QUERIES.current_figures, [k[0] for k in wanted], [k[1] for k in wanted]):
        values = dict(row) | {"basis": Basis(row["basis"]), "status": Status(row["status"])}
        found[row["indicator"], row["period"]].append(Figure(**values))
    return found


async def save_rollups(connection: Connection, key: Key, rollups: Sequence[Rollup], at: datetime) -> None:
    """Make these the rollups of one indicator and period; rows that would not change are left alone."""
    await connection.execute(QUERIES.delete_rollups_beside, *key, [r.territory for r in rollups])
    await connection.executemany(
        QUERIES.save_rollup,
        [
            (
                *key, r.territory, r.level.value, r.method.value, r.definition_version, r.value, r.numerator,
                r.denominator, r.reported, r.expected, r.absent, r.unpaired, r.incomplete, r.eligible, r.from_periods,
                r.coverage, r.coverage_weight, r.low, r.high, r.min, r.median, r.max, r.status.value, r.basis.value,
                r.simulated, *_moves(r.evolution), r.version, at,
            )
            for r in rollups
        ],
    )  # fmt: skip


def _moves(moved: Evolution | None) -> tuple[object, ...]:
    """An evolution as the columns of its rollup."""
    if moved is None:
        return (None,) * 7
    m = moved
    return m.against, m.comparable, m.change, m.common, m.common_before, m.common_now, m.common_change


async def rollups_of_indicator(connection: Connection, indicator: str) -> dict[Key, list[Rollup]]:
    """Every stored rollup of one indicator."""
    found: dict[Key, list[Rollup]] = defaultdict(list)
    for row in await connection.fetch(QUERIES.rollups_of_indicator, indicator):
        found[row["indicator"], row["period"]].append(rollup_of(row))
    return found


async def rolled_up_indicators(connection: Connection) -> list[str]:
    """Every indicator that has a stored rollup."""
    return [row["indicator"] for row in await connection.fetch(QUERIES.rolled_up_indicators)]


def rollup_of(row: asyncpg.Record) -> Rollup:
    """A stored rollup as it was computed."""
    evolution = None
    if row["evolution_against"] is not None:
        evolution = {**row, "against": row["evolution_against"], "common": row["common"] or []}
    return Rollup.model_validate({**row, "evolution": evolution})


async def forget_all_but(connection: Connection, indicators: Iterable[str]) -> None:
    """Forget the rollups of what the catalogue no longer holds; versions stay."""
    await connection.execute(QUERIES.delete_unknown_rollups, sorted(indicators))
