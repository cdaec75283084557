"""From a rollup message to a commissioner's mail, on a real broker, a real database and a real SMTP server."""

from dataclasses import replace
from decimal import Decimal

import asyncpg
import httpx
import pytest

from services.alerting.app import build
from shared.catalogue import store as catalogue_store
from shared.contracts.alert import AlertTransitioned
from shared.contracts.topics import ALERTS, DEAD_LETTERS, ROLLUPS, SUBMISSIONS
from shared.domain.observation import Status
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import make_clock
from tests.integration.alerting.bench import HOUSING, Bench
from tests.support.wire import eventually, listening, send

FIRING, WITHDRAWN = "firing", "withdrawn"


@pytest.fixture(scope="module")
async def client(bench: Bench):
    app = build()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://alerting"
        ) as client,
    ):
        yield client


@pytest.fixture(scope="module")
async def followed(client):
    async with listening(ALERTS, AlertTransitioned) as heard:
        yield heard


async def mails(bench: Bench, alert_id: str, count: int) -> list[dict]:
    async def enough():
        found = await bench.mails(alert_id)
        return found if len(found) >= count else None

    found = await eventually(enough)
    assert len(found) == count
    return found


async def test_a_missed_target_becomes_a_mail(bench: Bench, client) -> None:
    await bench.report("DEPT-31", 40, 100)
    alert = await bench.alert("target_missed", "DEPT-31", FIRING)
    (mail,) = await mails(bench, alert["id"], 1)
    assert mail["to"] == "commissaire.occitanie@vigie.example"
    assert mail["subject"].startswith("[Données simulées] Alerte : cible non atteinte, Haute-Garonne")
    assert "Valeur : 40,0\u202f% (40 sur 100)" in mail["text"]
    assert "10,0\u00a0points sous la cible, soit 10 personnes" in mail["text"]
    assert f"/alertes/{alert['id']}" in mail["text"]
    assert mail["headers"]["X-Vigie-Simulated"] == "true"


async def test_a_met_target_says_nothing(bench: Bench, client) -> None:
    await bench.report("DEPT-09", 60, 100)
    await bench.idle()
    assert await bench.alerts("target_missed", "DEPT-09") == []


async def test_a_correction_withdraws_with_a_mail_in_the_same_thread(bench: Bench, client, followed) -> None:
    await bench.report("DEPT-11", 40, 100)
    alert = await bench.alert("target_missed", "DEPT-11", FIRING)
    await bench.report("DEPT-11", 55, 100)
    await bench.alert("target_missed", "DEPT-11", WITHDRAWN)
    opened, withdrawn = await mails(bench, alert["id"], 2)
    assert withdrawn["headers"]["References"] == opened["message_id"]
    assert "Alerte annulée" in withdrawn["subject"]
    assert await bench.transitions(alert["id"]) == [
        (None, "firing", "target_not_met"),
        ("firing", "withdrawn", "figure_corrected"),
    ]
    seen = await eventually(lambda: [m for m in followed if m.alert_id == alert["id"] and m.seq == 2])
    assert (seen[0].from_state, seen[0].to_state, seen[0].reason) == ("firing", "withdrawn", "figure_corrected")


async def test_losing_or_softening_a_figure_closes_nothing(bench: Bench, client) -> None:
    await bench.report("DEPT-12", 40, 100)
    alert = await bench.alert("target_missed", "DEPT-12", FIRING)
    await bench.report("DEPT-12", 90, 100, status=Status.provisional)

    async def unknown():
        return (await bench.alerts("target_missed", "DEPT-12"))[0]["data_status"] == "unknown"

    await eventually(unknown)
    gone = await bench.put("DEPT-12", 95, 100)
    await bench.connection.execute("DELETE FROM aggregator.rollup WHERE territory = 'DEPT-12'")
    await send(SUBMISSIONS, ("DEPT-12", bench.accepted(gone.receipts[0], "DEPT-12").encode()))
    await send(ROLLUPS, (HOUSING, gone.encode()))
    await bench.idle()
    (same,) = await bench.alerts("target_missed", "DEPT-12")
    assert (same["state"], same["data_status"]) == (FIRING, "unknown")
    assert len(await bench.transitions(alert["id"])) == 1


