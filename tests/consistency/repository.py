"""The repository as its own tests see it: what is in it, not what lies around it."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or could be committed, relative to the root."""
    # Asked as any user: the checkout may belong to somebody else.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(path for path in paths if (ROOT / path).is_file())


def under(*folders: str, suffix: str = "") -> list[Path]:
    """Files of some top folders with a suffix."""
    return [path for path in files() if path.parts[0] in folders and path.name.endswith(suffix)]


@cache
def text(path: Path) -> str:
    """What a file says; nothing for one that is not text, or is gone since it was listed."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def code_of(folder: Path, but: str = r"^$") -> str:
    """All Python of a folder but the files whose names match, in one text."""
    python = (path for path in files() if path.is_relative_to(folder) and path.suffix == ".py")
    return "\n".join(text(path) for path in python if not re.search(but, path.name))


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    """Every place where a pattern stands, as file:line: text."""
    expression = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), 1)
        if expression.search(line)
    ]
