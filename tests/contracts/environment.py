"""The settings section of .env.example, as shared.runtime.settings says it."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from shared.runtime.settings import Settings

PATH = Path(__file__).parents[2] / ".env.example"
MARKER = "# --- settings of the services"


def with_current_settings(text: str) -> str:
    """The file with everything after the paragraph of the marker written again."""
    head, _, rest = text.partition(MARKER)
    intro = rest.split("\n\n", 1)[0]
    return f"{head}{MARKER}{intro}\n\n" + "\n".join(_lines()) + "\n"


def _lines() -> list[str]:
    lines = []
    for name, field in Settings.model_fields.items():
        lines += [f"# {field.description}", f"# VIGIE_{name.upper()}={_written(field.default)}"]
    return lines


def _written(default: Any) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)
