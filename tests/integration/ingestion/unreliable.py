"""A line that fails as it was told to, between a client and a service: cuts a connection, loses an answer, says 503."""

import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress


class Line:
    """Each connection meets the next of its faults; when none is left, everything passes.

    `cut`: reset half-way through the request. `lost`: the service gets the request, the client no answer.
    A number: answered with that status and `Retry-After: 0`, and the service never hears of it.
    """

    def __init__(self, upstream: int, faults: Sequence[str]) -> None:
        self._upstream = upstream
        self._faults = list(faults)
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            fault = self._faults.pop(0) if self._faults else ""
            with suppress(OSError), client:
                client.settimeout(20)
                self._meet(client, fault)

    def _meet(self, client: socket.socket, fault: str) -> None:
        head, body, length = self._request_head(client)
        if fault == "cut":
            # Half of the body at most, then a reset instead of an end.
            while len(body) < length // 2:
                body += client.recv(4096)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        while len(body) < length:
            body += client.recv(65_536)
        if fault.isdecimal():
            client.sendall(
                f"HTTP/1.1 {fault} Fault\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            )
            return
        with socket.create_connection(("127.0.0.1", self._upstream), timeout=20) as service:
            service.sendall(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + body)
            while answer := service.recv(65_536):
                if fault != "lost":
                    client.sendall(answer)

    def _request_head(self, client: socket.socket) -> tuple[bytes, bytes, int]:
        read = b""
        while b"\r\n\r\n" not in read:
            chunk = client.recv(4096)
            if not chunk:
                raise ConnectionError
            read += chunk
        head, _, body = read.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        kept = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:"))
        return kept + b"\r\n\r\n", body, int(lengths[0].split(b":")[1]) if lengths else 0


@contextmanager
def line(upstream: int, *faults: str) -> Iterator[Line]:
    """A line to a port of this machine."""
    made = Line(upstream, faults)
    try:
        yield made
    finally:
        made.close()
