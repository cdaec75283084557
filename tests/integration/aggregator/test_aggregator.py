"""The aggregator on a real broker and a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from services.aggregator.app import build
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.contracts.observation import ObservationReported
from shared.contracts.rollup import RollupUpdated
from shared.contracts.topics import DEAD_LETTERS, OBSERVATIONS, ROLLUPS, SUBMISSIONS
from shared.domain.collection import Member
from shared.domain.indicator import Method
from shared.domain.observation import Basis
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from tests.conftest import World
from tests.support.wire import eventually, listening, observation, send, submission

FRAMEWORK, HOUSING = "ax2.ase_exit.in_framework", "ax2.ase_exit.stable_housing"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
async def database(world: World) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect("test")
    await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), make_clock())
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def rollups(database: asyncpg.Connection) -> AsyncIterator[list[RollupUpdated]]:
    app = build()
    async with app.router.lifespan_context(app), listening(ROLLUPS, RollupUpdated) as heard:
        yield heard


async def tell(*observations: ObservationReported) -> None:
    await send(OBSERVATIONS, *[(o.indicator, o.encode()) for o in observations])


def latest(heard: list[RollupUpdated], indicator: str, period: str, territory: str):
    found = [
        r
        for u in heard
        if (u.indicator, u.period) == (indicator, period)
        for r in u.rollups
        if r.territory == territory
    ]
    return found[-1] if found else None


async def test_observations_become_a_regional_ratio_with_its_coverage(database, rollups) -> None:
    await tell(
        observation(FRAMEWORK, "DEPT-09", 1, numerator=10, denominator=40),
        observation(FRAMEWORK, "DEPT-31", 2, numerator=50, denominator=60),
    )

    def both_in():
        region = latest(rollups, FRAMEWORK, "2020", "REG-76")
        return region if region and region.reported == 2 else None

    region = await eventually(both_in)
    assert (region.value, region.numerator, region.denominator) == (60, 60, 100)
    assert region.expected == 13
    assert "DEPT-48" in region.absent
    row = await database.fetchrow(
        "SELECT * FROM entitled.rollup WHERE indicator = $1 AND period = '2020' AND territory = 'REG-76'", FRAMEWORK
    )
    assert row["value"] == 60
    assert row["version"] == region.version


async def test_an_older_submission_that_arrives_late_changes_nothing(database, rollups) -> None:
    await tell(observation(FRAMEWORK, "DEPT-11", 9, numerator=8, denominator=10, period="2019"))
    await tell(observation(FRAMEWORK, "DEPT-11", 4, numerator=1, denominator=10, period="2019"))

    async def both_kept():
        return (
            await database.fetchval(
                "SELECT count(*) FROM entitled.observation_version WHERE period = '2019' AND territory = 'DEPT-11'"
            )
            == 2
        )

    await eventually(both_kept)
    assert (await eventually(lambda: latest(rollups, FRAMEWORK, "2019", "DEPT-11"))).value == 80


async def test_a_repeat_is_stored_once_and_still_told(database, rollups) -> None:
    same = observation(FRAMEWORK, "DEPT-12", 20, numerator=3, denominator=4, period="2018")
    await tell(same)
    await eventually(lambda: latest(rollups, FRAMEWORK, "2018", "DEPT-12"))
    await tell(same)
    await eventually(lambda: sum(u.period == "2018" for u in rollups) >= 2)
    versions = {r.version for u in rollups if u.period == "2018" for r in u.rollups if r.territory == "DEPT-12"}
    assert len(versions) == 1
    assert await database.fetchval("SELECT count(*) FROM entitled.observation_version WHERE period = '2018'") == 1


async def test_an_unreadable_message_is_set_aside_and_the_next_one_goes_through(database, rollups) -> None:
    async with listening(DEAD_LETTERS, _Anything) as dead:
        await send(OBSERVATIONS, (FRAMEWORK, b'{"indicator": 3}'), (FRAMEWORK, b"\xff\xfe"))
        await tell(observation(FRAMEWORK, "DEPT-32", 30, numerator=1, denominator=2, period="2017"))
        await eventually(lambda: latest(rollups, FRAMEWORK, "2017", "DEPT-32"))
        await eventually(lambda: len(dead) >= 2)
    rows = await database.fetch("SELECT * FROM platform.dead_letter")
    assert len(rows) == 2
    assert all(row["consumer"] == "aggregator" and row["reason"] for row in rows)


async def test_more_young_people_housed_than_in_the_framework_is_flagged_and_kept(database, rollups) -> None:
    await tell(
        observation(FRAMEWORK, "DEPT-46", 40, numerator=10, denominator=30, period="2020"),
        observation(HOUSING, "DEPT-46", 40, numerator=12, denominator=30, period="2020"),
    )
    await send(SUBMISSIONS, ("DEPT-46", submission("rcp-40", versions=2).encode()))

    async def flagged():
        return await database.fetchrow(
            """SELECT * FROM entitled.check_result
               WHERE kind = 'part_of' AND state = 'fails' AND territory = 'DEPT-46' AND $1 = ANY(indicators)""",
            HOUSING,
        )

    row = await eventually(flagged)
    assert row["difference"] == 2
    told = await eventually(lambda: latest(rollups, HOUSING, "2020", "DEPT-46"))
    assert told.value == 40


async def test_a_declared_total_is_kept_beside_the_computed_one(database, rollups) -> None:
    camps = "ax6.bidonvilles.sites"
    parts = {"DEPT-31": 68, "DEPT-34": 14, "DEPT-30": 1, "DEPT-66": 5}
    await tell(
        observation(camps, "REG-76", 50, value=88, period="2021-12-31", basis=Basis.declared, source="bilan"),
        *[observation(camps, t, 50, value=v, period="2021-12-31", source="bilan") for t, v in parts.items()],
    )

    def computed():
        region = latest(rollups, camps, "2021-12-31", "REG-76")
        return region if region and region.reported == 4 else None

    region = await eventually(computed)
    assert (region.value, region.basis, region.expected) == (Decimal(88), Basis.computed, None)


async def test_a_new_catalogue_recomputes_what_it_changes(database, rollups) -> None:
    await tell(observation(FRAMEWORK, "DEPT-65", 60, numerator=1, denominator=4, period="2016"))
    before = await eventually(lambda: latest(rollups, FRAMEWORK, "2016", "REG-76"))
    assert (before.expected, before.coverage) == (None, None)
    catalogue = read_catalogue(ROOT / "deploy/catalogue")
    asked = catalogue.collections[0].model_copy(
        update={"code": "later", "period": "2016", "indicators": [FRAMEWORK], "members": _members("DEPT-65", "DEPT-66")}
    )
    changed = replace(catalogue, digest="changed", collections=[*catalogue.collections, asked])
    await catalogue_store.load(database, changed, make_clock())

    def counted():
        region = latest(rollups, FRAMEWORK, "2016", "REG-76")
        return region if region.expected == 2 else None

    after = await eventually(counted)
    assert (after.absent, after.coverage) == (["DEPT-66"], Decimal("0.5"))
    assert after.version != before.version


async def test_what_the_new_catalogue_no_longer_rolls_up_is_gone(database, rollups) -> None:
    await tell(observation(FRAMEWORK, "DEPT-81", 70, numerator=1, denominator=4, period="2015"))
    await eventually(lambda: latest(rollups, FRAMEWORK, "2015", "REG-76"))
    catalogue = read_catalogue(ROOT / "deploy/catalogue")
    alone = {FRAMEWORK: catalogue.indicators[FRAMEWORK].model_copy(update={"method": Method.none})}
    changed = replace(catalogue, digest="alone", indicators={**catalogue.indicators, **alone})
    await catalogue_store.load(database, changed, make_clock())

    async def left():
        query = "SELECT array_agg(territory) FROM entitled.rollup WHERE indicator = $1 AND period = '2015'"
        return (await database.fetchval(query, FRAMEWORK)) == ["DEPT-81"]

    await eventually(left)
    await catalogue_store.load(database, catalogue, make_clock())
    await eventually(lambda: latest(rollups, FRAMEWORK, "2015", "REG-76"))


async def test_a_record_that_cannot_be_stored_is_set_aside_and_the_others_go_through(database, rollups) -> None:
    good = observation(FRAMEWORK, "DEPT-82", 80, numerator=1, denominator=2, period="2014")
    poison = observation(FRAMEWORK, "DEPT-82", 2**63, numerator=1, denominator=2, period="2014")
    await send(OBSERVATIONS, *[(FRAMEWORK, o.encode()) for o in (good, poison, good)])
    assert (await eventually(lambda: latest(rollups, FRAMEWORK, "2014", "DEPT-82"))).value == 50

    async def set_aside():
        return await database.fetchval(
            "SELECT reason FROM platform.dead_letter WHERE reason LIKE 'cannot be computed%'"
        )

    assert "int64" in await eventually(set_aside)


def _members(*territories: str) -> list[Member]:
    return [Member(territory=territory) for territory in territories]


class _Anything(ObservationReported):
    """Accepts whatever was dead-lettered."""

    @classmethod
    def model_validate_json(cls, json_data, **_):  # type: ignore[override]
        return json_data
