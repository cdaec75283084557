"""Checks on a real broker and database: evaluated when a submission is complete, with history, told, never lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import ConsumerRecord
from faststream.kafka import KafkaBroker

from services.aggregator.checking import PATIENCE, Checking
from services.aggregator.consumer import Aggregator
from services.aggregator.following import CatalogueFollower
from shared.catalogue import store as catalogue_store
from shared.catalogue.cache import CatalogueCache
from shared.catalogue.files import read_catalogue
from shared.contracts.check import CheckEvaluated
from shared.contracts.message import Message
from shared.contracts.observation import ObservationReported
from shared.contracts.topics import CHECKS, OBSERVATIONS, SUBMISSIONS, Topic
from shared.domain.check import CheckState
from shared.domain.observation import Basis, Status
from shared.runtime.broker import make_broker, start_broker, wire_name
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.dead_letters import DeadLetterOffice
from tests.conftest import World
from tests.support.wire import eventually, listening, observation, submission

ROOT = Path(__file__).resolve().parents[3]
GROUPS = "ax0.gov.working_groups"
ALL_HISTORY = "SELECT * FROM entitled.check_history WHERE code = $1 AND period = $2 ORDER BY id"


@dataclass
class Bench:
    """The aggregator's own parts in this process; batches are handed over one by one."""

    pool: asyncpg.Pool
    broker: KafkaBroker
    cache: CatalogueCache
    aggregator: Aggregator
    checking: Checking

    async def take(self, *messages: tuple[Topic, Message]) -> None:
        records = [
            ConsumerRecord(wire_name(topic), 0, offset, 0, 0, b"", m.encode(), None, 0, len(m.encode()), ())
            for offset, (topic, m) in enumerate(messages)
        ]
        await self.aggregator.on_batch(records)

    async def submit(self, *observations: ObservationReported) -> None:
        """A whole file: its observations, then its submission."""
        receipt = observations[0].receipt_id
        told = submission(receipt, len(observations))
        await self.take(*[(OBSERVATIONS, o) for o in observations], (SUBMISSIONS, told))

    async def result(self, code: str, period: str) -> asyncpg.Record | None:
        query = "SELECT * FROM entitled.check_result WHERE code = $1 AND period = $2 AND territory = 'REG-76'"
        return await self.pool.fetchrow(query, code, period)

    async def pending(self) -> int:
        return int(await self.pool.fetchval("SELECT count(*) FROM aggregator.pending_check"))


@pytest.fixture(scope="module")
async def bench(world: World) -> AsyncIterator[Bench]:
    clock, broker = make_clock(), make_broker("checks")
    async with make_pool("checks") as pool:
        async with pool.acquire() as connection:
            await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), clock)
        await start_broker(broker)
        cache = CatalogueCache(pool)
        aggregator = Aggregator(pool, broker, cache, DeadLetterOffice(broker, "checks", clock), clock)
        yield Bench(pool, broker, cache, aggregator, Checking(pool, broker, cache, clock))
        await broker.stop()


def said(value: int, seq: int, period: str, line: int = 497, **fields: Any) -> ObservationReported:
    """A number of working groups, as a line of the report says it."""
    basis = fields.pop("basis", Basis.declared)
    return observation(
        GROUPS, "REG-76", seq, value=value, period=period, basis=basis, source=f"bilan l.{line}", **fields
    )


async def test_nothing_is_judged_before_the_whole_file_is_there(bench: Bench) -> None:
    first, second = said(9, 100, "2010"), said(17, 100, "2010", 439)
    await bench.take((OBSERVATIONS, first))
    assert await bench.checking.round() == 0
    await bench.take((SUBMISSIONS, submission("rcp-100", 2)))
    assert await bench.checking.round() == 0
    assert await bench.result("conflicting_sources", "2010") is None
    await bench.take((OBSERVATIONS, second))
    assert await bench.checking.round() == 2
    row = await bench.result("conflicting_sources", "2010")
    assert row is not None
    assert (row["state"], row["subject"], row["expected"], row["computed"]) == ("fails", GROUPS, 9, 17)
    assert [s["value"] for s in row["detail"]["stated"]] == ["17", "9"]
    assert await bench.pending() == 0


async def test_a_file_that_never_is_complete_is_judged_after_half_a_minute(bench: Bench) -> None:
    await bench.take((OBSERVATIONS, said(9, 110, "2011")), (OBSERVATIONS, said(15, 110, "2011", 161)))
    assert await bench.checking.round() == 0
    assert await bench.pending() == 1
    long_ago = datetime.now(UTC) - PATIENCE - timedelta(seconds=1)
    await bench.pool.execute("UPDATE aggregator.pending_check SET noticed_at = $1", long_ago)
    assert await bench.checking.round() == 1
    row = await bench.result("conflicting_sources", "2011")
    assert row is not None
    assert row["state"] == "fails"


