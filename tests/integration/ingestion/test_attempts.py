"""Every try leaves one row, refused ones included, and none of them holds what the file said."""

import asyncio
import hashlib
from typing import Any, cast

import asyncpg
import pytest

from services.ingestion.attempts import ledger as trail
from services.ingestion.attempts.attempt import Attempt
from services.ingestion.attempts.ledger import IDLE_ROWS_PER_MINUTE, AttemptLedger
from shared.runtime.cli import main
from shared.runtime.clock import make_clock
from shared.runtime.metrics import REGISTRY
from tests.integration.ingestion.office import Office, ase

PROBLEM = "application/problem+json"
FIELDS = {"id", "at", "token_id", "feed", "reporter", "period", "dry_run", "size_bytes", "sha256", "code", "outcome"}


async def newest(office: Office) -> asyncpg.Record:
    return await office.connection.fetchrow("SELECT * FROM ingestion.attempt ORDER BY id DESC LIMIT 1")


async def count(office: Office) -> int:
    return int(await office.connection.fetchval("SELECT count(*) FROM ingestion.attempt"))


def not_kept(reason: str) -> float:
    return REGISTRY.get_sample_value("vigie_attempts_not_kept_total", {"reason": reason}) or 0.0


async def untold(office: Office, **request: Any) -> str | None:
    """What is missing from the trail after one request: the oracle of this file."""
    before = await count(office)
    answer = await office.send(**request)
    if await count(office) != before + 1:
        return f"{await count(office) - before} rows for one request answered {answer.status_code}"
    row = await newest(office)
    return None if row["code"] == answer.status_code else f"row says {row['code']}, answer {answer.status_code}"


async def test_an_accepted_file_and_its_repetition(office: Office):
    content = ase("31;412;130;113;136;112;103")
    answer = await office.send("ase-exits", content, period="2020", filename="secret-name.csv")
    assert answer.status_code == 202, answer.text
    row = await newest(office)
    assert row["receipt_id"] == answer.json()["id"]
    assert (row["feed"], row["reporter"], row["period"]) == ("ase-exits", "DEPT-31", "2020")
    assert (row["code"], row["outcome"], row["dry_run"]) == (202, "accepted", False)
    assert (row["size_bytes"], row["sha256"]) == (len(content.encode()), hashlib.sha256(content.encode()).hexdigest())
    assert row["at"].isoformat() == "2021-03-25T08:00:00+00:00"  # the clock of the campaign
    assert row["noticed_at"].year > 2021  # and the real one
    await office.send("ase-exits", content, period="2020")
    assert ((await newest(office))["code"], (await newest(office))["outcome"]) == (200, "duplicate")
    await office.send("ase-exits", content, period="2020", dry_run=True)
    assert ((await newest(office))["dry_run"], (await newest(office))["code"]) == (True, 200)
    told = str(dict(await newest(office)))
    assert "secret-name" not in told
    assert office.tokens["DEPT-31"] not in told


@pytest.mark.parametrize(
    ("code", "outcome", "request_"),
    [
        (400, "bad_request", {"dry_run": "perhaps"}),
        (400, "bad_request", {"period": "32/2020"}),
        (400, "bad_request", {"territory": "DEPT-99"}),
        (401, "unknown_token", {"token": "vigie_no-such-token"}),
        (401, "unknown_token", {"token": ""}),
        (401, "unknown_token", {"token": "revoked"}),
        (403, "not_allowed", {"token": "analyst"}),
        (403, "not_allowed", {"territory": "DEPT-09"}),
        (404, "unknown_feed", {"feed": "Dupont-Martine"}),
        (413, "too_large", {"content": "x" * 500_000}),
        (415, "unsupported", {"content": b"%PDF-1.7\n"}),
        (415, "unsupported", {"headers": {"Content-Encoding": "gzip"}}),
        (422, "rejected", {"content": ase("31;un;;;;;")}),
    ],
)
async def test_each_refusal_is_one_row(office: Office, code: int, outcome: str, request_: dict[str, Any]):
    asked = {"feed": "ase-exits", "content": ase("31;1;1;1;1;1;1"), "period": "2019", **request_}
    assert await untold(office, **asked) is None
    row = await newest(office)
    assert (row["code"], row["outcome"]) == (code, outcome)
    assert (row["token_id"] is None) == (code == 401)
    assert row["feed"] == ("" if code in {400, 401, 404} and row["feed"] == "" else "ase-exits")
    assert "Dupont" not in str(dict(row))


