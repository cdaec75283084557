"""Where a wheel put its programs, without importing the wheel (some act on import)."""

from importlib.util import find_spec
from pathlib import Path


def folder_of(package: str) -> Path | None:
    """Return the installed folder of a package; None when it is not installed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])
