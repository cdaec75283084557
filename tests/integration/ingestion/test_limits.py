"""What one sender may send, how fast and how large, against a real server; and what twenty at once become."""

import asyncio
import gzip
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import World
from tests.integration.ingestion.office import Office, ase
from tests.integration.ingestion.served import serving
from tests.integration.ingestion.test_outage import another_ingestion
from tests.support.wire import eventually

PROBLEM = "application/problem+json"
URL = "/v1/feeds/ase-exits/submissions?period=2020"
MOST = 300_000


@pytest.fixture(scope="module")
def port(office: Office, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("served")
    with serving(world, folder, VIGIE_MAX_UPLOAD_BYTES=str(MOST), VIGIE_UPLOAD_SECONDS="1.5") as port:
        yield port


@pytest.fixture
async def forgotten(office: Office) -> AsyncIterator[None]:
    """Nobody has sent anything yet."""
    await office.connection.execute("DELETE FROM ingestion.attempt")
    yield
    await office.connection.execute("DELETE FROM ingestion.attempt")


class Wire:
    """Bytes on a socket, as no client library would send them."""

    def __init__(self, port: int, office: Office, *headers: str, path: str = URL, method: str = "POST") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        said = [f"{method} {path} HTTP/1.1", "Host: vigie", f"Authorization: Bearer {office.tokens['DEPT-31']}"]
        self.socket.sendall("\r\n".join([*said, *headers, "", ""]).encode())

    def answer(self) -> tuple[int, dict[str, str], Any, bool]:
        """Status, headers, body and whether the server closed the connection afterwards."""
        stream = self.socket.makefile("rb")
        status = int(stream.readline().split()[1])
        headers: dict[str, str] = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = stream.read(int(headers.get("content-length", 0)))
        closed = headers.get("connection") == "close" and stream.read(1) == b""
        self.socket.close()
        return status, headers, json.loads(body) if body else None, closed


async def _of(wire: Wire) -> tuple[int, dict[str, str], Any, bool]:
    return await asyncio.to_thread(wire.answer)


async def test_a_length_over_the_limit_is_answered_before_the_body(office: Office, port: int):
    started = time.perf_counter()
    status, headers, body, _ = await _of(Wire(port, office, f"Content-Length: {MOST + 1}"))
    assert (status, headers["content-type"], body["max_bytes"]) == (413, PROBLEM, MOST)
    far = await _of(Wire(port, office, f"Content-Length: {10**12}"))  # which nobody reads to its end
    assert (far[0], far[3]) == (413, True)
    assert time.perf_counter() - started < 1.4  # no byte of either body was sent, and none was waited for


async def test_a_body_in_chunks_is_cut_at_the_limit(office: Office, port: int):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST // 10_000 + 2):
            yield b"x" * 10_000

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answer = await client.post(URL, content=chunks(), headers=office.bearer("DEPT-31"))
        assert (answer.status_code, answer.json()["max_bytes"]) == (413, MOST)
        small = await client.post(URL, content=_small(), headers=office.bearer("DEPT-31"))
        assert small.status_code in {200, 202}, small.text


async def _small() -> AsyncIterator[bytes]:
    for line in ase("31;412;130;113;136;112;103").splitlines(keepends=True):
        yield line.encode()


async def test_a_slow_client_is_let_go(office: Office, port: int):
    started = time.perf_counter()
    wire = Wire(port, office, "Content-Length: 50000")
    wire.socket.sendall(b"x" * 10)
    status, headers, body, closed = await _of(wire)
    assert (status, headers["content-type"], closed) == (408, PROBLEM, True)
    assert "1.5 s" in body["detail"]
    assert 1.0 < time.perf_counter() - started < 6
    row = await office.connection.fetchrow("SELECT code, outcome FROM ingestion.attempt ORDER BY id DESC LIMIT 1")
    assert tuple(row) == (408, "too_slow")


async def test_a_client_that_hangs_up_leaves_a_row_and_nothing_else(office: Office, port: int):
    before = await office.state()
    wire = Wire(port, office, "Content-Length: 50000")
    wire.socket.sendall(b"x" * 10)
    wire.socket.close()
    for _ in range(60):
        row = await office.connection.fetchrow("SELECT code, outcome FROM ingestion.attempt ORDER BY id DESC LIMIT 1")
        if row["outcome"] == "interrupted":
            break
        await asyncio.sleep(0.05)
    assert tuple(row) == (400, "interrupted")
    assert await office.state() == before


async def test_a_compressed_body_is_refused_with_a_sentence(office: Office):
    packed = gzip.compress(ase("31;1;1;1;1;1;1").encode())
    answer = await office.send("ase-exits", packed, period="2020", headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "encoded_body")
    assert "Content-Encoding" in answer.json()["detail"]
    plain = await office.send(
        "ase-exits", ase("31;1;1;1;1;1;1"), period="2020", dry_run=True, headers={"Content-Encoding": "identity"}
    )
    assert plain.status_code == 200, plain.text


@pytest.mark.parametrize(
    "parts",
    [
        b"",
        b"--other\r\n\r\n",
        b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nnothing\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nx',
        b"--b\r\nContent-Disposition\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n\x00\xff: y\r\n\r\nx\r\n--b--\r\n",
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="a.csv"\r\n\r\nx\r\n' % n for n in range(2)
        )
        + b"--b--\r\n",
        b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(40))
        + b"--b--\r\n",
    ],
    ids=["empty", "other boundary", "no file", "unfinished", "no header", "odd header", "two files", "many fields"],
)
async def test_forms_that_are_not_one_file(office: Office, parts: bytes):
    for boundary in ("; boundary=b", ""):
        kind = {"Content-Type": f"multipart/form-data{boundary}"}
        answer = await office.send("ase-exits", parts, period="2020", headers=kind)
        assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), answer.text