async def test_a_door_that_forgets_refusals_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch):
    """The planted defect: no row where the token is unknown."""
    keep = AttemptLedger.record

    async def forgetful(self: AttemptLedger, attempt: Attempt, code: int) -> None:
        if code != 401:
            await keep(self, attempt, code)

    monkeypatch.setattr(AttemptLedger, "record", forgetful)
    asked = {"feed": "ase-exits", "content": ase("31;1;1;1;1;1;1"), "period": "2019"}
    assert await untold(office, **asked, token="nobody") is not None
    assert await untold(office, **asked) is None


async def test_a_database_that_loses_the_row_costs_no_answer(office: Office):
    before = not_kept("database")
    await office.connection.execute("ALTER TABLE ingestion.attempt RENAME COLUMN outcome TO verdict")
    try:
        answer = await office.send("ase-exits", ase("31;7;1;1;1;1;1"), period="2018")
    finally:
        await office.connection.execute("ALTER TABLE ingestion.attempt RENAME COLUMN verdict TO outcome")
    assert answer.status_code == 202, answer.text
    assert not_kept("database") == before + 1


async def test_a_fault_of_ours_is_a_row_too(office: Office):
    await office.connection.execute("ALTER TABLE ingestion.receipt RENAME TO lost")
    try:
        answer = await office.send("ase-exits", ase("31;7;1;1;1;1;2"), period="2018")
    finally:
        await office.connection.execute("ALTER TABLE ingestion.lost RENAME TO receipt")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    row = await newest(office)
    assert (row["code"], row["outcome"], row["reporter"]) == (500, "failed", "DEPT-31")


async def test_tries_without_a_token_are_bounded(office: Office, monkeypatch: pytest.MonkeyPatch):
    ledger = AttemptLedger(cast("Any", office.connection), make_clock())  # it answers a query as a pool does
    before, lost = await count(office), not_kept("too_many")
    for _ in range(IDLE_ROWS_PER_MINUTE + 5):
        await ledger.record(Attempt(), 401)
    assert await count(office) == before + IDLE_ROWS_PER_MINUTE
    assert not_kept("too_many") == lost + 5
    await ledger.record(Attempt(token_id="tok-1"), 429)  # another account of its own
    assert await count(office) == before + IDLE_ROWS_PER_MINUTE + 1
    later = trail.monotonic() + 61
    monkeypatch.setattr(trail, "monotonic", lambda: later)
    await ledger.record(Attempt(), 401)
    assert await count(office) == before + IDLE_ROWS_PER_MINUTE + 2


async def test_whose_tries_one_may_read(office: Office):
    async def read(token: str, **query: Any) -> Any:
        answer = await office.client.get("/v1/attempts", params=query, headers=office.bearer(token))
        assert answer.status_code == 200, answer.text
        return answer.json()

    await office.send("ase-exits", ase("09;1;1;1;1;1;1"), "DEPT-09", period="2019")
    mine = await read("DEPT-09")
    assert {item["token_id"] for item in mine["items"]} == {mine["items"][0]["token_id"]}
    everybody = await read("operator", limit=1000)
    assert len({item["token_id"] for item in everybody["items"]}) > 2
    assert set(everybody["items"][0]) == FIELDS | {"receipt_id"}
    refused = await read("operator", outcome="unknown_token")
    assert {item["code"] for item in refused["items"]} == {401}
    assert (await read("operator", until="2021-03-25T08:00:00Z"))["items"] == []
    assert (await read("operator", since="2021-03-25T09:00:00+01:00", feed="ase-exits"))["items"]
    # Pages of three, one after the other, are the whole without a gap or a repetition.
    found, page = [], await read("operator", limit=3)
    while True:
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        page = await read("operator", limit=3, before=page["next"])
    assert found == [item["id"] for item in everybody["items"]]
    assert (await office.client.get("/v1/attempts")).status_code == 401
    bad = await office.client.get("/v1/attempts", params={"since": "yesterday"}, headers=office.bearer("operator"))
    assert (bad.status_code, bad.headers["content-type"]) == (400, PROBLEM)


async def test_the_command_lists_and_forgets(office: Office, capsys: pytest.CaptureFixture[str]):
    assert await asyncio.to_thread(main, ["attempts", "list", "--outcome", "rejected", "--limit", "5"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said
    assert all("rejected" in line and "422" in line for line in said)
    kept = await count(office)
    assert await asyncio.to_thread(main, ["attempts", "prune", "--before", "2021-03-25T08:00:00+00:00"]) == 0
    assert "forgot 0 tries" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["attempts", "prune", "--before", "2021-03-26"]) == 0
    assert f"forgot {kept} tries" in capsys.readouterr().out
    assert await count(office) == 0
