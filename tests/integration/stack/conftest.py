import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.stack import procfs
from deploy.stack.options import CHECKOUT, StackOptions
from deploy.stack.stack import Stack

DUMMY = "tests.integration.stack.dummy_services"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Broker, database and mailbox; services are dummies, started by the tests."""
    options = StackOptions(
        data=tmp_path_factory.mktemp("stack"),
        ports="free",
        services=False,
        migrate=False,
        durable=False,
        service_factories={
            "ingestion": f"{DUMMY}:with_child",
            "alerting": f"{DUMMY}:healthy",
            "aggregator": f"{DUMMY}:broken",
        },
    )
    with Stack(options) as running:
        yield running


@pytest.fixture
def is_gone():
    """Tell whether a pid has ended; a zombie has."""
    return lambda pid: procfs.start_time(pid) is None


@pytest.fixture
def launch(tmp_path: Path):
    """Start `python -m deploy.stack up` as people do; whatever remains is killed at the end."""
    started = []

    def _launch(*more: str, data: Path = tmp_path / "data") -> tuple["subprocess.Popen[str]", dict]:
        command = [sys.executable, "-m", "deploy.stack", "up", "--ports", "free", f"--data={data}"]
        process = subprocess.Popen(
            [*command, "--without-services", "--without-migrations", *more],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            try:
                run = json.loads((data / "stack.json").read_text())
            except (OSError, ValueError):
                run = {}
            if run.get("ready") and run["launcher"]["pid"] == process.pid:
                return process, run
            time.sleep(0.05)
        raise AssertionError(f"the stack did not start: {process.communicate(timeout=5)[0]}")

    yield _launch
    for process in started:
        if process.poll() is None:
            os.kill(process.pid, 9)
        process.communicate()
