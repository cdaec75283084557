"""Who may import whom: the contracts of pyproject.toml hold, and name every module that says pure."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.consistency.repository import ROOT, text, under

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
PURE = {
    module
    for contract in CONTRACTS
    if contract["type"] == "forbidden" and "asyncpg" in contract["forbidden_modules"]
    for module in contract["source_modules"]
}


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the import linter on the packages of a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages that may be spoilt."""
    for package in ("services", "shared"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    """Nothing imports what it may not."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "planted", "broken"),
    [
        ("shared/computation/rollup.py", "import asyncpg", "figures are computed"),
        ("services/alerting/lifecycle.py", "from shared.runtime.settings import settings", "alerting judges"),
        ("services/dashboard/state.py", "from shared.catalogue import store", "dashboard decides"),
        ("services/ingestion/validate/__init__.py", "import httpx", "ingestion parses"),
        ("shared/domain/target.py", "import structlog", "pure modules"),
        ("shared/contracts/message.py", "from shared.runtime import clock", "inside shared"),
        ("services/alerting/routing.py", "from services.ingestion import notes", "services meet in Kafka"),
        ("shared/runtime/probes.py", "import services.dashboard", "shared never imports a service"),
    ],
    ids=lambda value: value if value.endswith(".py") else "",
)
def test_a_planted_import_is_caught(copy: Path, module: str, planted: str, broken: str) -> None:
    """Each contract breaks when it should, by the name that tells the reader why."""
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{planted}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout
    assert re.search(rf"^{broken}.* BROKEN", done.stdout, flags=re.MULTILINE), done.stdout


def test_whatever_says_that_it_is_pure_is_held_to_it() -> None:
    """A module whose first line says "pure" stands in a contract, itself or with its package."""
    for path in under("services", "shared", suffix=".py"):
        first = (ast.get_docstring(ast.parse(text(path))) or "").split("\n")[0]
        if not re.search(r"\bPURE\b|\bPure\b|: pure\b", first):
            continue
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        assert any(name == pure or name.startswith(f"{pure}.") for pure in PURE), f"{name} says that it is pure"
