"""The marks of small cells, computed again with the figures that they are about, in the caller's transaction."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from shared.computation.disclosure.companions import Hidden
from shared.computation.disclosure.family import Family, families, protected, span
from shared.computation.disclosure.marks import suppress
from shared.computation.figure import Figure, Key, current
from shared.computation.scope import scope_of
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from shared.domain.period import Period
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


async def withhold(connection: Connection, catalogue: Catalogue, keys: Iterable[Key]) -> None:
    """Make the marks of every family that these pairs touch those of its current versions; no query without one.

    Several indicators, each with its own writer, make one family: whoever computes its marks waits for the others and
    reads what they committed. The last of them has read everything.
    """
    for family in families(catalogue, keys):
        await connection.execute(QUERIES.lock_family, family.name)
        versions = await _versions(connection, catalogue, family)
        touched = _keys(catalogue, versions)
        scopes = {key: scope_of(catalogue, key) for key in touched}
        # Off the event loop: a family of a hundred departments takes seconds, and heartbeats must go on.
        marks = await asyncio.to_thread(suppress, catalogue, scopes, current(versions), versions)
        await _save(connection, family, touched, marks)


async def show_unprotected(connection: Connection, catalogue: Catalogue) -> None:
    """Drop the marks of indicators that no threshold protects any more."""
    await connection.execute(QUERIES.delete_unprotected, sorted(protected(catalogue)))


async def _versions(connection: Connection, catalogue: Catalogue, family: Family) -> list[Figure]:
    """Every version of every cell of a family, its span only."""
    indicators = list(family.indicators)
    periods = [row["period"] for row in await connection.fetch(QUERIES.periods_of, indicators)]
    spanned = [period for period in periods if span(catalogue, indicators, period) == family.span]
    rows = await connection.fetch(QUERIES.versions_of, indicators, spanned)
    return [Figure(**{**row, "basis": Basis(row["basis"]), "status": Status(row["status"])}) for row in rows]


def _keys(catalogue: Catalogue, versions: Iterable[Figure]) -> set[Key]:
    """Pairs that have a figure: stated ones, and the years and quarters that are made of them."""
    stated = {(f.indicator, f.period) for f in versions}
    wholes = {
        (code, whole.code)
        for code, period in stated
        for whole in Period.parse(period).wholes()
        if catalogue.definition(code, whole.code).over_time is not Method.none
    }
    return stated | wholes


async def _save(connection: Connection, family: Family, keys: Iterable[Key], marks: Hidden) -> None:
    periods = sorted({period for _, period in keys} | {period for _, period, _ in marks})
    following = {period: Period.parse(period).following() for period in periods}
    rows = [
        (*place, reason.value, None if (after := following[place[1]]) is None else after.code)
        for place, reason in sorted(marks.items())
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
    await connection.execute(QUERIES.delete_marks_beside, list(family.indicators), periods, *columns[:3])
    await connection.execute(QUERIES.save_marks, *columns)
