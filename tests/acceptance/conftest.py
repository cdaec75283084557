"""The campaign of the demonstration, run once on real processes; every test reads what it showed."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BROKER

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 240


@dataclass(frozen=True)
class Smoke:
    """What `make smoke` left: its exit code, the last line as data, and what it complained about."""

    code: int
    shown: dict[str, Any]
    complaints: str

    def figure(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.shown["figures"][key]
        return found

    def alerts(self, rule: str, *states: str) -> list[dict[str, Any]]:
        return [a for a in self.shown["alerts"].get(rule, []) if not states or a["state"] in states]

    def check(self, code: str, territory: str = "REG-76") -> dict[str, Any]:
        return next(c for c in self.shown["checks"] if (c["code"], c["territory"]) == (code, territory))


@pytest.fixture(scope="session")
def smoke() -> Smoke:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--smoke", "--broker", BROKER],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    last = (done.stdout.strip().splitlines() or [""])[-1]
    assert last.startswith("{"), f"no JSON in the end (exit code {done.returncode}):\n{done.stdout}\n{done.stderr}"
    return Smoke(done.returncode, json.loads(last), done.stderr)
