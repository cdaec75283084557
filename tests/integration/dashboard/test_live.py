"""From Kafka to an open page, and the end of the service with pages open."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.dashboard.live import MOST_CLIENTS
from shared.contracts.alert import AlertTransitioned
from shared.contracts.rollup import Rollup, RollupUpdated
from shared.contracts.topics import ALERTS, ROLLUPS
from tests.integration.dashboard.conftest import Dashboard
from tests.integration.dashboard.seed import FRAMEWORK, RECEIVED
from tests.support.wire import send

ROLLUP = Rollup(
    territory="REG-76", level="region", method="ratio", definition_version=1, value=Decimal("31.2"), reported=12,
    expected=13, status="final", basis="computed", version="v2",
)  # fmt: skip
MOVED = RollupUpdated(indicator=FRAMEWORK, period="2020", rollups=[ROLLUP])
FIRED = AlertTransitioned(
    alert_id="alr-66", alert_key="k", episode=1, seq=1, from_state=None, to_state="firing", reason="target_not_met",
    rule="target_missed", rule_version=1, territory="DEPT-66", indicator=FRAMEWORK, period="2020", severity="warning",
    inputs={}, at=RECEIVED,
)  # fmt: skip


class Page:
    """An open page: events are read in the background, as a browser does."""

    def __init__(self, url: str) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.opened = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self._read, args=(url,), daemon=True).start()
        assert self.opened.wait(10)

    def _read(self, url: str) -> None:
        with httpx.stream("GET", f"{url}/events", timeout=60) as answer:
            for line in answer.iter_lines():
                self.opened.set()
                if line.startswith("data: "):
                    self.events.put(json.loads(line.removeprefix("data: ")))
        self.ended.set()


async def heard(page: Page, topic: Any, key: str, value: bytes, kind: str) -> dict[str, Any]:
    """Publish until the page hears: it only listens from the moment on when its partitions are being read."""
    for _ in range(20):
        await send(topic, (key, value))
        try:
            while True:
                event = page.events.get(timeout=0.5)
                if event["type"] == kind:
                    return event
        except queue.Empty:
            continue
    raise AssertionError(f"no {kind} came")


@pytest.fixture
def page(dashboard: Dashboard) -> Iterator[Page]:
    yield Page(dashboard.url)


async def test_a_rollup_reaches_an_open_page(page: Page) -> None:
    event = await heard(page, ROLLUPS, FRAMEWORK, MOVED.encode(), "rollup")
    assert event == {"type": "rollup", "indicator": FRAMEWORK, "period": "2020", "territories": ["REG-76"]}


async def test_an_alert_reaches_an_open_page(page: Page) -> None:
    event = await heard(page, ALERTS, "k", FIRED.encode(), "alert")
    assert (event["id"], event["state"], event["territories"]) == ("alr-66", "firing", ["DEPT-66"])


async def test_an_unreadable_message_silences_nobody(page: Page) -> None:
    await send(ROLLUPS, (FRAMEWORK, b"not json"))
    assert await heard(page, ROLLUPS, FRAMEWORK, MOVED.encode(), "rollup")


async def test_every_open_page_hears(dashboard: Dashboard, page: Page) -> None:
    other = Page(dashboard.url)
    await heard(page, ROLLUPS, FRAMEWORK, MOVED.encode(), "rollup")
    assert other.events.get(timeout=5)["type"] in {"rollup", "alert"}


async def test_open_pages_have_a_limit(dashboard: Dashboard) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=dashboard.url, limits=limits, timeout=30) as client:
        opened = []
        refused = None
        for _ in range(MOST_CLIENTS + 1):
            answer = await client.send(client.build_request("GET", "/events"), stream=True)
            opened.append(answer)
            if answer.status_code == 503:
                refused = answer
                break
        assert refused is not None
        assert refused.headers["retry-after"]
        for answer in opened:
            await answer.aclose()


def test_open_pages_do_not_hold_up_the_end_of_the_service(seeded: Any, tmp_path: Any) -> None:
    running = Dashboard(seeded.environment, tmp_path / "log")
    running.await_ready()
    pages = [Page(running.url) for _ in range(3)]
    started = time.monotonic()
    running.process.terminate()
    running.process.wait(10)
    assert time.monotonic() - started < 2.5
    assert all(page.ended.wait(1) for page in pages)
    assert "CancelledError" not in running.log.read_text()
