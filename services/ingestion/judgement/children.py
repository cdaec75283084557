"""Processes that judge one file each: at most so many at a time, and one more that waits with its imports done."""

import asyncio
import contextlib
import struct
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.ingestion.problems import Problem
from shared.runtime.settings import settings

_LENGTHS = struct.Struct(">QQQ")
_MODULE = "services.ingestion.judgement.child_process"
_SLICE = 1_000_000
_LONGEST_LINE = 64_000_000
# Files that wait for their turn, each with its bytes in memory, and how long one waits before it is sent away.
MOST_WAITING = 20
WAIT_SECONDS = 60


@dataclass(frozen=True)
class Child:
    """One process, started and not yet given its file."""

    process: asyncio.subprocess.Process
    loop: asyncio.AbstractEventLoop

    async def send(self, job: bytes, catalogue: bytes, content: bytes) -> None:
        """Give it its file; raises BrokenPipeError or ConnectionResetError when it is dead."""
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(_LENGTHS.pack(len(job), len(catalogue), len(content)))
        pipe.write(job)
        pipe.write(catalogue)
        for start in range(0, len(content), _SLICE):
            pipe.write(content[start : start + _SLICE])
            await pipe.drain()
        pipe.close()

    async def line(self) -> bytes:
        """The next line of its answer; empty at the end."""
        assert self.process.stdout is not None
        return await self.process.stdout.readline()

    def idle(self) -> bool:
        """Say whether it can be given a file by the running loop."""
        return self.process.returncode is None and self.loop is asyncio.get_running_loop()

    async def end(self) -> None:
        """Make sure that it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Children:
    """Each may take VIGIE_PARSE_MEMORY_BYTES, so only `at_once` of them work at a time."""

    def __init__(self, at_once: int) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._spare: Child | None = None
        self._preparing = False

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[Child]:
        """A child for one file; it is gone afterwards. Raises Problem 503 where too many wait, or one for too long."""
        async with self._turn():
            child, self._spare = self._spare, None
            if child is None or not child.idle():
                child = await _start()
            try:
                yield child
            finally:
                await child.end()
                await self.prepare()

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._room.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._room.release()

    async def prepare(self) -> None:
        """Start the process for the next file: its imports take longer than most files."""
        if self._preparing or (self._spare is not None and self._spare.idle()):
            return
        self._preparing = True
        try:
            self._spare = await _start()
        finally:
            self._preparing = False

    async def close(self) -> None:
        """End the process that waits."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.idle():
            await spare.end()


def _busy() -> Problem:
    """Answered with Retry-After, as every 503 is."""
    return Problem(
        503,
        "Trop de fichiers attendent d'être lus. Rien n'a été gardé de celui-ci : renvoyez-le dans quelques secondes.",
        "Too many files wait to be read. Nothing was kept of this one: send it again in some seconds.",
    )


async def _start() -> Child:
    limits = settings()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _MODULE,
        str(limits.parse_memory_bytes),
        str(limits.parse_seconds),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # An aborting interpreter prints what it held; the file's content must not reach a log.
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE,
    )
    return Child(process, asyncio.get_running_loop())
