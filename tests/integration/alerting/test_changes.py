"""What moves under an open alert: trajectories from year to year, waivers, postponed dates, two replicas at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import pytest

from services.alerting.store import figures, ledger
from services.alerting.tick import Ticker
from shared.catalogue import store as catalogue_store
from shared.catalogue.cache import CatalogueCache
from shared.domain.collection import Expectation, Member
from shared.domain.target import Target
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from tests.integration.alerting.bench import COLLECTION, HOUSING, Bench

AHEAD = Target(
    indicator=HOUSING,
    territory="DEPT-31",
    due=date(2022, 12, 31),
    value=Decimal(100),
    baseline=Decimal(0),
    baseline_date=date(2018, 12, 31),
)  # 25 % expected at the end of 2019, 50 % of 2020, 75 % of 2021


@pytest.fixture(scope="module")
async def pool(bench: Bench):
    async with make_pool("test", max_size=4) as pool:
        yield pool


@pytest.fixture
async def tick(bench: Bench, pool: asyncpg.Pool):
    return Ticker(pool, CatalogueCache(pool), make_clock()).tick


async def load(bench: Bench, digest: str, **changes) -> None:
    catalogue = await catalogue_store.read(bench.connection)
    await catalogue_store.load(bench.connection, replace(catalogue, digest=digest, **changes), make_clock())


async def judge(bench: Bench, tick, territory: str, percent: int, **fields) -> None:
    """Put a figure, mark it, tick."""
    update = await bench.put(territory, percent, 100, **fields)
    await figures.mark_pending(bench.connection, [update.model_copy(update={"receipts": []})], datetime.now(UTC))
    await tick()


async def test_a_trajectory_is_followed_from_year_to_year(bench: Bench, tick) -> None:
    await load(bench, "ahead", targets=[AHEAD])
    await judge(bench, tick, "DEPT-31", 10, period="2019")
    await judge(bench, tick, "DEPT-31", 20, period="2020")
    first, second = await bench.alerts("off_trajectory")
    assert (first["period"], first["state"]) == ("2019", "superseded")
    assert (second["period"], second["state"]) == ("2020", "firing")
    # Between the thresholds for an open series: still behind, the alert goes on under the new year.
    await judge(bench, tick, "DEPT-31", 70, period="2021")
    *_, third = await bench.alerts("off_trajectory")
    assert (third["period"], third["state"]) == ("2021", "firing")
    await judge(bench, tick, "DEPT-31", 74, period="2021")
    states = [(a["period"], a["state"]) for a in await bench.alerts("off_trajectory")]
    assert states == [("2019", "superseded"), ("2020", "superseded"), ("2021", "withdrawn")]
    # An old year that is reported late opens nothing: only the latest figure says where a trajectory stands.
    await judge(bench, tick, "DEPT-31", 1, period="2018")
    assert len(await bench.alerts("off_trajectory")) == 3


async def test_a_waiver_and_a_postponed_date_void_the_alerts_they_touch(bench: Bench, tick) -> None:
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await tick()
    assert len(await bench.alerts("report_overdue")) == 13
    catalogue = await catalogue_store.read(bench.connection)
    moved = [
        Member(territory="DEPT-09", expectation=Expectation.waived, source_text="Dispense du 30 mars 2021"),
        Member(territory="DEPT-11", due_on=date(2021, 6, 30), source_text="Report au 30 juin 2021"),
    ]
    gone = {"DEPT-09", "DEPT-11", "DEPT-12"}
    collections = [
        c.model_copy(update={"members": [*moved, *(m for m in c.members if m.territory not in gone)]})
        if c.code == COLLECTION
        else c
        for c in catalogue.collections
    ]
    await load(bench, "moved", collections=collections)
    await tick()
    ended = {a["territory"]: await bench.transitions(a["id"]) for a in await bench.alerts("report_overdue")}
    assert ended["DEPT-09"][-1] == ("firing", "withdrawn", "duty_waived")
    assert ended["DEPT-11"][-1] == ("firing", "withdrawn", "deadline_changed")
    assert ended["DEPT-12"][-1] == ("firing", "withdrawn", "collection_changed")
    assert ended["DEPT-30"] == [(None, "firing", "report_not_received")]


async def test_ticks_and_replicas_decide_once(bench: Bench, pool: asyncpg.Pool) -> None:
    """Two replicas ticking at once, then again: the alerts of one pass."""
    await load(bench, "both", targets=[replace_value(AHEAD, 50)])
    updates = [await bench.put(f"DEPT-{n}", 10, 100) for n in ("31", "32", "34")]
    await figures.mark_pending(
        bench.connection, [u.model_copy(update={"receipts": []}) for u in updates], datetime.now(UTC)
    )
    replicas = [Ticker(pool, CatalogueCache(pool), make_clock()) for _ in range(3)]
    await asyncio.gather(*(r.tick() for r in replicas))
    once = await bench.connection.fetch("SELECT alert_id, seq FROM alerting.transition ORDER BY 1, 2")
    await asyncio.gather(*(r.tick() for r in replicas))
    assert await bench.connection.fetch("SELECT alert_id, seq FROM alerting.transition ORDER BY 1, 2") == once
    (alert,) = await bench.alerts("target_missed")
    assert (alert["territory"], alert["state"]) == ("DEPT-31", "firing")


def replace_value(target: Target, value: int) -> Target:
    """The same indicator and territory, with a target of the year 2020."""
    return target.model_copy(update={"value": Decimal(value), "period": "2020", "due": date(2020, 12, 31)})


async def test_a_report_found_to_be_in_time_withdraws_the_accusation(bench: Bench, tick) -> None:
    alert = await bench.alert("report_overdue", "DEPT-34", "firing")
    in_time = [bench.accepted(f"late-{feed}", "DEPT-34", feed=feed) for feed in ("ase-exits", "rsa-delays")]
    await ledger.save_submissions(bench.connection, in_time, datetime.now(UTC))
    await ledger.settle_duties(bench.connection, [s.receipt_id for s in in_time])
    await tick()
    assert (await bench.transitions(alert["id"]))[-1] == ("firing", "withdrawn", "received_in_time")