async def test_coming_back_to_earlier_figures_is_history_and_repeating_them_is_not(bench: Bench) -> None:
    right, wrong = said(9, 120, "2012"), said(17, 120, "2012", 439)
    await bench.submit(right, wrong)
    await bench.checking.round()
    await bench.submit(said(9, 121, "2012", 439))
    await bench.checking.round()
    await bench.submit(said(17, 122, "2012", 439))
    await bench.checking.round()
    await bench.submit(said(17, 122, "2012", 439))  # the batch again
    await bench.checking.round()
    rows = await bench.pool.fetch(ALL_HISTORY, "conflicting_sources", "2012")
    assert [row["state"] for row in rows] == ["fails", "holds", "fails"]
    assert len({row["inputs"] for row in rows}) == 3
    row = await bench.result("conflicting_sources", "2012")
    assert row is not None
    assert (row["state"], row["previous"]) == ("fails", "holds")


async def test_the_same_inputs_once_more_after_others_are_a_row_again(bench: Bench) -> None:
    """A check that goes and comes back, on the very same figures: a catalogue without it, then with it."""
    await bench.submit(said(9, 130, "2013"), said(17, 130, "2013", 439))
    await bench.checking.round()
    catalogue = await bench.cache.current()
    without = replace(
        catalogue, digest="without", checks=[c for c in catalogue.checks if c.code != "conflicting_sources"]
    )
    follower = CatalogueFollower(bench.pool, bench.broker, bench.cache, make_clock())
    for wanted in (without, catalogue):
        async with bench.pool.acquire() as connection:
            await catalogue_store.load(connection, wanted, make_clock())
        await follower.follow()
        assert (await bench.result("conflicting_sources", "2013") is None) == (wanted is without)
    rows = await bench.pool.fetch(ALL_HISTORY, "conflicting_sources", "2013")
    assert [(row["state"], row["gone"]) for row in rows] == [("fails", False), ("unknown", True), ("fails", False)]
    assert rows[0]["inputs"] == rows[2]["inputs"]


async def test_what_no_longer_applies_has_no_result_and_says_so_in_its_history(bench: Bench) -> None:
    await bench.submit(said(9, 140, "2014"), said(17, 140, "2014", 439))
    await bench.checking.round()
    await bench.submit(said(17, 141, "2014", 439, status=Status.withdrawn))
    await bench.checking.round()
    assert await bench.result("conflicting_sources", "2014") is None
    rows = await bench.pool.fetch(ALL_HISTORY, "conflicting_sources", "2014")
    assert [(row["state"], row["gone"]) for row in rows] == [("fails", False), ("unknown", True)]


async def test_a_figure_of_another_period_and_indicator_touches_the_checks_that_read_it(bench: Bench) -> None:
    """Contracted share of 2019 against a bound that is stated for three years."""
    declared: dict[str, Any] = {"basis": Basis.declared, "source": "bilan", "territory": "REG-76"}

    def line(indicator: str, seq: int, value: int, period: str) -> ObservationReported:
        fields = {k: v for k, v in declared.items() if k != "territory"}
        return observation(f"ax0.bud.{indicator}", "REG-76", seq, value=value, period=period, **fields)

    await bench.submit(
        line("contract_departments", 150, 14586436, "2019"), line("contract_metropoles", 150, 1000000, "2019"),
        line("total", 150, 16558357, "2019"),
    )  # fmt: skip
    await bench.checking.round()
    row = await bench.result("contract_share_max", "2019")
    assert row is not None
    assert (row["state"], row["detail"]["missing"]) == ("unknown", ["bound"])
    await bench.submit(line("contract_share_max", 151, 85, "2019/2021"))
    await bench.checking.round()
    row = await bench.result("contract_share_max", "2019")
    assert row is not None
    assert (row["state"], row["previous"], row["expected"]) == ("fails", "unknown", 85)
    assert row["indicators"][0] == "ax0.bud.contract_departments"


async def test_what_was_stored_and_not_told_is_told_by_the_next_round(bench: Bench) -> None:
    await bench.submit(said(9, 160, "2016"), said(17, 160, "2016", 439))
    away = Checking(bench.pool, make_broker("never-started"), bench.cache, make_clock())
    with pytest.raises(Exception, match=r"."):
        await away.round()
    assert await bench.pending() == 1
    assert await bench.result("conflicting_sources", "2016") is not None
    async with listening(CHECKS, CheckEvaluated) as heard:
        assert await bench.checking.round() == 1

        def told() -> list[CheckEvaluated]:
            return [m for m in heard if m.period == "2016" and m.check == "conflicting_sources"]

        await eventually(told)
        (message,) = told()
    assert (message.state, message.previous, message.subject) == (CheckState.fails, None, GROUPS)
    assert (message.expected, message.computed, message.difference) == (9, 17, 8)
    assert await bench.pending() == 0
    assert len(await bench.pool.fetch(ALL_HISTORY, "conflicting_sources", "2016")) == 1


async def test_two_processes_share_the_marks(bench: Bench) -> None:
    await bench.submit(said(9, 170, "2017"), said(17, 170, "2017", 439))
    other = Checking(bench.pool, bench.broker, bench.cache, make_clock())
    async with bench.pool.acquire() as connection, connection.transaction():
        await connection.fetch("SELECT id FROM aggregator.pending_check FOR UPDATE")
        assert await other.round() == 0
    assert await other.round() == 1
    assert await bench.checking.round() == 0
