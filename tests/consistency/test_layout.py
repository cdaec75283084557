"""The house stays as it was drawn: its top level, the size of its files, and what no file may hold."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.consistency.repository import ROOT, code_of, files, lines_with, text, under

TOP = {"services", "shared", "deploy", "tests", "docs"}
TOP_FILES = {"docker-compose.yml", "Makefile", "README.md", "pyproject.toml", "LICENSE", "CHANGELOG.md"}
LONGEST = 400
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base"}
SOURCES = [path for path in under("services", "shared", suffix=".py") if path.name != "__init__.py"]


def test_the_top_level_holds_what_it_should() -> None:
    """Five folders, six files, lock files and dot files."""
    for path in files():
        first = path.parts[0]
        if len(path.parts) == 1:
            lock = re.fullmatch(r"requirements(-[a-z]+)?\.lock", first)
            assert first in TOP_FILES or first.startswith(".") or lock, f"{path} stands at the top"
        else:
            assert first in TOP or first.startswith("."), f"{first}/ stands at the top"


def test_what_must_be_at_the_top_is_there() -> None:
    """A newcomer finds these without looking."""
    assert {path.parts[0] for path in files()} >= TOP | TOP_FILES


def test_no_source_file_is_too_long() -> None:
    """At 400 lines a file is two files."""
    paths = [p for p in under("services", "shared", "deploy") if p.suffix in {".py", ".sql", ".html", ".js", ".css"}]
    long = {str(path): text(path).count("\n") for path in paths if text(path).count("\n") > LONGEST}
    assert long == {}


def test_every_module_is_named_after_what_it_does() -> None:
    """A module called utils is where things go that nobody has thought about."""
    named = [path for path in files() if path.suffix == ".py" and NAMELESS & {path.stem, *path.parts[:-1]}]
    assert named == []


@pytest.mark.parametrize("package", ["services", "shared"])
def test_packages_are_regular_and_import_nothing(package: str) -> None:
    """Each folder with code has an __init__ that imports nothing, or import rules would break by accident."""
    folders = {path.parent for path in under(package, suffix=".py")}
    for folder in folders:
        init = folder / "__init__.py"
        assert init in files(), f"{folder} has no __init__.py"
        assert not re.search(r"^\s*(import|from)\s", text(init), flags=re.MULTILINE), f"{init} imports"


def test_every_module_says_what_it_is() -> None:
    """Each module begins with a sentence."""
    assert [path for path in SOURCES if not text(path).startswith('"""')] == []


def test_the_clock_and_the_environment_have_one_reader() -> None:
    """Ruff bans datetime.now and os.environ; nobody has talked it out of it."""
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    excused = {glob for glob, rules in ignores["per-file-ignores"].items() if "TID251" in rules}
    assert excused == {"tests/**", "deploy/**", "shared/runtime/settings.py", "shared/runtime/clock.py"}
    assert lines_with(r"noqa:.*TID251|ruff:\s*noqa(?!:\s*[A-Z])|type:\s*ignore(?!\[)", SOURCES) == []
    others = [path for path in SOURCES if path.name not in {"clock.py", "settings.py"}]
    assert lines_with(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\bos\.(environ|getenv)\b", others) == []


def test_real_time_is_for_leases_and_timeouts() -> None:
    """Whoever reads real time beside the one clock is known here, with the reason."""
    known = {
        "shared/runtime/clock.py": "the clock itself",
        "services/aggregator/consumer.py": "when a figure moved, which bounds its wait for the rest of its file",
        "services/aggregator/checking.py": "how long a figure has waited for the rest of its file",
        "services/ingestion/attempts/ledger.py": "what a token sent in the last minute and hour",
        "services/alerting/consumer.py": "how long a figure has waited for the rest of its file",
        "services/alerting/delivery.py": "leases, and when to try again",
        "services/alerting/sitting.py": "when a message may first be sent",
        "services/dashboard/exporter.py": "how old the exported snapshot is",
    }
    found = {line.split(":")[0] for line in lines_with(r"\bSystemClock\(\)|\btime\.time\(", SOURCES)}
    assert found == set(known)


def test_no_host_of_ours_and_no_path_of_a_machine_is_written_down() -> None:
    """A clone works anywhere: no package index, proxy or home folder of whoever wrote it."""
    own = Path("tests/consistency/test_layout.py")
    texts = [path for path in files() if path != own and path.suffix not in {".woff2", ".png", ".xlsx"}]
    assert lines_with(r"(?<![\w.])/(work|home/\w+|Users/\w+)/(?!\*)", texts) == []
    assert (
        lines_with(
            r"(?i)(index-url|trusted-host|extra-index|\"resolved\": ?\"http|https?://[^/\s\"']*(artifact|nexus|mirror))",
            texts,
        )
        == []
    )
    locks = [path for path in files() if path.suffix == ".lock"]
    assert lines_with(r"https?://", locks) == []


def test_locks_pin_everything_by_hash() -> None:
    """Each requirement has a version and at least one digest."""
    for path in (p for p in files() if p.suffix == ".lock"):
        requirements = re.findall(
            r"^([a-z0-9][^\s;]*).*?\\\n((?:\s+--hash=sha256:[0-9a-f]{64}.*\n)*)", text(path), re.MULTILINE
        )
        assert requirements
        assert all("==" in name and hashes for name, hashes in requirements), path


def test_no_secret_is_in_the_example() -> None:
    """.env is ignored by git, passwords and keys of .env.example are empty."""
    assert ".env" in text(Path(".gitignore")).splitlines()
    assert Path(".env") not in files()
    given = re.findall(r"^\w*(?:PASSWORD|KEYS)=(.*)$", text(Path(".env.example")), re.MULTILINE)
    assert given
    assert not any(given)


def test_tests_are_told_apart_by_their_place() -> None:
    """Nothing in services/ or shared/ knows of the tests or of the launcher."""
    for package in ("services", "shared"):
        assert not re.search(r"^\s*(from|import) (tests|deploy)\b", code_of(Path(package)), flags=re.MULTILINE)
