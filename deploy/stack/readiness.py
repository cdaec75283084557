"""When a child that speaks HTTP is ready: its /readyz answers 200."""

import http.client
from collections.abc import Callable

from deploy.stack.errors import NotReady
from deploy.stack.process import Child


def await_ready(child: Child, port: int, seconds: float, watch: Callable[[], None]) -> None:
    """Wait for 200; when it does not come, say what was answered instead.

    `watch` raises when another child dies: a service never becomes ready without its broker.
    """
    last = (0, "nothing was asked yet")

    def ready() -> bool:
        nonlocal last
        watch()
        last = ask(port)
        return last[0] == 200

    try:
        child.wait_until(ready, seconds, f"200 from http://127.0.0.1:{port}/readyz")
    except NotReady as slow:
        raise NotReady(f"{slow}\nLast answer: {last[0] or 'none'} {last[1]}") from slow


def ask(port: int) -> tuple[int, str]:
    """Ask /readyz on this machine, past any proxy; (0, reason) when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as failure:
        return 0, str(failure)
    finally:
        connection.close()
