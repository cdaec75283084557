"""What settles a duty, what is still on its way, and what one replica may not undo of another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from services.alerting import judge
from services.alerting.following import follow_catalogue
from services.alerting.sitting import sitting
from services.alerting.store import figures, ledger
from services.alerting.tick import Ticker
from shared.catalogue import store as catalogue_store
from shared.catalogue.cache import CatalogueCache
from shared.contracts.submission import Answer, SubmissionAccepted
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Member
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from tests.integration.alerting.bench import COLLECTION, HOUSING, Bench

EARLY, LATE = datetime(2021, 3, 20, 8, tzinfo=UTC), datetime(2021, 4, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
async def pool(bench: Bench) -> AsyncIterator[asyncpg.Pool]:
    async with make_pool("test", max_size=4) as pool:
        yield pool


@pytest.fixture(scope="module")
async def original(bench: Bench) -> Catalogue:
    return await catalogue_store.read(bench.connection)


@pytest.fixture
async def tick(bench: Bench, pool: asyncpg.Pool, original: Catalogue):
    """Ticks on an empty ledger under the original catalogue."""
    await bench.connection.execute(
        """TRUNCATE alerting.submission, alerting.submission_answer, alerting.expected_report, alerting.alert,
           alerting.transition, alerting.notification, alerting.pending_judgement, alerting.judged_rollup,
           alerting.followed_catalogue, aggregator.rollup, aggregator.observation_version, ingestion.receipt,
           ingestion.figure"""
    )
    bench.world.set_clock("2021-03-25T09:00:00+01:00")
    await catalogue_store.load(bench.connection, original, make_clock())
    ticker = Ticker(pool, CatalogueCache(pool), make_clock())
    await ticker.tick()
    return ticker.tick


async def change(bench: Bench, original: Catalogue, digest: str, **changes) -> Catalogue:
    """Load the original catalogue with the campaign changed."""
    collections = [c.model_copy(update=changes) if c.code == COLLECTION else c for c in original.collections]
    changed = replace(original, digest=digest, collections=collections)
    await catalogue_store.load(bench.connection, changed, make_clock())
    return changed


async def read(bench: Bench, *submissions: SubmissionAccepted, at: datetime | None = None) -> None:
    await ledger.save_submissions(bench.connection, submissions, at or datetime.now(UTC))
    await ledger.settle_duties(bench.connection, [s.receipt_id for s in submissions])


async def state(bench: Bench, territory: str, feed: str = "ase-exits") -> tuple[str, str]:
    row = await bench.connection.fetchrow(
        "SELECT period, state FROM alerting.expected_report WHERE territory = $1 AND feed = $2", territory, feed
    )
    return tuple(row)


async def accept(bench: Bench, receipt: str, territory: str, period: str, **fields) -> None:
    """A receipt of ingestion whose message alerting has not read."""
    await bench.connection.execute(
        """INSERT INTO ingestion.receipt (id, submission_seq, feed, reporter, period, collection, territories,
           file_name, media_type, sha256, size_bytes, received_at, stage, status, accepted, unchanged, rejected,
           nil_return, simulated, repairs, errors, messages)
           VALUES ($1, nextval('ingestion.submission_seq'), $2, $3, $4, NULL, ARRAY[$3], 'f', 'text/csv', 's', 1, $5,
           'received', 'accepted', 1, 0, 0, FALSE, TRUE, '[]', '[]', '[]')""",
        *(receipt, fields.get("feed", "ase-exits"), territory, period, EARLY),
    )


async def test_a_renamed_collection_keeps_what_was_received(bench: Bench, tick, original: Catalogue) -> None:
    await read(bench, bench.accepted("r1", "DEPT-31"))
    await change(bench, original, "renamed", code="calpae-2020-bis")
    await tick()
    assert await state(bench, "DEPT-31") == ("2020", "received")


async def test_another_period_is_another_duty_and_ends_the_alert_of_the_old_one(
    bench: Bench, tick, original: Catalogue
) -> None:
    await read(bench, bench.accepted("r1", "DEPT-31"))
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await tick()
    alert = await bench.alert("report_overdue", "DEPT-32", "firing")
    await change(bench, original, "next-year", period="2021", due_on=date(2022, 3, 31))
    await tick()
    assert await state(bench, "DEPT-31") == ("2021", "expected")
    assert (await bench.transitions(alert["id"]))[-1] == ("firing", "withdrawn", "collection_changed")


async def test_a_file_of_two_years_settles_each_of_them(bench: Bench, tick) -> None:
    years = [Answer(territory="DEPT-31", period=year) for year in ("2019", "2020")]
    await read(bench, bench.accepted("r1", "DEPT-31", period="2019/2020", collection=None, answers=years))
    assert await state(bench, "DEPT-31") == ("2020", "received")


async def test_an_answer_is_about_its_own_territory_and_period(bench: Bench, tick) -> None:
    """The collection on the message says nothing: a file of another year is no answer."""
    await read(bench, bench.accepted("r1", "DEPT-31", period="2019"))
    assert await state(bench, "DEPT-31") == ("2020", "expected")


async def test_a_report_counts_before_a_nil_return_and_stays_in_time(bench: Bench, tick) -> None:
    await read(bench, bench.accepted("r1", "DEPT-31", nil_return=True, received_at=EARLY))
    assert await state(bench, "DEPT-31") == ("2020", "nil")
    await read(bench, bench.accepted("r2", "DEPT-31", received_at=LATE))
    assert await state(bench, "DEPT-31") == ("2020", "received")
    await read(bench, bench.accepted("r3", "DEPT-32", received_at=LATE))
    assert await state(bench, "DEPT-32") == ("2020", "late")


async def test_a_span_on_its_way_is_not_overdue_until_it_was_read(bench: Bench, tick) -> None:
    await accept(bench, "r1", "DEPT-31", "2018/2020")
    await accept(bench, "r2", "DEPT-32", "2018/2019")
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await tick()
    assert await state(bench, "DEPT-31") == ("2020", "expected")
    assert await state(bench, "DEPT-32") == ("2020", "overdue")
    assert await state(bench, "DEPT-31", "rsa-delays") == ("2020", "overdue")
    others = [Answer(territory="DEPT-31", period="2018")]
    await read(bench, bench.accepted("r1", "DEPT-31", period="2018/2020", answers=others))
    await tick()
    assert await state(bench, "DEPT-31") == ("2020", "overdue")


async def test_coverage_waits_for_the_aggregator_but_not_for_ever(bench: Bench, tick) -> None:
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await read(bench, bench.accepted("r1", "DEPT-31", observation_count=2))
    await tick()
    assert await bench.alerts("coverage_low") == []
    await bench.connection.execute("UPDATE alerting.submission SET read_at = read_at - INTERVAL '1 minute'")
    await tick()
    assert [a["territory"] for a in await bench.alerts("coverage_low")] == ["REG-76"]


async def test_coverage_counts_nobody_before_their_own_due_date(bench: Bench, tick, original: Catalogue) -> None:
    campaign = next(c for c in original.collections if c.code == COLLECTION)
    later = {"DEPT-31", "DEPT-32", "DEPT-34"}
    members = [
        Member(territory=m.territory, due_on=date(2021, 6, 30)) if m.territory in later else m for m in campaign.members
    ]
    await change(bench, original, "postponed", members=members, indicators=[HOUSING])
    await bench.put("REG-76", 600, 1000, reported=10, expected=13, coverage=10 / 13)
    await bench.connection.execute("UPDATE aggregator.rollup SET absent = $1 WHERE territory = 'REG-76'", sorted(later))
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await tick()
    assert await bench.alerts("coverage_low") == []
    bench.world.set_clock("2021-07-01T09:00:00+02:00")
    await tick()
    (alert,) = await bench.alerts("coverage_low")
    assert alert["inputs"]["absent"] == sorted(later)


async def test_a_replica_with_an_older_catalogue_follows_and_decides_nothing(
    bench: Bench, pool: asyncpg.Pool, tick, original: Catalogue
) -> None:
    newer = await change(bench, original, "newer", period="2021", due_on=date(2022, 3, 31))
    await tick()
    async with sitting(pool, original, make_clock()) as s:
        assert not await follow_catalogue(s)
    assert await figures.followed_digest(bench.connection) == newer.digest
    assert await state(bench, "DEPT-31") == ("2021", "expected")
    update = await bench.put("DEPT-31", 10, 100)
    await figures.mark_pending(
        bench.connection, [update.model_copy(update={"receipts": []})], datetime.now(UTC) - timedelta(minutes=1)
    )
    assert await judge.judge_pending(pool, original, make_clock()) == 0
    assert await bench.connection.fetchval("SELECT count(*) FROM alerting.pending_judgement") == 1


async def test_a_figure_that_moves_before_its_sitting_waits_for_its_file(
    bench: Bench, pool: asyncpg.Pool, tick, original: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another file touches the figure between the look at what is ready and the sitting."""
    update = await bench.put("DEPT-31", 10, 100)
    await figures.mark_pending(bench.connection, [update.model_copy(update={"receipts": []})], datetime.now(UTC))
    real, looked = figures.ready_marks, []

    async def then_moved(*arguments):
        found = await real(*arguments)
        if not looked:
            looked.append(found)
            moved = update.model_copy(update={"receipts": ["incomplete"]})
            await figures.mark_pending(bench.connection, [moved], datetime.now(UTC))
        return found

    monkeypatch.setattr(figures, "ready_marks", then_moved)
    assert await judge.judge_pending(pool, original, make_clock()) == 0
    assert [m.territory for m in looked[0]] == ["DEPT-31"]
    assert await bench.alerts("target_missed") == []


@pytest.mark.parametrize(("second_is_simulated", "expected"), [(True, True), (False, False)])
async def test_silence_is_simulated_where_all_that_came_is(
    bench: Bench, tick, second_is_simulated: bool, expected: bool
) -> None:
    await read(bench, bench.accepted("r1", "DEPT-31"))
    await read(bench, bench.accepted("r2", "DEPT-34", simulated=second_is_simulated))
    bench.world.set_clock("2021-04-01T09:00:00+02:00")
    await tick()
    assert (await bench.alert("report_overdue", "DEPT-32", "firing"))["simulated"] is expected


async def test_a_figure_is_judged_again_when_only_who_is_expected_changed(bench: Bench, tick) -> None:
    """The aggregator names the expected in the version: the same value under another version is looked at again."""
    for expected in (1, 2):
        update = await bench.put("DEPT-31", 60, 100, expected=expected)
        await figures.mark_pending(bench.connection, [update.model_copy(update={"receipts": []})], datetime.now(UTC))
        await tick()
        judged = await bench.connection.fetchval(
            "SELECT version FROM alerting.judged_rollup WHERE territory = 'DEPT-31' AND indicator = $1", HOUSING
        )
        assert judged == update.rollups[0].version
