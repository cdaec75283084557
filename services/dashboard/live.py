"""Open pages hear of changes: Kafka in, one small server-sent event per change out."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.dashboard.problems import Problem

log = structlog.get_logger()
Event = dict[str, Any]
HEARTBEAT_SECONDS = 15.0
MOST_CLIENTS = 200
WAITING_EVENTS = 100
RESYNC: Event = {"type": "resync"}


class Hub:
    """Hands every event to every open page. A page too slow to follow is told once to read everything again."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def full(self) -> bool:
        return self._closed or len(self._pages) >= MOST_CLIENTS

    def tell(self, event: Event) -> None:
        """Queue an event for every page, without waiting for any."""
        for page in self._pages:
            if page.full():
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(RESYNC)
            else:
                page.put_nowait(event)

    def close(self) -> None:
        """End every stream; new ones are refused."""
        self._closed = True
        for page in self._pages:
            while not page.empty():
                page.get_nowait()
            page.put_nowait(None)

    async def stream(self, heartbeat: float = HEARTBEAT_SECONDS) -> AsyncIterator[str]:
        """One page's events as they come, with a comment now and then so that no proxy hangs up on a quiet day."""
        page: asyncio.Queue[Event | None] = asyncio.Queue(WAITING_EVENTS)
        self._pages.add(page)
        try:
            yield "retry: 3000\n: vigie\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(page.get(), heartbeat)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
        finally:
            self._pages.discard(page)

    @contextmanager
    def closing_on_signal(self) -> Iterator[None]:
        """End the streams when the process is asked to stop.

        uvicorn waits for open responses before it tells the application to stop, so the end of the lifespan would come
        too late. Its own handlers stay in charge: ours runs before them.
        """
        loop = asyncio.get_running_loop()
        before: dict[int, Any] = {}

        def chain(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.close)
            previous = before[number]
            if callable(previous):
                previous(number, frame)

        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                before[number] = signal.signal(number, chain)
        except ValueError:
            log.debug("not_in_main_thread")  # tests run the application in a thread; nobody signals it there
        try:
            yield
        finally:
            for signum, previous in before.items():
                signal.signal(signum, previous)
            self.close()


def event_routes(hub: Hub) -> APIRouter:
    """The stream of changes."""
    router = APIRouter()

    @router.get(
        "/events",
        response_class=StreamingResponse,
        tags=["live"],
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def events(_: Request) -> StreamingResponse:
        """Server-sent events `rollup`, `alert` and `resync` (read everything again)."""
        if hub.full:
            raise Problem(503, "Too many open pages", f"{MOST_CLIENTS} pages already follow; this one works without")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(hub.stream(), media_type="text/event-stream", headers=headers)

    return router
