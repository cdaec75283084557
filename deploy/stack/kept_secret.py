"""A secret of one data folder: drawn once, readable by its owner only, the same at every later start."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, digits: int = 32) -> str:
    """Return the secret kept at `path`, hexadecimal; made the first time."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(digits // 2))
    return path.read_text().strip()
