"""What runs at this moment, on disk: what clients need to connect, what the next start may have to end."""

import contextlib
import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import IO, Any

from deploy.stack import procfs
from deploy.stack.errors import AlreadyRunning
from deploy.stack.process import Child

PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.02


class RunFile:
    """`DIR/stack.json`, readable by its owner only (it holds the database password), and the lock beside it.

    The kernel drops the lock with the launcher, however that ends; a run file without a lock is a leftover.
    """

    def __init__(self, data: Path) -> None:
        self.path = data / "stack.json"
        self._lock_path = data / "stack.lock"
        self._lock: IO[str] | None = None

    def lock(self) -> None:
        """Become the only launcher of this data directory."""
        lock = self._lock_path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            lock.close()
            pid = self._read().get("launcher", {}).get("pid", "unknown")
            raise AlreadyRunning(
                f"A stack already runs on {self.path.parent} (launcher pid {pid}). "
                "Stop it, or choose another directory with --data."
            ) from taken
        self._lock = lock

    def remove(self) -> None:
        """Nothing runs any more: let the next launcher come."""
        if self._lock is not None:
            self.path.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def write(self, run: str, children: dict[str, Child], **more: object) -> None:
        """Replace the file at once, so that no reader sees half of it."""
        content = {
            "run": run,
            "launcher": {"pid": os.getpid(), "started": procfs.start_time(os.getpid())},
            "processes": {name: {"pid": c.pid, "started": c.started} for name, c in children.items()},
            **more,
        }
        new = self.path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, indent=2)
        new.replace(self.path)

    def clean_leftovers(self) -> list[int]:
        """End what a killed launcher left behind; call with the lock held. Returns the pids ended."""
        found = self._read()
        left = {
            each["pid"]: each["started"]
            for each in found.get("processes", {}).values()
            if procfs.is_alive(each["pid"], each["started"])
        }
        if run := found.get("run"):
            left |= {pid: procfs.start_time(pid) for pid in procfs.marked(f"{run}:")}
        end(left)
        self.path.unlink(missing_ok=True)
        return sorted(left)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def end(processes: dict[int, int | None], patience: float = PATIENCE_SECONDS) -> None:
    """End processes given as {pid: start time}: SIGINT (a fast stop for PostgreSQL), then SIGKILL."""
    for ask, seconds in ((signal.SIGINT, patience), (signal.SIGKILL, PATIENCE_SECONDS)):
        deadline = time.monotonic() + seconds
        for pid, started in processes.items():
            if procfs.is_alive(pid, started):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, ask)
        while any(procfs.is_alive(*each) for each in processes.items()) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
