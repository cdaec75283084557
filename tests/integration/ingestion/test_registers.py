"""Registers through the real API, database and broker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingestion.publish import Publisher
from services.ingestion.republish import republish_since
from services.ingestion.store import ReceiptStore
from shared.contracts.register import EntryReported
from shared.contracts.topics import REGISTER
from shared.runtime.clock import make_clock
from shared.runtime.database import make_pool
from shared.runtime.producer import BatchProducer
from tests.integration.ingestion.office import Office
from tests.support.wire import eventually, listening

DATA = Path(__file__).resolve().parents[2] / "acceptance/data"
PROJECTS = "Identifiant;Appel;Projet;Montant;Territoire;Année\n"


@pytest.fixture(scope="module")
async def entries(office: Office) -> AsyncIterator[list[EntryReported]]:
    async with listening(REGISTER, EntryReported) as heard:
        yield heard


async def of_receipt(entries: list[EntryReported], receipt: str, count: int) -> list[EntryReported]:
    def all_in() -> list[EntryReported] | None:
        found = [e for e in entries if e.receipt_id == receipt]
        return found if len(found) >= count else None

    found: list[EntryReported] = await eventually(all_in)
    return found


async def test_calls_then_projects_travel_entry_by_entry(office: Office, entries: list[EntryReported]) -> None:
    calls = await office.send(
        "project-calls", (DATA / "project_calls.csv").read_bytes(), "operator", filename="appels.csv"
    )
    assert (calls.status_code, calls.json()["accepted"], calls.json()["errors"]) == (202, 32, [])
    await of_receipt(entries, calls.json()["id"], 32)
    projects = await office.send("projects", (DATA / "projects.csv").read_bytes(), "operator", filename="projets.csv")
    receipt = projects.json()
    assert (projects.status_code, receipt["accepted"], receipt["status"]) == (202, 154, "accepted")
    assert "call_not_known" not in {r["code"] for r in receipt["repairs"]}, "every project finds its call"
    heard = await of_receipt(entries, receipt["id"], 154)
    assert {e.group for e in heard} == {e.entry.group for e in heard}
    assert next(e for e in heard if e.entry.id == "G01").row == 2
    (said,) = await eventually(lambda: [s for s in office.submissions if s.receipt_id == receipt["id"]])
    assert (said.observation_count, said.entry_count) == (0, 154)
    assert {a.territory for a in said.answers} >= {"DEPT-31", "REG-76", "NAT-FR"}


async def test_the_same_file_again_is_a_duplicate_and_a_dry_run_leaves_no_trace(office: Office) -> None:
    content = PROJECTS + "Z1;occ-gt-2021;Essai;10;31;2021\n"
    tried = await office.send("projects", content, "REG-76", dry_run="true")
    assert (tried.status_code, tried.json()["id"], tried.json()["accepted"]) == (200, None, 1)
    first = await office.send("projects", content, "REG-76")
    again = await office.send("projects", content, "REG-76")
    assert (first.status_code, again.status_code, again.json()["status"]) == (202, 200, "duplicate")
    more = await office.send("projects", content + "Z2;occ-gt-2021;Autre;;31;2021\n", "REG-76")
    assert (more.json()["accepted"], more.json()["unchanged"]) == (2, 1)


async def test_one_bad_row_is_refused_with_its_place_in_both_languages(office: Office) -> None:
    content = PROJECTS + "Y1;occ-gt-2021;Bon;10;31;2021\nY2;occ-gt-2021;Mauvais;dix;31;2021\nY3;inconnu;Seul;;59;2021\n"
    answer = await office.send("projects", content, "REG-76")
    receipt = answer.json()
    assert (answer.status_code, receipt["status"], receipt["accepted"]) == (202, "partial", 1)
    assert [(e["row"], e["column"], e["raw"], e["code"]) for e in receipt["errors"]] == [
        (3, "Montant", "dix", "not_a_number"),
        (4, "Territoire", "59", "outside_scope"),
    ]
    english = await office.client.get(
        f"/v1/receipts/{receipt['id']}", headers={**office.bearer("REG-76"), "Accept-Language": "en"}
    )
    assert english.json()["errors"][0]["message"].startswith("“dix” is not a number")


async def test_a_region_does_not_take_over_the_entry_of_another(office: Office) -> None:
    mine = await office.send("project-calls", "id;name;territory;year\nAAP-1;Nôtre;REG-76;2021\n", "REG-76")
    theirs = await office.send("project-calls", "id;name;territory;year\nAAP-1;Autre;REG-32;2021\n", "REG-32")
    assert (mine.status_code, theirs.status_code) == (202, 422)
    assert [e["code"] for e in theirs.json()["errors"]] == ["entry_of_another"]
    simulated = await office.send(
        "project-calls", "id;name;territory;year\nAAP-1;Essai;REG-76;2021\n", "REG-76", simulated="true"
    )
    assert [e["code"] for e in simulated.json()["errors"]] == ["simulated_entry_over_real"]


async def test_a_department_sends_its_actions_and_not_the_projects_of_the_region(office: Office) -> None:
    refused = await office.send("projects", PROJECTS + "W1;occ-gt-2021;t;;31;2021\n", "DEPT-31")
    assert refused.status_code == 403
    taken = await office.send("convention-actions", "code;title;territory;year\n1.1;Stages;31;2021\n", "DEPT-31")
    assert (taken.status_code, taken.json()["territories"]) == (202, ["DEPT-31"])


async def test_a_project_of_an_unknown_call_is_taken_and_said(office: Office) -> None:
    answer = await office.send("projects", PROJECTS + "V1;pas-encore;t;5;31;2021\n", "REG-76")
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert [r["code"] for r in answer.json()["repairs"] if r["row"] == 2] == ["scale_deduced", "call_not_known"]


async def test_entries_are_sent_again_with_the_same_ids(office: Office, entries: list[EntryReported]) -> None:
    answer = await office.send("projects", PROJECTS + "U1;occ-gt-2021;t;5;31;2021\n", "REG-76")
    (first,) = await of_receipt(entries, answer.json()["id"], 1)
    producer = BatchProducer()
    await producer.start()
    try:
        async with make_pool("again") as pool:
            store, publisher = ReceiptStore(pool), Publisher(producer)
            assert (await store.messages(answer.json()["id"])).entries == [first]
            sent, messages = await republish_since(store, publisher, make_clock(), first.received_at)
    finally:
        await producer.stop()
    assert sent >= 1 and messages >= 1
    twice = await of_receipt(entries, answer.json()["id"], 2)
    assert twice[0] == twice[1]