async def test_methods(office: Office, port: int):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        head = await client.head("/v1/feeds")
        assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "application/json")
        options = await client.options(URL)
        assert (options.status_code, options.headers["allow"]) == (204, "POST")
        for method in ("PUT", "DELETE", "HEAD", "GET"):
            refused = await client.request(method, URL)
            assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
            assert refused.headers["content-type"] == PROBLEM
        nowhere = await client.get("/v1/nothing")
        assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, PROBLEM)


async def test_submissions_per_minute(office: Office, forgotten: None):
    async with another_ingestion(VIGIE_SUBMISSIONS_PER_MINUTE="3") as client:

        async def send(token: str = "DEPT-31", **query: Any) -> httpx.Response:
            query = {"period": "2020", "dry_run": True, **query}
            content = ase("31;1;1;1;1;1;1") if token == "DEPT-31" else ase("09;1;1;1;1;1;1")
            bearer = office.bearer(token)
            return await client.post("/v1/feeds/ase-exits/submissions", params=query, content=content, headers=bearer)

        # What another process wrote counts as well, and so do tries that were refused.
        await office.send("ase-exits", ase("31;1;1;1;1;1;1"), period="2020", dry_run=True)
        assert (await send()).status_code == 200
        assert (await send(territory="DEPT-09")).status_code == 403
        refused = await send()
        assert (refused.status_code, refused.headers["content-type"]) == (429, PROBLEM)
        assert (refused.json()["limit"], refused.json()["most"]) == ("submissions_per_minute", 3)
        assert 50 <= int(refused.headers["retry-after"]) <= 61
        assert (await send("DEPT-09")).status_code == 200  # each token for itself
        assert (await client.get("/v1/attempts", headers=office.bearer("DEPT-31"))).status_code == 200
        # The oldest grows old: one more fits, and refused tries have pushed nothing back.
        await office.connection.execute(
            "UPDATE ingestion.attempt SET noticed_at = noticed_at - $1::interval "
            "WHERE id = (SELECT min(id) FROM ingestion.attempt)",
            timedelta(seconds=61),
        )
        assert (await send()).status_code == 200
        assert (await send()).status_code == 429