async def test_reading_the_same_messages_again_decides_nothing(bench: Bench, client) -> None:
    update = await bench.report("DEPT-30", 30, 100)
    alert = await bench.alert("target_missed", "DEPT-30", FIRING)
    await bench.idle()
    before = await bench.connection.fetchval("SELECT count(*) FROM alerting.transition")
    ids = await bench.connection.fetch("SELECT id FROM alerting.notification ORDER BY id")
    for _ in range(3):
        await send(SUBMISSIONS, ("DEPT-30", bench.accepted(update.receipts[0], "DEPT-30").encode()))
        await send(ROLLUPS, (HOUSING, update.encode()))

    async def read() -> bool:
        marked = "SELECT noticed_at FROM alerting.pending_judgement WHERE territory = 'DEPT-30'"
        return await bench.connection.fetchval(marked) is None

    await eventually(read)
    await bench.idle()
    assert await bench.connection.fetchval("SELECT count(*) FROM alerting.transition") == before
    assert await bench.connection.fetch("SELECT id FROM alerting.notification ORDER BY id") == ids
    assert len(await bench.mails(alert["id"])) == 1


async def test_a_file_is_judged_once_it_is_complete_or_has_waited_long_enough(bench: Bench, client) -> None:
    update = await bench.put("DEPT-34", 30, 100)
    await send(SUBMISSIONS, ("DEPT-34", bench.accepted(update.receipts[0], "DEPT-34", observation_count=2).encode()))
    await send(ROLLUPS, (HOUSING, update.encode()))
    marked = "SELECT count(*) FROM alerting.pending_judgement WHERE territory = 'DEPT-34'"
    await eventually(lambda: bench.connection.fetchval(marked))
    assert await bench.alerts("target_missed", "DEPT-34") == []
    second = await bench.put("DEPT-34", 70, 100, receipt=update.receipts[0])
    await send(ROLLUPS, (HOUSING, second.encode()))
    await bench.idle()
    assert await bench.alerts("target_missed", "DEPT-34") == []
    half = await bench.put("DEPT-46", 30, 100)
    await send(ROLLUPS, (HOUSING, half.encode()))
    await bench.alert("target_missed", "DEPT-46", FIRING)


async def test_history_is_append_only(bench: Bench, client) -> None:
    for statement in ("UPDATE alerting.transition SET reason = 'x'", "DELETE FROM alerting.transition"):
        with pytest.raises(asyncpg.RaiseError, match="append only"):
            await bench.connection.execute(statement)


async def test_an_unreadable_message_is_a_dead_letter_and_the_rest_goes_on(bench: Bench, client) -> None:
    await send(ROLLUPS, (HOUSING, b"{not json"))
    await bench.report("DEPT-48", 10, 100)
    await bench.alert("target_missed", "DEPT-48", FIRING)
    row = await bench.connection.fetchrow("SELECT * FROM platform.dead_letter")
    assert row["consumer"] == "alerting"
    assert DEAD_LETTERS.name.endswith("-v1")


async def token_for(bench: Bench, role: Role, *territories: str) -> dict[str, str]:
    _, secret = await create_token(
        bench.connection, make_clock(), label=role.value, role=role, territories=list(territories), feeds=[]
    )
    return {"Authorization": f"Bearer {secret}"}


ACK = {"owner": "DDETS 65", "reason": "plan d'action signé", "commitment_date": "2021-04-15"}


async def test_an_acknowledged_alert_comes_back_after_its_date(bench: Bench, client) -> None:
    await bench.report("DEPT-65", 10, 100)
    alert = await bench.alert("target_missed", "DEPT-65", FIRING)
    path = f"/v1/alerts/{alert['id']}/ack"
    commissioner = await token_for(bench, Role.commissioner, "REG-76")
    refusals = {
        401: await client.post(path, json=ACK),
        403: await client.post(path, json=ACK, headers=await token_for(bench, Role.department, "DEPT-65")),
        404: await client.post("/v1/alerts/nothing/ack", json=ACK, headers=commissioner),
        422: await client.post(path, json={**ACK, "commitment_date": "2019-01-01"}, headers=commissioner),
    }
    for status, answer in refusals.items():
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    elsewhere = await client.post(path, json=ACK, headers=await token_for(bench, Role.commissioner, "REG-11"))
    assert elsewhere.status_code == 403
    taken = await client.post(path, json=ACK, headers=commissioner)
    assert taken.status_code == 200
    assert (taken.json()["state"], taken.json()["owner"]) == ("acknowledged", "DDETS 65")
    assert taken.json()["transitions"][-1]["inputs"]["commitment_date"] == "2021-04-15"
    again = await client.post(path, json=ACK, headers=commissioner)
    assert again.status_code == 409
    bench.world.set_clock("2021-04-16T09:00:00+02:00")
    await bench.alert("target_missed", "DEPT-65", FIRING)
    bench.world.set_clock("2021-03-25T09:00:00+01:00")
    found = await mails(bench, alert["id"], 3)
    assert "Engagement échu" in found[-1]["subject"]


