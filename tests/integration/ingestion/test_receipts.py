"""Receipts as proof, and the corrected workbook, through the service."""

import asyncio
import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from services.ingestion.feeds.own_parts import REPORT_SHEET
from services.ingestion.receipts import correcting
from services.ingestion.receipts.seal import Facts, Keyring, Verdict
from shared.runtime.settings import settings
from tests.integration.ingestion.office import XLSX, Office, ase

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]


async def given(office: Office, content: bytes | str, period: str, **query: Any) -> dict[str, Any]:
    receipt: dict[str, Any] = (await office.send("ase-exits", content, period=period, **query)).json()
    return receipt


async def verify(office: Office, receipt: Any, token: str = "DEPT-31", **query: Any) -> dict[str, Any]:
    answer = await office.client.post(
        "/v1/receipts/verify", json=receipt, params=query, headers=office.bearer(token) | {"Accept-Language": "fr"}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def corrected(office: Office, receipt: dict[str, Any], token: str = "DEPT-31") -> httpx.Response:
    return await office.client.get(f"/v1/receipts/{receipt['id']}/corrected.xlsx", headers=office.bearer(token))


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Saisie"
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HEADER = ["Département", "Jeunes devenus majeurs", "Logement stable"]


async def test_a_receipt_proves_itself(office: Office) -> None:
    content = ase("31;400;100;90;90;90;90")
    receipt = await given(office, content, "2001")
    assert receipt["status"] == "accepted"
    assert receipt["seal"].startswith("v1.")
    assert await verify(office, receipt) == {
        "verdict": "valid",
        "detail": "Vigie a donné ce rapport d'import, et rien n'a été changé de ce qu'il atteste. Le sceau ne couvre "
        "pas les remarques (erreurs et réparations), l'étape ni les liens.",
        "differences": [],
    }
    assert (await verify(office, receipt, file_sha256=receipt["sha256"]))["verdict"] == "valid"
    assert (await verify(office, receipt, file_sha256="0" * 64))["verdict"] == "other_file"
    answer = await office.client.get(f"/v1/receipts/{receipt['id']}", headers=office.bearer("DEPT-31"))
    assert (await verify(office, answer.json()))["verdict"] == "valid"


@pytest.mark.parametrize("content", [ase("31;400;100;90;90;90;90"), ase("31;abc;100;90;90;90;90")])
async def test_what_is_answered_stored_and_read_again_has_one_seal(office: Office, content: str) -> None:
    """Accepted, or refused as a whole: what the sender got and what stands in the database agree to the microsecond."""
    receipt = await given(office, content, "2002", mode="replace")
    row = await office.connection.fetchrow("SELECT * FROM ingestion.receipt WHERE id = $1", receipt["id"])
    keyring = Keyring.of(settings().receipt_keys.get_secret_value())
    assert row is not None
    assert Facts.of(receipt) == Facts.of(dict(row))
    assert keyring.verify(Facts.of(dict(row)), receipt["seal"]) is Verdict.valid


@pytest.mark.parametrize("field", ["accepted", "rejected", "withdrawn", "size_bytes", "submission_seq", "unchanged"])
async def test_an_altered_receipt_is_caught_and_the_field_named(office: Office, field: str) -> None:
    receipt = await given(office, ase(f"31;{sum(map(ord, field))};100;90;90;90;90"), "2003")
    found = await verify(office, {**receipt, field: receipt[field] + 1})
    assert found["verdict"] == "altered"
    assert found["differences"] == [{"field": field, "given": receipt[field] + 1, "kept": receipt[field]}]


async def test_a_seal_that_forgets_a_field_would_be_caught(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: the number accepted is left out of what is sealed."""
    whole = Facts.text
    monkeypatch.setattr(Facts, "text", lambda facts: whole(replace(facts, accepted=0)))
    with pytest.raises(AssertionError):
        await test_an_altered_receipt_is_caught_and_the_field_named(office, "accepted")


async def test_a_field_that_is_missing_is_named(office: Office) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2003")
    found = await verify(office, {k: v for k, v in receipt.items() if k != "sha256"})
    assert (found["verdict"], found["differences"]) == (
        "altered",
        [{"field": "sha256", "given": None, "kept": receipt["sha256"]}],
    )


async def test_somebody_else_verifies_and_learns_nothing_more(office: Office) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2003")
    for token in ("REG-32", "DEPT-09"):
        assert (await verify(office, receipt, token))["verdict"] == "valid"
        found = await verify(office, {**receipt, "accepted": 99}, token)
        assert (found["verdict"], found["differences"]) == ("altered", [])


async def test_a_repeated_file_is_answered_with_a_receipt_that_holds(office: Office) -> None:
    content = ase("31;401;100;90;90;90;90")
    first, again = [await given(office, content, "2004") for _ in range(2)]
    assert (again["status"], again["id"], again["seal"]) == ("duplicate", first["id"], first["seal"])
    assert (await verify(office, again))["verdict"] == "valid"


async def test_a_dry_run_proves_nothing(office: Office) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2005", dry_run=True)
    assert (await verify(office, receipt))["verdict"] == "unsealed"


async def test_the_file_itself_may_come_along(office: Office) -> None:
    content = ase("31;402;100;90;90;90;90")
    receipt = await given(office, content, "2006")
    for body, verdict in ((content, "valid"), (content + "\n", "other_file")):
        answer = await office.client.post(
            "/v1/receipts/verify",
            files={"receipt": ("recu.json", json.dumps(receipt)), "file": ("sent.csv", body)},
            headers=office.bearer("DEPT-31"),
        )
        assert (answer.status_code, answer.json()["verdict"]) == (200, verdict)
    answer = await office.client.post(
        "/v1/receipts/verify",
        data={"receipt": json.dumps(receipt)},
        files={"file": ("sent.csv", content)},
        headers=office.bearer("DEPT-31"),
    )
    assert (answer.status_code, answer.json()["verdict"]) == (200, "valid")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 100_000, b'"x"', b'{"a": ' + b"1" * 5_000 + b"}", b"\xff\xfe\xff"], ids=len
)
async def test_what_is_no_receipt_is_a_400(office: Office, body: bytes) -> None:
    answer = await office.client.post("/v1/receipts/verify", content=body, headers=office.bearer("DEPT-31"))
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("number", ["\x00", "\ud800", "x" * 5_000, "'; --", 12, None, "rec-000001-00000000"])
async def test_a_strange_number_is_only_not_found(office: Office, number: Any) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2003")
    body = json.dumps({**receipt, "id": number}).encode()
    answer = await office.client.post("/v1/receipts/verify", content=body, headers=office.bearer("DEPT-31"))
    assert (answer.status_code, answer.json()["verdict"], answer.json()["differences"]) == (200, "altered", [])


async def test_a_receipt_of_as_many_remarks_as_it_may_list_is_verified(office: Office) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2004")
    remark = {"raw": "x" * 80, "message": "y" * 500, "code": "not_a_number", "row": 1, "column": "Colonne"}
    whole = {**receipt, "errors": [remark] * 10_000, "repairs": [remark] * 10_000}
    assert (await verify(office, whole))["verdict"] == "valid"


@pytest.mark.parametrize(("field", "value"), [("file_name", "\ud800"), ("territories", ["\udfff"])])
async def test_half_a_character_is_only_altered(office: Office, field: str, value: Any) -> None:
    receipt = await given(office, ase("31;400;100;90;90;90;90"), "2005")
    body = json.dumps({**receipt, field: value}).encode()
    answer = await office.client.post("/v1/receipts/verify", content=body, headers=office.bearer("DEPT-31"))
    assert (answer.status_code, answer.json()["verdict"]) == (200, "altered")


async def test_verifying_has_its_limits_and_its_door(office: Office) -> None:
    big = b'{"x": "' + b"a" * 24_000_000 + b'"}'
    answer = await office.client.post("/v1/receipts/verify", content=big, headers=office.bearer("DEPT-31"))
    assert answer.status_code == 413
    answer = await office.client.post("/v1/receipts/verify", json={}, params={"file_sha256": "x"})
    assert answer.status_code == 401
    answer = await office.client.post(
        "/v1/receipts/verify", json={}, params={"file_sha256": "x"}, headers=office.bearer("DEPT-31")
    )
    assert answer.status_code == 400
    answer = await office.client.post(
        "/v1/receipts/verify", files={"other": ("a", b"b")}, headers=office.bearer("DEPT-31")
    )
    assert answer.status_code == 400


async def test_a_workbook_comes_back_marked_and_is_accepted_once_corrected(office: Office) -> None:
    content = workbook(["Sorties 2007"], HEADER, ["31", "deux cents", 90])
    receipt = await given(office, content, "2007")
    assert receipt["rejected"] == 1
    assert receipt["links"]["corrected"] == f"/v1/receipts/{receipt['id']}/corrected.xlsx"
    answer = await corrected(office, receipt)
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    assert answer.headers["content-disposition"] == f'attachment; filename="{receipt["id"]}-a-corriger.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    said = [str(c.value) for row in book[REPORT_SHEET].iter_rows() for c in row]
    assert {receipt["id"], receipt["seal"], receipt["errors"][0]["message"]} <= set(said)
    cell = book["Saisie"]["B3"]
    assert receipt["errors"][0]["cell"] == "B3"
    assert cell.comment is not None
    assert "ERREUR" in cell.comment.text
    untouched = await given(office, answer.content, "2007")
    assert [e["code"] for e in untouched["errors"]] == [e["code"] for e in receipt["errors"]]
    cell.value = 200
    buffer = io.BytesIO()
    book.save(buffer)
    second = await given(office, buffer.getvalue(), "2007")
    assert (second["status"], second["rejected"]) == ("accepted", 0)
    assert REPORT_SHEET not in {r["sheet"] for r in second["repairs"]}


async def test_a_csv_comes_back_as_a_workbook(office: Office) -> None:
    receipt = await given(office, ase("31;=1+1;100;90;90;90;90", "82;1;1;1;1;1;1"), "2008")
    page = load_workbook(io.BytesIO((await corrected(office, receipt)).content))["Données"]
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s")
    assert page["B2"].comment is not None
    assert page["A3"].comment is not None  # beyond the territories of this token


async def test_only_those_who_see_the_receipt_get_the_file(office: Office) -> None:
    receipt = await given(office, ase("31;abc;100;90;90;90;90"), "2009")
    codes = {t: (await corrected(office, receipt, t)).status_code for t in office.tokens}
    assert {t for t, code in codes.items() if code == 200} == {"DEPT-31", "REG-76", "operator", "analyst"}
    assert {code for t, code in codes.items() if code != 200} == {401, 404}
    unknown = await corrected(office, {"id": "rec-999999-00000000"})
    assert unknown.json()["detail"] == (await corrected(office, receipt, "DEPT-09")).json()["detail"]


async def test_nothing_of_a_file_about_persons_comes_back(office: Office) -> None:
    receipt = await given(office, "Nom de naissance;Code;Jeunes devenus majeurs\nX;31;4\n", "2010")
    assert receipt["errors"][0]["code"] == "person_level_columns"
    answer = await corrected(office, receipt)
    assert (answer.status_code, "personnes" in answer.json()["detail"]) == (404, True)


async def test_a_nil_return_has_nothing_to_correct(office: Office) -> None:
    receipt = await given(office, "", "2010", nil_return=True)
    assert receipt["seal"] is not None
    assert (await verify(office, receipt, file_sha256=hashlib.sha256(b"").hexdigest()))["verdict"] == "valid"
    answer = await corrected(office, receipt)
    assert (answer.status_code, "néant" in answer.json()["detail"]) == (404, True)


async def test_others_are_answered_while_workbooks_are_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "MOST_ASKED", 3)
    receipt = await given(office, workbook(HEADER, *([str(1 + n % 95), "abc", 1] for n in range(400))), "2010")
    writing = [asyncio.create_task(corrected(office, receipt)) for _ in range(3)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(2):
        assert (await office.client.get("/livez")).status_code == 200
    assert not writing[2].done()  # at most two at a time
    refused = await corrected(office, receipt)
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert {(await task).status_code for task in writing} == {200}
