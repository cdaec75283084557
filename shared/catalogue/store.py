"""The catalogue in PostgreSQL: replaced as a whole, read as a whole."""

from itertools import groupby
from typing import Any

import asyncpg
from pydantic import BaseModel

from shared.domain.catalogue import Catalogue, by_version
from shared.domain.check import Check
from shared.domain.collection import Collection, Feed
from shared.domain.indicator import Indicator
from shared.domain.rule import Recipient, Rule
from shared.domain.target import Target
from shared.domain.territory import Territory, TerritoryTree
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, queries_beside

queries = queries_beside(__file__)

EMPTY = Catalogue(digest="", territories=TerritoryTree([]), indicators={})
"""What a database holds before its first load."""


async def load(connection: Connection, catalogue: Catalogue, clock: Clock) -> bool:
    """Replace everything in one transaction; returns False when the database already holds this digest."""
    async with connection.transaction():
        await connection.execute(queries.lock)
        if await digest(connection) == catalogue.digest:
            return False
        await connection.execute(queries.clear)
        for query, rows in _rows(catalogue):
            await connection.executemany(query, rows)
        await connection.execute(queries.save_version, catalogue.digest, clock.now())
    return True


async def digest(connection: Connection | asyncpg.Pool) -> str:
    """The digest of the catalogue now in the database, "" before the first load. One cheap read."""
    return await connection.fetchval(queries.digest) or ""


async def read(connection: Connection) -> Catalogue:
    """The catalogue in the database, EMPTY before the first load.

    Reads in a snapshot of its own, so that a load meanwhile is seen whole or not at all: call it outside a transaction.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        current = await digest(connection)
        if not current:
            return EMPTY
        territories = [Territory(**row) for row in await connection.fetch(queries.territories)]
        newest, earlier = by_version(Indicator(**row) for row in await connection.fetch(queries.indicators))
        members = groupby(await connection.fetch(queries.members), key=lambda row: row["collection"])
        members_of = {code: [dict(row) for row in rows] for code, rows in members}
        return Catalogue(
            digest=current,
            territories=TerritoryTree(territories),
            indicators=newest,
            earlier=earlier,
            feeds=[Feed(**row) for row in await connection.fetch(queries.feeds)],
            collections=[
                Collection(**row, members=members_of.get(row["code"], []))
                for row in await connection.fetch(queries.collections)
            ],
            targets=[Target(**row) for row in await connection.fetch(queries.targets)],
            rules=[Rule(**row) for row in await connection.fetch(queries.rules)],
            recipients=[Recipient(**row) for row in await connection.fetch(queries.recipients)],
            checks=[Check(**row["definition"]) for row in await connection.fetch(queries.checks)],
        )


def _rows(catalogue: Catalogue) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Every row to insert, by query, in the order of the query's parameters."""
    return [
        (queries.add_territory, [(at, *_values(t)) for at, t in enumerate(catalogue.territories.all())]),
        (queries.add_indicator, [(at, *_values(i)) for at, i in enumerate(catalogue.definitions())]),
        (queries.add_feed, [_values(f) for f in catalogue.feeds]),
        (queries.add_collection, [_values(c, without={"members"}) for c in catalogue.collections]),
        (queries.add_member, [(c.code, *_values(m)) for c in catalogue.collections for m in c.members]),
        (queries.add_target, [_values(t) for t in catalogue.targets]),
        (queries.add_rule, [_values(r) for r in catalogue.rules]),
        (queries.add_recipient, [_values(r) for r in catalogue.recipients]),
        (queries.add_check, [(c.code, c.model_dump(mode="json")) for c in catalogue.checks]),
    ]


def _values(model: BaseModel, without: set[str] | None = None) -> tuple[Any, ...]:
    """The fields of a model in their declared order, which is that of the INSERT."""
    return tuple(model.model_dump(exclude=without).values())
