"""Which port each part listens on, chosen or checked before anything starts."""

import contextlib
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.stack import procfs
from deploy.stack.errors import PortBusy

DEFAULT_PORTS = {
    "broker": 9092,
    "postgres": 5432,
    "smtp": 1025,
    "mailbox": 8025,
    "dashboard": 8000,
    "ingestion": 8001,
    "aggregator": 8002,
    "alerting": 8003,
}
LOWEST_FREE = 20_000
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class Reservation:
    """Free ports, held by sockets until their owner is about to bind, so that none is given twice."""

    def __init__(self, names: Iterable[str]) -> None:
        self._held: dict[str, socket.socket] = {name: _any_free() for name in names}
        self.ports: dict[str, int] = {name: held.getsockname()[1] for name, held in self._held.items()}

    def release(self, name: str) -> int:
        """Let go of the port of `name`, which binds it next."""
        held = self._held.pop(name, None)
        if held is not None:
            held.close()
        return self.ports[name]

    def close(self) -> None:
        """Let go of everything that nobody came for."""
        for name in list(self._held):
            self.release(name)


class Fixed(Reservation):
    """The usual ports, after making sure that nobody listens on those needed at once."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(())
        self.ports = dict(DEFAULT_PORTS)
        busy = [_explain(name, self.ports[name]) for name in names if not _is_free(self.ports[name])]
        if busy:
            raise PortBusy("\n".join([*busy, "Start with `--ports free`, or stop what holds them."]))


def _any_free() -> socket.socket:
    """Return a socket bound below the range from which the kernel takes the ports of outgoing connections.

    Inside that range, any client of the machine may take the port while a service is still importing.
    """
    try:
        highest = int(EPHEMERAL_RANGE.read_text().split()[0])
    except (OSError, ValueError):
        highest = 0
    for _ in range(200):
        port = random.randrange(LOWEST_FREE, highest) if highest > LOWEST_FREE + 1000 else 0  # noqa: S311
        candidate = socket.socket()
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            candidate.close()
            continue
        return candidate
    raise PortBusy("no free port was found on 127.0.0.1 in 200 tries")


def _is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        # As servers do: connections that are only waiting for their time out do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
        return True


def _explain(name: str, port: int) -> str:
    holder = procfs.holder(port)
    who = f"pid {holder.pid} ({holder.command})" if holder else "a process this user cannot see"
    return f"Port {port}, wanted by {name}, is held by {who}."
