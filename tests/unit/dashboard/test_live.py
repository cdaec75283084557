"""The hub: every page hears everything, none holds up another, all end when the service does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from services.dashboard.live import MOST_CLIENTS, WAITING_EVENTS, Hub

MOVED = {"type": "rollup", "indicator": "ax2.x", "period": "2020", "territories": ["REG-76"]}


async def opened(hub: Hub, heartbeat: float = 60.0) -> AsyncIterator[str]:
    stream = hub.stream(heartbeat)
    assert (await anext(stream)).startswith("retry: ")
    return stream


async def test_every_page_hears_every_event() -> None:
    hub = Hub()
    pages = [await opened(hub), await opened(hub)]
    hub.tell(MOVED)
    for page in pages:
        text = await anext(page)
        assert text.startswith("event: rollup\ndata: {")
        assert text.endswith("\n\n")


async def test_a_quiet_line_is_kept_open_by_comments() -> None:
    page = await opened(Hub(), heartbeat=0.01)
    assert (await anext(page)).startswith(":")


async def test_a_page_that_cannot_follow_is_told_to_read_everything_again() -> None:
    hub = Hub()
    page = await opened(hub)
    for _ in range(WAITING_EVENTS + 5):
        hub.tell(MOVED)
    assert (await anext(page)).startswith("event: resync")


async def test_a_page_that_leaves_is_forgotten() -> None:
    hub = Hub()
    page = await opened(hub)
    assert len(hub) == 1
    await page.aclose()  # type: ignore[attr-defined]
    assert len(hub) == 0


async def test_there_is_a_limit_to_open_pages() -> None:
    hub = Hub()
    pages = [await opened(hub) for _ in range(MOST_CLIENTS)]
    assert hub.full
    await pages[0].aclose()  # type: ignore[attr-defined]
    assert not hub.full


async def test_closing_ends_the_streams_and_refuses_new_ones() -> None:
    hub = Hub()
    page = await opened(hub)
    hub.tell(MOVED)
    hub.close()
    assert hub.full
    with contextlib.suppress(StopAsyncIteration):
        async with asyncio.timeout(1):
            await anext(page)
            raise AssertionError
