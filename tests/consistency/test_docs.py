"""What the documents promise is there: make targets, links, files, commands."""

import re
import shlex
from pathlib import Path

import pytest

from shared.runtime.cli import main as vigie
from tests.consistency.repository import ROOT, files, text

PAGES = [path for path in files() if path.suffix == ".md" and path.parts[0] != "tests"]
EACH = pytest.mark.parametrize("page", PAGES, ids=str)
TARGETS = set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), flags=re.MULTILINE))
SPANS = r"```.*?```|`[^`\n]+`"


def code_in(page: Path) -> str:
    """Everything that a page shows as code."""
    return "\n".join(re.findall(SPANS, text(page), flags=re.DOTALL))


@EACH
def test_every_make_target_named_exists(page: Path) -> None:
    """Whoever types what the page says gets what the page says."""
    named = set(re.findall(r"(?<![\w-])make ([a-z][a-z-]*)", code_in(page)))
    assert named <= TARGETS


def anchors(page: Path) -> set[str]:
    """Headings of a page, as the addresses that forges give them."""
    headings = re.findall(r"^#+ (.+)$", text(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH
def test_every_link_leads_somewhere(page: Path) -> None:
    """Relative links resolve inside the repository, headings included."""
    prose = re.sub(SPANS, "", text(page), flags=re.DOTALL)
    links = re.findall(r"\]\(<?([^)\s>]+)>?\)", prose) + re.findall(r"(?:src|href)=\"([^\"]+)\"", prose)
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = ((ROOT / page).parent / target).resolve() if target else ROOT / page
        assert path.exists(), f"{page} links to {link}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path.relative_to(ROOT)), f"{page} links to {link}"


@EACH
def test_every_file_named_exists(page: Path) -> None:
    """`services/…/x.py` in a page is a file, and `deploy/catalogue/` a folder."""
    named = re.findall(r"(?<![\w./-])(?:services|shared|deploy|tests|docs)/[\w./-]+", code_in(page))
    for name in named:
        path = ROOT / name.rstrip(".")
        assert path.exists() or path.with_suffix(".py").exists() or (path.parent.exists() and "." not in path.name), (
            f"{page} names {name}"
        )


def test_the_help_of_make_lists_what_people_type() -> None:
    """Targets that a page tells a reader to type have a sentence in `make help`."""
    explained = set(re.findall(r"^([a-z-]+):[^\n]*## ", text(Path("Makefile")), flags=re.MULTILINE))
    told = {
        name
        for page in (Path("README.md"), Path("docs/runbook.md"))
        for name in re.findall(r"(?<![\w-])make ([a-z][a-z-]*)", code_in(page))
    }
    assert told <= explained


def test_every_command_named_exists() -> None:
    """`vigie …` in a page is a command that the program knows."""
    for page in PAGES:
        for line in re.findall(r"`(?:\.venv/bin/)?vigie ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text(page)):
            with pytest.raises(SystemExit) as ended:
                vigie([*shlex.split(line), "--help"])
            assert ended.value.code == 0, f"{page}: vigie {line}"


def test_decisions_are_numbered() -> None:
    """docs/adr: 0001, 0002, …, each with a title and a decision."""
    records = sorted(path for path in files() if path.parts[:2] == ("docs", "adr") and path.suffix == ".md")
    numbers = [int(path.name[:4]) for path in records if path.name[:4].isdecimal()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(text(path).startswith("# ") for path in records)
