"""A seeded region and the dashboard as its own process: uvicorn, PostgreSQL, broker, nothing in memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.conftest import World
from tests.integration.dashboard.seed import PARIS_NOW, seed

ROOT = Path(__file__).resolve().parents[3]
READY_SECONDS = 30


class Dashboard:
    """The running service, its address and the log that it left."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        command = ["uvicorn", "--factory", "services.dashboard.app:build", "--port", str(port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--timeout-graceful-shutdown", "3"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def await_ready(self) -> None:
        """Wait for /readyz; fails with the log when it does not come."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        pytest.fail(f"the dashboard is not ready:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
async def seeded(world: World) -> World:
    """A world with one region in it."""
    world.set_clock(PARIS_NOW)
    connection = await asyncpg.connect(world.database_url)
    await seed(connection)
    await connection.close()
    return world


@pytest.fixture(scope="module")
def dashboard(seeded: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    environment = {**seeded.environment, "VIGIE_EXPORTER_SECONDS": "0.2", "VIGIE_ALERTING_URL": "http://127.0.0.1:9"}
    running = Dashboard(environment, tmp_path_factory.mktemp("dashboard") / "log")
    try:
        running.await_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture
def client(dashboard: Dashboard) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=dashboard.url) as opened:
        yield opened
