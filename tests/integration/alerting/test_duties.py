"""Who owes what, and what silence does: one alert per silent territory, and no other."""

from datetime import UTC, datetime, timedelta

import pytest

from services.alerting.app import build
from shared.contracts.topics import SUBMISSIONS
from tests.integration.alerting.bench import COLLECTION, HOUSING, Bench
from tests.support.wire import eventually, send

DEPARTMENTS = ["09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"]
SILENT = "DEPT-32"
LATE = datetime(2021, 4, 15, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
async def service(bench: Bench):
    app = build()
    async with app.router.lifespan_context(app):
        yield app


async def test_the_ledger_follows_a_whole_campaign(bench: Bench, service) -> None:
    async def born():
        return await bench.connection.fetchval(
            "SELECT count(*) FROM alerting.expected_report WHERE collection = $1 AND state = 'expected'", COLLECTION
        )

    assert await eventually(born) == 26
    for code in DEPARTMENTS:
        territory = f"DEPT-{code}"
        if territory == SILENT:
            continue
        await bench.report(territory, 60, 100)
        await send(SUBMISSIONS, (territory, bench.accepted(f"rsa-{code}", territory, feed="rsa-delays").encode()))
    received = "SELECT count(*) FROM alerting.expected_report WHERE state = 'received'"

    async def all_in():
        return await bench.connection.fetchval(received) == 24

    await eventually(all_in)
    assert await bench.alerts() == []


async def test_the_due_instant_itself_is_in_time_and_the_next_tick_after_it_is_not(bench: Bench, service) -> None:
    bench.world.set_clock("2021-03-31T23:59:59.999999+02:00")
    await bench.report("DEPT-31", 61, 100)
    await bench.idle()
    assert await bench.alerts("report_overdue") == []
    bench.world.set_clock("2021-04-01T00:00:00+02:00")
    alert = await bench.alert("report_overdue", SILENT, "firing")
    assert alert["inputs"]["missing_feeds"] == ["ase-exits", "rsa-delays"]
    assert alert["simulated"]


async def test_silence_is_told_once_and_accuses_of_nothing_else(bench: Bench, service) -> None:
    bench.world.set_clock("2021-04-02T09:00:00+02:00")
    await bench.idle()
    about = await bench.alerts(territory=SILENT)
    assert [(a["rule"], a["state"]) for a in about] == [("report_overdue", "firing")]
    assert len(await bench.alerts("report_overdue")) == 1
    assert len(await bench.mails(about[0]["id"])) == 1


async def test_low_coverage_is_one_alert_per_region_and_collection(bench: Bench, service) -> None:
    region = await bench.alert("coverage_low", "REG-76", "firing")
    assert region["collection"] == COLLECTION
    assert region["inputs"]["coverage"] == "0"
    assert HOUSING in region["inputs"]["indicators"]
    assert len(await bench.alerts("coverage_low")) == 1
    for indicator in region["inputs"]["indicators"]:
        await bench.put("REG-76", 720, 1200, indicator=indicator, reported=12, expected=13, coverage=12 / 13)
    await bench.alert("coverage_low", "REG-76", "resolved")


async def test_half_a_report_keeps_the_alert_and_the_rest_resolves_it(bench: Bench, service) -> None:
    bench.world.set_clock(LATE.isoformat())
    first = bench.accepted("late-ase", SILENT, received_at=LATE)
    await send(SUBMISSIONS, (SILENT, first.encode()))

    async def one_left():
        (alert,) = await bench.alerts("report_overdue", SILENT)
        return alert["inputs"]["missing_feeds"] == ["rsa-delays"] and alert["state"] == "firing"

    await eventually(one_left)
    second = bench.accepted("late-rsa", SILENT, feed="rsa-delays", received_at=LATE + timedelta(minutes=1))
    await send(SUBMISSIONS, (SILENT, second.encode()))
    alert = await bench.alert("report_overdue", SILENT, "resolved")
    assert (await bench.transitions(alert["id"]))[-1] == ("firing", "resolved", "report_received")
    await bench.idle()
    assert [m["headers"]["X-Vigie-Kind"] for m in await bench.mails(alert["id"])] == ["opened", "resolved"]


async def test_an_accepted_file_whose_message_is_on_its_way_is_not_overdue(bench: Bench, service) -> None:
    """The false reminder: received in time, read by alerting only after the due instant."""
    bench.world.set_clock("2022-03-31T20:00:00+02:00")
    await bench.connection.execute(
        """INSERT INTO ingestion.receipt (id, submission_seq, feed, reporter, period, collection, territories,
           file_name, media_type, sha256, size_bytes, received_at, stage, status, accepted, unchanged, rejected,
           nil_return, simulated, repairs, errors, messages)
           VALUES ('on-its-way', 900, 'calpae-amounts', 'DEPT-09', '2021', 'calpae-amounts-2021', '{DEPT-09}',
           'f', 'text/csv', 's', 1, $1, 'received', 'accepted', 1, 0, 0, FALSE, TRUE, '[]', '[]', '[]')""",
        datetime(2022, 3, 31, 18, tzinfo=UTC),
    )
    bench.world.set_clock("2022-04-02T09:00:00+02:00")
    await bench.alert("report_overdue", "DEPT-11", "firing")
    await bench.idle()
    overdue = {a["territory"] for a in await bench.alerts("report_overdue") if a["collection"] == "calpae-amounts-2021"}
    assert "DEPT-09" not in overdue
    assert len(overdue) == 15
