"""openapi.json against the running service: generated requests find no 5xx and no undocumented answer, and each
documented code is reached by a request that stands here."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from tests.conftest import World
from tests.integration.ingestion.office import Office, ase
from tests.integration.ingestion.served import serving
from tests.integration.ingestion.test_outage import another_ingestion

SUBMIT = "/v1/feeds/{feed}/submissions"
RECEIPT = "/v1/receipts/{receipt_id}"
ATTEMPTS = "/v1/attempts"
# Routes with suites of their own: generated requests reach them too, their codes are counted there.
ELSEWHERE = ("/v1/templates", "/v1/receipts/verify", "/v1/receipts/{receipt_id}/", "/v1/feeds/{feed}/template")
GENEROUS = {
    "VIGIE_SUBMISSIONS_PER_MINUTE": "1000000",
    "VIGIE_MAX_UPLOAD_BYTES": "100000",
}


@pytest.fixture(scope="module")
def port(office: Office, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(world, tmp_path_factory.mktemp("served"), **GENEROUS) as port:
        yield port


@pytest.fixture(scope="module")
def defective(office: Office, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("defective")
    with serving(world, folder, "tests.integration.ingestion.defective:build", **GENEROUS) as port:
        yield port


async def generated(
    port: int, office: Office, folder: Path, *options: str, receipt_id: str = "rec-1"
) -> subprocess.CompletedProcess[str]:
    """Requests made from the description, the same each time; its exit code is 0 when no check found anything."""
    known = folder / "known.toml"
    # Without a feed and a receipt that exist, every request would end at 404.
    known.write_text(f'[parameters]\n"path.feed" = "ase-exits"\n"path.receipt_id" = "{receipt_id}"\n')
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(known), "run"),
        f"http://127.0.0.1:{port}/openapi.json",
        *("--phases", "coverage,fuzzing", "--mode", "all", "--generation-deterministic"),
        *("--max-examples", "10", "--request-timeout", "20", "--continue-on-failure", "--no-color", "--no-shrink"),
        *("--header", f"Authorization: Bearer {office.tokens['DEPT-31']}"),
        *("--suppress-health-check", "all", *options),
    ]
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False, timeout=120, cwd=folder
    )


# Only what a description can promise: which territory or period is valid is more than its schema says.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,ignored_auth"
)


async def test_generated_requests_find_nothing(office: Office, port: int, tmp_path: Path):
    sent = (await office.send("ase-exits", ROWS, period="2020")).json()
    done = await generated(port, office, tmp_path, "--checks", CHECKS, receipt_id=sent["id"])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@asynccontextmanager
async def lost(office: Office, table: str) -> Any:
    """A table that is not there: a fault of ours in whoever reads it."""
    await office.connection.execute(f"ALTER TABLE ingestion.{table} RENAME TO lost")
    try:
        yield
    finally:
        await office.connection.execute(f"ALTER TABLE ingestion.lost RENAME TO {table}")


async def test_a_fault_answered_as_400_is_found_by_generated_requests(office: Office, defective: int, tmp_path: Path):
    """The planted defect. Valid requests that are refused as invalid give it away."""
    only = ("--include-path", ATTEMPTS, "--phases", "coverage", "--checks", "positive_data_acceptance")
    whole = await generated(defective, office, tmp_path, *only)
    assert whole.returncode == 0, whole.stdout[-4000:]
    async with lost(office, "attempt"):
        done = await generated(defective, office, tmp_path, *only)
    assert done.returncode == 1, done.stdout[-4000:]
    assert "[400]" in done.stdout


Probe = Callable[[httpx.AsyncClient, Office], Awaitable[httpx.Response]]
ROWS = ase("31;412;130;113;136;112;103")


def send(content: Any = ROWS, *, token: str = "DEPT-31", feed: str = "ase-exits", **query: Any) -> Probe:
    async def probe(client: httpx.AsyncClient, office: Office) -> httpx.Response:
        body = content() if callable(content) else content
        bearer = {"Authorization": f"Bearer {office.tokens.get(token, token)}"}
        path = SUBMIT.replace("{feed}", feed)
        return await client.post(path, params={"period": "2020", **query}, content=body, headers=bearer)

    return probe


def read(path: str, *, token: str = "DEPT-31", **query: Any) -> Probe:
    async def probe(client: httpx.AsyncClient, office: Office) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {office.tokens.get(token, token)}"}
        return await client.get(path, params=query, headers=bearer)

    return probe


async def own_receipt(client: httpx.AsyncClient, office: Office) -> httpx.Response:
    sent = await send()(client, office)
    return await read(f"/v1/receipts/{sent.json()['id']}")(client, office)


async def slowly() -> Any:
    yield b"x"
    await asyncio.sleep(2)
    yield b"x"


# (method, path, code): a request that reaches it on a service that is whole.
REACHED: dict[tuple[str, str, int], Probe] = {
    ("post", SUBMIT, 202): send(ase("31;413;130;113;136;112;103"), period="2016"),
    ("post", SUBMIT, 200): send(dry_run=True),
    ("post", SUBMIT, 400): send(period="32/2020"),
    ("post", SUBMIT, 401): send(token="nobody"),
    ("post", SUBMIT, 403): send(token="analyst"),
    ("post", SUBMIT, 404): send(feed="no-such-feed"),
    ("post", SUBMIT, 413): send(b"x" * 100_001),
    ("post", SUBMIT, 415): send(b"%PDF-1.7\n"),
    ("post", SUBMIT, 422): send(ase("31;un;;;;;")),
    ("get", "/v1/feeds", 200): read("/v1/feeds"),
    ("get", RECEIPT, 200): own_receipt,
    ("get", RECEIPT, 400): read("/v1/receipts/" + "x" * 61),
    ("get", RECEIPT, 401): read("/v1/receipts/rec-1", token="nobody"),
    ("get", RECEIPT, 404): read("/v1/receipts/rec-1"),
    ("get", ATTEMPTS, 200): read(ATTEMPTS),
    ("get", ATTEMPTS, 400): read(ATTEMPTS, limit=0),
    ("get", ATTEMPTS, 401): read(ATTEMPTS, token="nobody"),
}
# Those that take an outage or a fault, with a request that is fine otherwise.
FINE: dict[tuple[str, str], Probe] = {
    ("post", SUBMIT): send(ROWS, period="2014"),
    ("get", RECEIPT): read("/v1/receipts/rec-1"),
    ("get", ATTEMPTS): read(ATTEMPTS),
}
AT_FAULT = {("post", SUBMIT): "receipt", ("get", RECEIPT): "receipt", ("get", ATTEMPTS): "attempt"}
TROUBLED = {
    *((*operation, 500) for operation in FINE),
    *((*operation, 503) for operation in FINE),
    ("post", SUBMIT, 408),
    ("post", SUBMIT, 429),
}


@pytest.fixture(scope="module")
async def description(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = (await office.client.get("/openapi.json")).json()
    return document


def documented(description: dict[str, Any]) -> set[tuple[str, str, int]]:
    return {
        (method, path, int(code))
        for path, operations in description["paths"].items()
        if not path.startswith(ELSEWHERE)
        for method, operation in operations.items()
        for code in operation["responses"]
    }


def held(description: dict[str, Any], method: str, path: str, code: int, answer: httpx.Response) -> None:
    """The answer has the code, a content type that the description names for it, and the shape of its schema."""
    assert answer.status_code == code, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
    response = description["paths"][path][method]["responses"][str(code)]
    kind = answer.headers["content-type"].partition(";")[0]
    schema = response["content"][kind]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": description["components"]}).validate(answer.json())
    for header in response.get("headers", {}):
        assert header in answer.headers
    if code >= 400 and kind == "application/problem+json":
        assert answer.json()["status"] == code


async def test_every_documented_code_has_its_request(description: dict[str, Any]):
    assert documented(description) == set(REACHED) | TROUBLED


@pytest.mark.parametrize(("method", "path", "code"), REACHED, ids=str)
async def test_a_documented_code_is_reached(
    office: Office, port: int, description: dict[str, Any], method: str, path: str, code: int
):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        held(description, method, path, code, await REACHED[method, path, code](client, office))


@pytest.mark.parametrize(("method", "path"), FINE, ids=str)
async def test_a_fault_is_500_and_an_outage_503(office: Office, description: dict[str, Any], method: str, path: str):
    async with lost(office, AT_FAULT[method, path]):
        held(description, method, path, 500, await FINE[method, path](office.client, office))
    async with another_ingestion(VIGIE_DATABASE_URL="postgresql://vigie@127.0.0.1:9/vigie") as client:
        held(description, method, path, 503, await FINE[method, path](client, office))


async def test_over_a_limit_is_429(office: Office, description: dict[str, Any]):
    async with another_ingestion(VIGIE_SUBMISSIONS_PER_MINUTE="1") as client:
        await FINE["post", SUBMIT](client, office)
        held(description, "post", SUBMIT, 429, await FINE["post", SUBMIT](client, office))


async def test_too_slow_is_408(office: Office, description: dict[str, Any]):
    async with another_ingestion(VIGIE_UPLOAD_SECONDS="0.2") as client:
        held(description, "post", SUBMIT, 408, await send(slowly)(client, office))


async def test_a_fault_answered_as_400_is_found_by_the_requests_of_this_file(
    office: Office, defective: int, description: dict[str, Any]
):
    """The same planted defect, met by the oracle of the codes."""
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{defective}", trust_env=False, timeout=30) as client,
        lost(office, "receipt"),
    ):
        answer = await FINE["post", SUBMIT](client, office)
        with pytest.raises(AssertionError, match="400"):
            held(description, "post", SUBMIT, 500, answer)
