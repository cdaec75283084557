"""A piece of work done for ever, that survives its failures, ends between two passes, and says when it is stuck."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

log = structlog.get_logger()
LONGEST_PAUSE = 10.0
PATIENCE = 10.0


class Loop:
    """Calls `work` again at once while it has something to do, after `pause` seconds when it had nothing."""

    def __init__(self, name: str, work: Callable[[], Awaitable[bool]], pause: float) -> None:
        self._name = name
        self._work = work
        self._pause = pause
        self._last_pass = time.monotonic()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Run until stopped. A failure is logged and the work tried again after a growing pause."""
        failures = 0
        while not self._stopping.is_set():
            try:
                worked = await self._work()
            except Exception as error:
                failures += 1
                wait = min(self._pause * 2**failures, LONGEST_PAUSE)
                log.warning("loop_failed", loop=self._name, error=repr(error), retry_in=wait, exc_info=True)
            else:
                failures = 0
                wait = 0 if worked else self._pause
            self._last_pass = time.monotonic()
            await self._rest(wait)

    def stop(self) -> None:
        """Ask for the pass under way to be the last."""
        self._stopping.set()

    def alive(self, within: float = 120.0) -> bool:
        """Say whether a pass ended recently, well or badly."""
        return time.monotonic() - self._last_pass < within

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass


async def finish(loops: Sequence[Loop], tasks: Sequence[asyncio.Task[None]]) -> None:
    """Let every loop end its pass, so that a mail under way is recorded; cut short those that take too long."""
    for loop in loops:
        loop.stop()
    _, late = await asyncio.wait(tasks, timeout=PATIENCE)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