async def test_alerts_are_listed_and_shown_with_their_proof(bench: Bench, client) -> None:
    listed = (await client.get("/v1/alerts", params={"state": "firing", "territory": "REG-76"})).json()["items"]
    assert {"DEPT-31", "DEPT-30"} <= {item["territory"] for item in listed}
    assert {item["state"] for item in listed} == {"firing"}
    (one,) = (await client.get("/v1/alerts", params={"rule": "target_missed", "territory": "DEPT-31"})).json()["items"]
    assert one["inputs"]["value"] == 40
    await bench.idle()
    detail = (await client.get(f"/v1/alerts/{one['id']}")).json()
    assert detail["transitions"][0]["reason"] == "target_not_met"
    assert {n["status"] for n in detail["notifications"]} == {"sent"}
    assert (await client.get("/v1/alerts/none")).status_code == 404
    assert (await client.get("/v1/alerts", params={"state": "sleepy"})).status_code == 422
    schema = (await client.get("/openapi.json")).json()
    assert set(schema["paths"]["/v1/alerts/{alert_id}/ack"]["post"]["responses"]) == {
        "200",
        "401",
        "403",
        "404",
        "409",
        "422",
    }


async def test_a_new_target_is_judged_and_a_removed_one_withdraws(bench: Bench, client) -> None:
    await bench.report("DEPT-81", 45, 100)
    alert = await bench.alert("target_missed", "DEPT-81", FIRING)
    catalogue = await catalogue_store.read(bench.connection)
    lower = [
        t.model_copy(update={"value": Decimal(40), "version": 2})
        if t.territory == "DEPT-81" and t.indicator == HOUSING
        else t
        for t in catalogue.targets
    ]
    await catalogue_store.load(bench.connection, replace(catalogue, digest="test-2", targets=lower), make_clock())
    await bench.alert("target_missed", "DEPT-81", WITHDRAWN)
    assert (await bench.transitions(alert["id"]))[-1] == ("firing", "withdrawn", "target_changed")
    none = [r.model_copy(update={"enabled": r.code != "target_missed"}) for r in catalogue.rules]
    await catalogue_store.load(bench.connection, replace(catalogue, digest="test-3", rules=none), make_clock())
    await bench.alert("target_missed", "DEPT-31", WITHDRAWN)
    await catalogue_store.load(bench.connection, catalogue, make_clock())
    await bench.alert("target_missed", "DEPT-31", FIRING)
    assert [a["episode"] for a in await bench.alerts("target_missed", "DEPT-31")] == [1, 2]


async def test_what_no_text_may_hold_is_refused_as_a_problem(bench: Bench, client) -> None:
    commissioner = await token_for(bench, Role.commissioner, "REG-76")
    (alert, *_) = await bench.alerts("target_missed", "DEPT-30")
    ack = f"/v1/alerts/{alert['id']}/ack"
    answers = [
        (404, await client.get("/v1/alerts/%00")),
        (404, await client.post("/v1/alerts/%00/ack", json=ACK, headers=commissioner)),
        (422, await client.get("/v1/alerts?rule=%00")),
        (422, await client.get("/v1/alerts?territory=%00")),
        (422, await client.post(ack, json={**ACK, "owner": "DDETS\u0000"}, headers=commissioner)),
        (422, await client.post(ack, json={**ACK, "reason": "un\nBcc: deux"}, headers=commissioner)),
        (422, await client.post(ack, json={**ACK, "reason": "un\u2028deux"}, headers=commissioner)),
    ]
    assert [a.status_code for _, a in answers] == [status for status, _ in answers]
    assert {a.headers["content-type"] for _, a in answers} == {"application/problem+json"}
