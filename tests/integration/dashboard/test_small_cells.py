"""A region with few young people, crawled through every public door for numbers that stand nowhere else."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import asyncpg
import httpx
import pytest

from services.aggregator.recomputation import recompute, whole
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from tests.conftest import World
from tests.integration.dashboard.conftest import Dashboard
from tests.integration.dashboard.seed import FRAMEWORK, MAJORITY, RECEIVED, put, put_alert, put_receipt, put_version

ROOT = Path(__file__).resolve().parents[3]
NOW = "2021-04-02T09:05:00+02:00"
LATER = datetime(2021, 4, 1, 8, 0, tzinfo=UTC)
BETWEEN = "2021-03-31T12:00:00+02:00"
# Few in Ariège, so Lozère goes with it. No count is whole, so that each is found wherever it is printed.
FIGURES = {
    "DEPT-09": ("4.8317", "60.2468"), "DEPT-48": ("27.3951", "90.4683"), "DEPT-31": ("300", "500"),
    "DEPT-12": ("200", "400"),
}  # fmt: skip
HIDDEN = ("DEPT-09", "DEPT-48")
# The figures, their complements, their percentages, and the totals without Ariège that were known before it came.
SECRET_NUMBERS = [
    *("4.8317", "27.3951", "55.4151", "63.0732"),
    *("8.019845", "30.281436"),
    *("527.3951", "53.2470"),
]


def patterns() -> list[re.Pattern[str]]:
    """Each secret as programs print it, and cut to the decimals that screens show, with a comma."""
    found = []
    for text in SECRET_NUMBERS:
        number = Decimal(text)
        shown = f"{number.quantize(Decimal('0.1'))}".replace(".", ",")
        exact = text[: text.index(".") + 4].replace(".", "[.,]")
        found += [re.compile(rf"(?<![\d.,]){shown}(?!\d)"), re.compile(rf"(?<![\d.,]){exact}")]
    return found


PATTERNS = patterns()
# The map of France has a number for every secret; bars, whose lengths are figures, stay.
OUTLINES = r'<path d="[^"]*"/>|<symbol .*?</symbol>|viewBox="[^"]*"'


def leaks(text: str) -> list[str]:
    return sorted({match.group() for pattern in PATTERNS for match in pattern.finditer(text)})


@pytest.fixture(scope="module")
async def few(world: World) -> AsyncIterator[tuple[World, asyncpg.Connection]]:
    """Two submissions: three departments first, Ariège and what it makes of the totals a day later."""
    world.set_clock(NOW)
    connection = await connect("test")
    await catalogue_store.load(connection, read_catalogue(ROOT / "deploy/catalogue"), make_clock())
    for seq, (territory, (above, below)) in enumerate(sorted(FIGURES.items()), start=1):
        at = LATER if territory == "DEPT-09" else RECEIVED
        await put_receipt(connection, f"rct-{seq}", seq, territory, f"{territory}.csv")
        value = (100 * Decimal(above) / Decimal(below)).quantize(Decimal("0.000001"))
        more = {"received_at": at, "numerator": Decimal(above), "denominator": Decimal(below)}
        await put_version(connection, FRAMEWORK, territory, seq, f"rct-{seq}", 1, 1, **more, value=value)
        more = {"received_at": at, "numerator": None, "denominator": None, "value": Decimal(below)}
        await put_version(connection, MAJORITY, territory, seq, f"rct-{seq}", 1, 1, **more)
    await connection.execute(
        "UPDATE ingestion.receipt SET repairs = $1 WHERE reporter = 'DEPT-09'", [{"raw": "4.8317", "code": "decimal"}]
    )
    catalogue = await catalogue_store.read(connection)
    async with connection.transaction():
        for code in (FRAMEWORK, MAJORITY):
            await recompute(connection, catalogue, await whole(connection, catalogue, code), RECEIVED)
    await seed_alert(connection)
    await put(
        connection, "aggregator.check_result", code="ase_in_framework_percentage", subject="", territory="DEPT-09",
        period="2020", kind="ratio_of", state="fails", indicators=[FRAMEWORK, MAJORITY], expected=Decimal("8.019845"),
        computed=Decimal("4.8317"), difference=Decimal("4.8317"), detail={"numerator": "4.8317"}, inputs="abc",
        simulated=True, evaluated_at=RECEIVED,
    )  # fmt: skip
    yield world, connection
    await connection.close()


async def seed_alert(connection: asyncpg.Connection) -> None:
    """An alert about Ariège whose inputs, mail and commitment quote the figure."""
    inputs = {"value": "8.019845", "target": "35", "numerator": "4.8317", "unit": "%"}
    await put_alert(
        connection, "few-1", "DEPT-09", rule="target_missed", severity="warning", indicator=FRAMEWORK, inputs=inputs,
        ack_reason="seulement 4.8317 jeunes",
    )  # fmt: skip
    await put(
        connection, "alerting.notification", id="n1", alert_id="few-1", seq=1, kind="opened", recipient="commissaire",
        channel="email", address="a@example.org", status="sent", subject="Ariège : 4.8317 jeunes", simulated=True,
        created_at=RECEIVED, enqueued_at=RECEIVED, next_attempt_at=RECEIVED,
    )  # fmt: skip


@pytest.fixture(scope="module")
def small(few: tuple[World, asyncpg.Connection], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    environment = {**few[0].environment, "VIGIE_EXPORTER_SECONDS": "0.2", "VIGIE_ALERTING_URL": "http://127.0.0.1:9"}
    running = Dashboard(environment, tmp_path_factory.mktemp("small") / "log")
    try:
        running.await_ready()
        yield running
    finally:
        running.stop()


async def token(connection: asyncpg.Connection, role: Role, *territories: str) -> dict[str, str]:
    _, secret = await create_token(
        connection, make_clock(), label="t", role=role, territories=list(territories), feeds=[]
    )
    return {"Authorization": f"Bearer {secret}"}


def doors(dashboard: Dashboard) -> list[str]:
    """Every list of the read API in both forms, now and before, for the region and for each place."""
    paths = httpx.get(f"{dashboard.url}/openapi.json").json()["paths"]
    lists = [p for p, methods in paths.items() if p.startswith("/v1/") and "get" in methods and "{" not in p]
    assert {"/v1/rollups", "/v1/observations", "/v1/changes", "/v1/explain", "/v1/checks", "/v1/alerts"} <= set(lists)
    found = []
    for path in lists:
        if path == "/v1/explain":
            for place in (*FIGURES, "REG-76", "NAT-FR"):
                for code in (FRAMEWORK, MAJORITY):
                    cell = f"{path}?indicator={code}&territory={place}&period=2020"
                    found += [cell, f"{cell}&as_of={BETWEEN.replace('+', '%2B')}"]
        elif path == "/v1/changes":
            found += [f"{path}?since=2021-03-01{more}" for more in ("", "&until=2021-04-01", "&format=csv")]
            found.append(f"{path}?since=2021-03-31")
        else:
            found += [path, f"{path}?format=csv"]
            if any(p["name"] == "as_of" for p in paths[path]["get"].get("parameters", [])):
                found += [f"{path}?as_of={at}" for at in ("2021-03-31", "2021-04-01")]
    return [*found, "/metrics", "/metrics/business"]


def crawl(client: httpx.Client) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from the region's, with those of the past."""
    waiting = [
        "/territoires/REG-76",
        "/territoires/REG-76?as_of=2021-03-31&since=2021-03-30",
        "/alertes",
        "/alertes/few-1",
    ]
    waiting += [f"/territoires/REG-76?indicateur={FRAMEWORK}&since=2021-03-30", "/remontees"]
    waiting += [f"/explication?indicateur={FRAMEWORK}&territoire={t}&periode=2020" for t in (*FIGURES, "REG-76")]
    seen: set[str] = set()
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        yield path, unescape(re.sub(OUTLINES, "", answer.text))
        links = {urljoin(path, unescape(href)) for href in re.findall(r'href="(/[^"#]*)', answer.text)}
        waiting += sorted(a for a in links - seen if urlsplit(a).path.split("/")[1] not in {"static", "depot"})


