"""Ingestion as a process of its own on 127.0.0.1, for what only a real server shows: slow and cut bodies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.stack.ports import Reservation
from deploy.stack.process import stop
from deploy.stack.programs import service
from deploy.stack.readiness import await_ready
from tests.conftest import World

_READY_SECONDS = 40.0


@contextmanager
def serving(
    world: World, folder: Path, factory: str = "services.ingestion.app:build", **settings: str
) -> Iterator[int]:
    """The port of a service that runs until the block ends, on the database and topics of this module."""
    reservation = Reservation(["ingestion"])
    port = reservation.release("ingestion")
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **world.environment, **settings}
    child = service("ingestion", factory, port, folder, environment)
    try:
        await_ready(child, port, _READY_SECONDS, lambda: None)
        yield port
    finally:
        stop([child])
