"""What people send by mistake, or should not send: each gets its answer and changes nothing it should not."""

import time
import zipfile
from io import BytesIO

import openpyxl
import pytest

from tests.integration.ingestion.office import XLSX, Office, ase, far_corner_workbook

PROBLEM = "application/problem+json"


@pytest.fixture
async def unmoved(office: Office):
    """Nothing accepted, no content kept, no message, during the test."""
    before = await office.state()
    yield
    assert await office.state() == before


async def test_an_empty_file(office: Office, unmoved):
    for content in (b"", b" \r\n\n", b"\xef\xbb\xbf"):
        answer = await office.send("ase-exits", content, period="2020")
        assert (answer.status_code, answer.json()["status"]) == (422, "rejected")
        assert answer.json()["errors"][0]["code"] == "empty_file"
        assert "nil_return" in answer.json()["errors"][0]["message"]


async def test_a_pdf_named_xlsx(office: Office, unmoved):
    answer = await office.send(
        "ase-exits", b"%PDF-1.7\n%\xe2\xe3\n", period="2020", filename="remontee.xlsx", headers={"Content-Type": XLSX}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (415, PROBLEM)
    assert "PDF" in answer.json()["detail"]


@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00\x01\x02\xff\x00\x00\x10", b"<!DOCTYPE html><p>1</p>"]
)
async def test_other_things_than_tables(office: Office, unmoved, content: bytes):
    assert (await office.send("ase-exits", content, period="2020")).status_code == 415


async def test_a_zip_that_is_no_workbook(office: Office, unmoved):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert (await office.send("ase-exits", buffer.getvalue(), period="2020")).status_code == 415
    damaged = await office.send("ase-exits", b"PK\x03\x04" + b"x" * 500, period="2020")
    assert (damaged.status_code, damaged.json()["errors"][0]["code"]) == (422, "unreadable_workbook")


async def test_over_the_limit(office: Office, unmoved):
    too_much = ase(*("31;1;1;1;1;1;1" for _ in range(40_000)))
    answer = await office.send("ase-exits", too_much, period="2020")
    assert (answer.status_code, answer.json()["max_bytes"]) == (413, 400_000)
    bearer = office.bearer("DEPT-31")
    url = "/v1/feeds/ase-exits/submissions?period=2020"
    form = await office.client.post(url, headers=bearer, files={"file": ("x.csv", too_much.encode())})
    assert form.status_code == 413


async def test_a_small_workbook_with_a_cell_in_the_far_corner(office: Office, unmoved):
    content = far_corner_workbook()
    assert len(content) < 5_000
    started = time.perf_counter()
    answer = await office.send("ase-exits", content, period="2020", filename="coin.xlsx")
    assert time.perf_counter() - started < 10
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")
    assert "Ctrl+Fin" in answer.json()["detail"]
    assert (await office.client.get("/livez")).status_code == 200


async def test_tokens_missing_wrong_or_revoked(office: Office, unmoved):
    for token in ("", "vigie_wrong", "revoked"):
        answer = await office.send("ase-exits", ase("31;1;1;1;1;1;1"), token, period="2020")
        assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_tokens_that_may_not(office: Office, unmoved):
    rows = ase("31;1;1;1;1;1;1")
    assert (await office.send("ase-exits", rows, "analyst", period="2020")).status_code == 403
    assert (await office.send("rsa-delays", rows, "ase-only", period="2020")).status_code == 403
    assert (await office.send("social-benefits", rows, "DEPT-31", period="2020-12")).status_code == 403
    assert (await office.send("ase-exits", rows, "DEPT-31", period="2020", territory="DEPT-09")).status_code == 403


async def test_another_departments_token(office: Office, unmoved):
    answer = await office.send("ase-exits", ase("31;77;66;55;44;33;22"), "DEPT-09", period="2020")
    assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
    assert {e["code"] for e in answer.json()["errors"]} == {"outside_scope"}


async def test_a_file_of_all_departments_counts_for_the_senders_own(office: Office):
    rows = ase("09;71;1;1;1;1;1", "31;70;1;1;1;1;1", "76;70;1;1;1;1;1")
    answer = await office.send("ase-exits", rows, "DEPT-09", period="2013")
    assert (answer.status_code, answer.json()["status"], answer.json()["territories"]) == (202, "partial", ["DEPT-09"])
    assert [(e["row"], e["code"]) for e in answer.json()["errors"]] == [(3, "outside_scope"), (4, "outside_scope")]


async def test_an_unknown_department_alone(office: Office, unmoved):
    answer = await office.send("ase-exits", ase("999;1;1;1;1;1;1"), "REG-76", period="2020")
    assert (answer.status_code, answer.json()["status"]) == (422, "rejected")
    error = answer.json()["errors"][0]
    assert (error["row"], error["column"], error["raw"], error["code"]) == (
        2,
        "Département",
        "999",
        "unknown_territory",
    )


async def test_what_is_asked_wrongly(office: Office, unmoved):
    rows = ase("31;1;1;1;1;1;1")
    assert (await office.send("nothing", rows, period="2020")).status_code == 404
    assert (await office.send("ase-exits", rows, period="deux mille vingt")).status_code == 400
    assert (await office.send("ase-exits", rows, period="2020-12")).status_code == 400
    assert (await office.send("ase-exits", rows, "two", period="2020")).status_code == 400
    assert (await office.send("ase-exits", rows, period="2020", dry_run="perhaps")).status_code == 400
    assert (await office.send("ase-exits", rows, period="2020", nil_return=True)).status_code == 400
    assert (await office.send("ase-exits", rows, period="2020", mode="overwrite")).status_code == 400
    missing = await office.send("ase-exits", rows)
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (422, "period_missing")
    assert (
        await office.client.get("/v1/receipts/rec-999999-00000000", headers=office.bearer("DEPT-31"))
    ).status_code == 404


async def test_a_rejected_file_that_could_be_read_is_kept_for_its_correction(office: Office):
    answer = await office.send("ase-exits", ase("31;un;;;;;"), period="2020")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_a_number")
    query = "SELECT stage, content IS NOT NULL AS kept, messages FROM ingestion.receipt WHERE id = $1"
    assert tuple(await office.connection.fetchrow(query, answer.json()["id"])) == ("refused", True, {})


async def test_persons_are_refused_and_nothing_of_them_is_kept(
    office: Office, unmoved, capfd: pytest.CaptureFixture[str]
):
    book = openpyxl.Workbook()
    book.active.append(["Département", "Jeunes devenus majeurs"])
    book.active.append(["31", 12])
    hidden = book.create_sheet("Liste")
    hidden.sheet_state = "hidden"
    hidden.append(["Nom", "Prénom", "Date de naissance"])
    hidden.append(["Durandal", "Zéphyrine", "02/03/2003"])
    buffer = BytesIO()
    book.save(buffer)
    files = [
        buffer.getvalue(),
        b"NIR;Jeunes devenus majeurs\n2 03 03 31 555 123 45;1\n",
        b'[{"d": "2030331555123", "Code": 31}]',
    ]
    for content in files:
        answer = await office.send("ase-exits", content, period="2020")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "person_level_columns")
        row = await office.connection.fetchrow("SELECT * FROM ingestion.receipt WHERE id = $1", answer.json()["id"])
        said = answer.text + str(dict(row)) + "".join(capfd.readouterr())
        assert row["content"] is None
        for secret in ("Durandal", "Zéphyrine", "02/03/2003", "555123", "555 123"):
            assert secret not in said
