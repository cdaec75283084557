"""What /proc tells about processes: who is alive, who is ours, who holds a port.

A pid alone names nobody, since the kernel gives it again; a pid with its start time does.
Where /proc is missing (macOS), everything answers "unknown" and the stack still runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
RUN_MARK = "VIGIE_STACK_RUN"
"""Variable given to every child, inherited by what it starts in turn: `RUN:NAME`."""
LISTENING = "0A"


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    command: str


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat that follow the name: state, parent, group, session, …"""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def start_time(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot; None if it is gone or only a zombie."""
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else int(fields[19])


def is_alive(pid: int, started: int | None) -> bool:
    """Tell whether this very process, not a later one with the same pid, still runs."""
    return started is not None and start_time(pid) == started


def children(pid: int) -> list[tuple[int, int]]:
    """Return (pid, start time) of the direct children of a process."""
    found = []
    for each in _pids():
        fields = _stat(each)
        if fields is not None and fields[0] not in "ZX" and int(fields[1]) == pid:
            found.append((each, int(fields[19])))
    return found


def marked(prefix: str) -> list[int]:
    """Return the processes whose run mark starts with `prefix`, whoever their parent is now."""
    wanted = f"{RUN_MARK}={prefix}".encode()
    found = []
    for pid in _pids():
        try:
            variables = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(each.startswith(wanted) for each in variables) and start_time(pid) is not None:
            found.append(pid)
    return found


def holder(port: int) -> Holder | None:
    """Return who listens on a TCP port; None when nobody does or it is not ours to see."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    if not inodes:
        return None
    for pid in _pids():
        try:
            if any(str(link.readlink()) in inodes for link in (PROC / str(pid) / "fd").iterdir()):
                return Holder(pid, _command(pid))
        except OSError:
            continue
    return None


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _command(pid: int) -> str:
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "?"
    return words.strip()[:120] or "?"


def _pids() -> Iterator[int]:
    try:
        entries = list(PROC.iterdir())
    except OSError:
        return
    yield from (int(entry.name) for entry in entries if entry.name.isdecimal())