async def test_the_marks_are_stored(few) -> None:
    rows = await few[1].fetch("SELECT territory, reason FROM entitled.suppression WHERE indicator = $1", FRAMEWORK)
    assert {(r["territory"], r["reason"]) for r in rows} == {
        ("DEPT-09", "primary"), ("DEPT-48", "secondary"), ("REG-76", "contributor"), ("NAT-FR", "contributor"),
        ("DEPT-12", "past"), ("DEPT-31", "past"),
    }  # fmt: skip


def test_no_list_no_metric_tells_the_public(small: Dashboard) -> None:
    with httpx.Client(base_url=small.url, timeout=30) as client:
        for path in doors(small):
            answer = client.get(path)
            # What had not arrived then is unknown then.
            assert answer.status_code in ({200, 404} if "explain" in path else {200}), (path, answer.text[:300])
            assert leaks(answer.text) == [], path


def test_no_page_tells_the_public(small: Dashboard) -> None:
    # One connection for each page: reading one may take longer than an idle connection is kept.
    with httpx.Client(base_url=small.url, timeout=30, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        visited = 0
        for path, text in crawl(client):
            assert leaks(text) == [], path
            visited += 1
        assert visited > 15
        page = client.get(f"/indicateurs/{FRAMEWORK}?territoire=REG-76&periode=2020").text
        assert page.count('class="secret"') == len(HIDDEN)
        assert "secret statistique" in page


async def test_no_published_view_tells_a_reader(few) -> None:
    """As the role that Grafana has, which cannot look elsewhere either."""
    connection = await asyncpg.connect(few[0].database_url)
    try:
        views = [r["table_name"] for r in await connection.fetch(
            "SELECT table_name FROM information_schema.views WHERE table_schema = 'published'")]  # fmt: skip
        await connection.execute("SET ROLE vigie_reader")
        for view in views:
            rows = await connection.fetch(f"SELECT * FROM published.{view}")
            assert leaks(json.dumps([dict(r) for r in rows], default=str)) == [], view
        for forbidden in ("entitled.rollup", "entitled.suppression", "aggregator.suppression", "aggregator.rollup"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {forbidden}")
    finally:
        await connection.close()


async def test_the_region_stands_and_what_singles_out_does_not(small: Dashboard, few) -> None:
    async with httpx.AsyncClient(base_url=small.url) as client:
        asked = {"indicator": FRAMEWORK, "period": "2020", "territory": "REG-76"}
        (region,) = (await client.get("/v1/rollups", params=asked)).json()["items"]
    assert (round(region["numerator"], 4), region["suppressed"], region["reported"]) == (532.2268, False, 4)
    assert [region[side] for side in ("min", "median", "max", "low", "high", "coverage_weight")] == [None] * 6
    row = await few[1].fetchrow(
        "SELECT * FROM published.rollup WHERE indicator = $1 AND territory = 'REG-76'", FRAMEWORK
    )
    assert (row["min"], row["low"], row["value"] is None, row["suppressed"]) == (None, None, False, False)


@pytest.mark.parametrize(
    ("role", "territories", "exact"),
    [
        (Role.commissioner, ["REG-76"], {"DEPT-09", "DEPT-48"}),
        (Role.analyst, ["NAT-FR"], {"DEPT-09", "DEPT-48"}),
        (Role.operator, ["NAT-FR"], {"DEPT-09", "DEPT-48"}),
        (Role.department, ["DEPT-09"], {"DEPT-09"}),
        (Role.department, ["DEPT-31"], set()),
        (Role.public, ["NAT-FR"], set()),
    ],
)
async def test_a_token_opens_the_territories_that_it_covers(
    small: Dashboard, few, role: Role, territories: list[str], exact: set[str]
) -> None:
    headers = await token(few[1], role, *territories)
    asked = {"indicator": FRAMEWORK, "period": "2020"}
    async with httpx.AsyncClient(base_url=small.url, headers=headers) as client:
        for path, at in (
            ("/v1/rollups", {}),
            ("/v1/observations", {}),
            ("/v1/rollups", {"as_of": "2021-04-02T09:00:00+02:00"}),
        ):
            found = (await client.get(path, params={**asked, **at})).json()["items"]
            seen = {i["territory"]: i["numerator"] for i in found if i["territory"] in HIDDEN}
            assert {t for t, n in seen.items() if n is not None} == exact
        told: Any = (await client.get("/v1/explain", params={**asked, "territory": "REG-76"})).json()
    assert {c["territory"] for c in told["contributors"] if c["suppressed"]} == set(HIDDEN) - exact


async def test_the_numbers_are_there_to_be_found(small: Dashboard, few) -> None:
    """The same doors with a commissioner's token: a search that finds nothing there would prove nothing above."""
    headers = await token(few[1], Role.commissioner, "NAT-FR")
    found = set()
    async with httpx.AsyncClient(base_url=small.url, headers=headers, timeout=30) as client:
        for path in doors(small):
            found |= set(leaks((await client.get(path)).text))
    exact = {text[: text.index(".") + 4] for text in SECRET_NUMBERS}
    assert {text for text in exact if text in found} >= exact - {"55.415", "63.073"}


def test_an_unknown_token_is_refused(small: Dashboard) -> None:
    answer = httpx.get(f"{small.url}/v1/rollups", headers={"Authorization": "Bearer vigie_no"})
    assert answer.status_code == 401
