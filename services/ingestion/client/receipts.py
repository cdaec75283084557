"""The receipt beside the file that it is about: whole, or not there."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from shared.runtime.errors import CommandError


def receipt_path(file: Path | None, folder: Path | None, feed: str, period: str | None) -> Path:
    """`FILE.recu.json` beside the file or in a folder; a nil return is named after its feed and period."""
    name = file.name if file else re.sub(r"[^\w.-]", "_", f"neant-{feed}-{period}")
    return (folder or (file.parent if file else Path())) / f"{name}.recu.json"


def keep(path: Path, receipt: dict[str, Any]) -> None:
    """Write a receipt so that no reader ever sees half of it; raises CommandError naming the folder."""
    text = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".recu-", delete=False) as half:
            try:
                half.write(text)
                half.flush()
                os.fsync(half.fileno())
            except OSError:
                Path(half.name).unlink(missing_ok=True)
                raise
        Path(half.name).replace(path)
    except OSError as error:
        number = receipt.get("id")
        msg = f"the file was received ({number}), but its receipt cannot be written to {path}: {error.strerror}"
        raise CommandError(msg) from error