async def test_of_several_at_once_no_more_get_in_than_fit(office: Office, forgotten: None):
    async with another_ingestion(VIGIE_SUBMISSIONS_PER_MINUTE="4") as client:
        query, bearer = URL + "&dry_run=true", office.bearer("DEPT-31")
        asked = [client.post(query, content=ase(f"31;{n};1;1;1;1;1"), headers=bearer) for n in range(9)]
        codes = sorted([answer.status_code for answer in await asyncio.gather(*asked)])
    assert codes == [200] * 4 + [429] * 5


async def test_a_limit_of_nought_is_none(office: Office, forgotten: None):
    async with another_ingestion(VIGIE_SUBMISSIONS_PER_MINUTE="0", VIGIE_BYTES_PER_HOUR="0") as client:
        for _ in range(3):
            answer = await client.post(
                URL + "&dry_run=true", content=ase("31;1;1;1;1;1;1"), headers=office.bearer("DEPT-31")
            )
            assert answer.status_code == 200, answer.text


async def test_bytes_per_hour(office: Office, forgotten: None):
    content = ase("31;1;1;1;1;1;1")
    size = len(content.encode())

    async with another_ingestion(VIGIE_BYTES_PER_HOUR=str(2 * size + 10)) as client:

        async def send(**more: Any) -> httpx.Response:
            asked = {"content": content, "headers": office.bearer("DEPT-31"), **more}
            return await client.post(URL + "&dry_run=true", **asked)

        assert [(await send()).status_code for _ in range(3)] == [200, 200, 429]
        refused = await send()
        assert (refused.json()["limit"], refused.json()["most"]) == ("bytes_per_hour", 2 * size + 10)
        assert 3_500 < int(refused.headers["retry-after"]) <= 3_601

        async def unannounced() -> AsyncIterator[bytes]:
            yield content.encode()

        assert (await send(content=unannounced())).status_code == 429
        assert (await send(content=b"x" * (2 * size + 11))).status_code == 413  # fits into no hour
        await office.connection.execute(
            "UPDATE ingestion.attempt SET noticed_at = noticed_at - $1::interval "
            "WHERE id = (SELECT min(id) FROM ingestion.attempt)",
            timedelta(hours=1),
        )
        assert [(await send()).status_code for _ in range(2)] == [200, 429]


async def test_twenty_identical_uploads_at_once_are_one_receipt(office: Office, port: int):
    content = ase("31;4120;1300;1130;1360;1120;1030")
    url, bearer = URL.replace("2020", "2017"), office.bearer("DEPT-31")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        answers = await asyncio.gather(*(client.post(url, content=content, headers=bearer) for _ in range(20)))
    assert {a.status_code for a in answers} <= {200, 202}, [a.text for a in answers]
    (receipt_id,) = {a.json()["id"] for a in answers}
    query = "SELECT count(*) FROM ingestion.receipt WHERE period = '2017' AND stage <> 'refused'"
    assert await office.connection.fetchval(query) == 1
    # One made it. Each of the others found it: published, or still on its way and then told as what it is.
    assert {(a.status_code, a.json()["status"]) for a in answers} <= {(202, "accepted"), (200, "duplicate")}
    await eventually(lambda: len({o.event_id for o in office.observations if o.receipt_id == receipt_id}) == 6)
    assert sum(await _tries(office, receipt_id)) == 20


async def _tries(office: Office, receipt_id: str) -> list[int]:
    rows = await office.connection.fetch(
        "SELECT count(*) AS n FROM ingestion.attempt WHERE receipt_id = $1 GROUP BY code", receipt_id
    )
    return [row["n"] for row in rows]
