"""The same on PostgreSQL: what the aggregator has stored after any stream is what the plain oracle says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from itertools import count
from random import Random

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.aggregator import store
from services.aggregator.batch import Batch
from services.aggregator.consumer import Aggregator
from services.aggregator.rebuild import rebuild
from shared.catalogue import store as catalogue_store
from shared.catalogue.cache import CatalogueCache
from shared.contracts.observation import ObservationReported
from shared.domain.observation import Basis, Status
from shared.runtime.broker import make_broker
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.dead_letters import DeadLetterOffice
from tests.conftest import World
from tests.support.plain import Plain, Rules, Version
from tests.support.streams import agree, catalogue, rules, streams
from tests.support.wire import observation

LOADS = count()


@pytest.fixture(scope="module")
async def pool(world: World) -> AsyncIterator[asyncpg.Pool]:
    async with make_pool("any-stream") as opened:
        yield opened


def message(v: Version) -> ObservationReported:
    sides = {"value": v.value, "numerator": v.numerator, "denominator": v.denominator}
    return observation(
        v.indicator, v.territory, v.seq, period=v.period, source=v.source, basis=Basis(v.basis),
        status=Status(v.status),
        **{side: None if n is None else Decimal(n) for side, n in sides.items()},
    )  # fmt: skip


async def take(pool: asyncpg.Pool, asked: Rules, stream: list[Version], random: Random) -> CatalogueCache:
    """An empty database, the catalogue of these rules, then the stream in any order, repeated, cut into batches."""
    held = replace(catalogue(asked), digest=f"rules {next(LOADS)}")
    await pool.execute("TRUNCATE aggregator.observation_version, aggregator.rollup")
    async with pool.acquire() as connection:
        await catalogue_store.load(connection, held, make_clock())
    cache, broker, clock = CatalogueCache(pool), make_broker("any-stream"), make_clock()
    aggregator = Aggregator(pool, broker, cache, DeadLetterOffice(broker, "any-stream", clock), clock)
    arrivals = [message(v) for v in stream + random.sample(stream, random.randint(0, len(stream)))]
    random.shuffle(arrivals)
    while arrivals:
        size = random.randint(1, len(arrivals))
        async with pool.acquire() as connection, connection.transaction():
            await aggregator._apply(connection, Batch(arrivals[:size], [], [], []))
        arrivals = arrivals[size:]
    return cache


async def stored_is_what_the_oracle_says(
    pool: asyncpg.Pool, asked: Rules, stream: list[Version], random: Random
) -> None:
    cache = await take(pool, asked, stream, random)
    async with pool.acquire() as connection:
        agree(await store.rollups_of_indicator(connection, "x"), Plain(asked, set(stream)))
    rebuilt = [one async for one in rebuild(pool, cache, make_clock().now(), write=False)]
    assert [one.differences for one in rebuilt if one.differences] == []


CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=100, deadline=None, suppress_health_check=CHECKS)
@given(asked=rules(), stream=streams(), random=st.randoms(use_true_random=False))
async def test_any_stream(pool: asyncpg.Pool, asked: Rules, stream: list[Version], random: Random) -> None:
    await stored_is_what_the_oracle_says(pool, asked, stream, random)


async def test_a_planted_defect_is_caught(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest version of a cell is read as its current one."""
    texts = store.QUERIES._texts
    oldest = texts["current_figures"].replace("submission_seq DESC", "submission_seq ASC")
    monkeypatch.setitem(texts, "current_figures", oldest)
    with pytest.raises(AssertionError):
        await stored_is_what_the_oracle_says(pool, *EXAMPLES[0], Random(1))


EXAMPLES = [
    (
        Rules("sum", "none", "not_asked", None, weighed=False),
        [Version("x", "DEPT-09", "2020", "f", "reported", n, n, None, None, "final") for n in (1, 2)],
    )
]


async def test_rebuild_names_what_was_changed_behind_its_back(pool: asyncpg.Pool) -> None:
    """A stored figure that nobody computed is found, named by field, and mended with --write."""
    cache = await take(pool, *EXAMPLES[0], Random(1))
    await pool.execute("UPDATE aggregator.rollup SET value = 7, reported = 9 WHERE territory = 'REG-76'")
    await pool.execute("DELETE FROM aggregator.rollup WHERE territory = 'NAT-FR'")
    (found,) = [one async for one in rebuild(pool, cache, make_clock().now(), write=True)]
    assert [(d.territory, d.stored is None, d.fields) for d in found.differences if d.stored] == [
        ("REG-76", False, ["reported", "value"])
    ]
    assert {d.territory for d in found.differences} == {"REG-76", "NAT-FR"}
    (again,) = [one async for one in rebuild(pool, cache, make_clock().now(), write=False)]
    assert again.differences == []
    assert again.figures == 3
