"""One child process: spawned so that it cannot outlive the launcher, with a log to quote when it dies."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deploy.stack import procfs
from deploy.stack.errors import ChildDied, NotReady

PR_SET_PDEATHSIG = 1
LAST_LINES = 30
LAST_BYTES = 64_000
POLL_SECONDS = 0.02
ORPHAN_SECONDS = 1.0

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

# The death signal fires when the *thread* that forked ends, not the process: a stack started from a pool
# thread would be killed with that thread. One thread that lives as long as the process forks every child.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stack-spawner")


@dataclass(frozen=True)
class Account:
    """The user a child runs as, when it is not the user of the launcher."""

    uid: int
    gid: int


@dataclass
class Child:
    """A process of the stack. `expected_end` is set once somebody has asked for its end."""

    name: str
    popen: "subprocess.Popen[bytes]"
    log: Path
    stop_signal: signal.Signals
    stop_seconds: float
    started: int | None = None
    expected_end: bool = field(default=False)

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def tail(self, lines: int = LAST_LINES) -> str:
        """Return the last lines of its log, output and errors together."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - LAST_BYTES))
                text = log.read().decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def check(self) -> None:
        """Raise ChildDied if it ended by itself."""
        if self.expected_end or self.running:
            return
        raise ChildDied(self.name, self.popen.returncode, self.log, self.tail())

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for `ready`, giving up at once if the child dies and after `seconds` otherwise."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise NotReady(
                    f"{self.name} runs (pid {self.pid}) but {what} did not come in {seconds:g} s. "
                    f"Last lines of {self.log}:\n{self.tail()}"
                )
            time.sleep(POLL_SECONDS)

    def finish(self, seconds: float) -> None:
        """Wait for a child that has a job to do and end; raise ChildDied unless it succeeds."""
        try:
            code = self.popen.wait(seconds)
        except subprocess.TimeoutExpired as slow:
            self.kill()
            raise NotReady(f"{self.name} was not done after {seconds:g} s. {self.tail()}") from slow
        if code != 0:
            raise ChildDied(self.name, code, self.log, self.tail())
        self.expected_end = True

    def kill(self) -> None:
        """End it and its own children now, with SIGKILL, and wait until they are gone."""
        self.expected_end = True
        below = procfs.children(self.pid) if self.running else []
        with contextlib.suppress(ProcessLookupError):
            self.popen.kill()
        self.popen.wait()
        deadline = time.monotonic() + ORPHAN_SECONDS
        for pid, started in below:
            # PostgreSQL's backends see the end of their postmaster and leave by themselves.
            while procfs.is_alive(pid, started) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            if procfs.is_alive(pid, started):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def spawn(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stop_seconds: float = 4.0,
    orphan_signal: signal.Signals = signal.SIGKILL,
) -> Child:
    """Start a child that gets `orphan_signal` when the launcher ends, however it ends.

    `environment` is all of its environment: `Stack` puts the run mark in it. `log` receives its output and
    its errors, appended. `account` is the user it runs as, None for the launcher's own. `stop_signal` asks
    it to end; after `stop_seconds` it is killed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    launcher = os.getpid()

    def die_with_the_launcher() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
            if os.getppid() != launcher:  # it ended between the fork and the line above
                os._exit(1)

    def fork() -> "subprocess.Popen[bytes]":
        with log.open("ab") as output:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=cwd,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops them in order
                preexec_fn=die_with_the_launcher,  # noqa: PLW1509 - one system call, no other way
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    popen = _SPAWNER.submit(fork).result()
    return Child(name, popen, log, stop_signal, stop_seconds, procfs.start_time(popen.pid))


def stop(children: Iterable[Child]) -> None:
    """Ask all of them to end, together, and kill those that do not."""
    asked = list(children)
    for child in asked:
        child.expected_end = True
        if child.running:
            with contextlib.suppress(ProcessLookupError):
                child.popen.send_signal(child.stop_signal)
    began = time.monotonic()
    for child in asked:
        try:
            child.popen.wait(max(0.0, began + child.stop_seconds - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
