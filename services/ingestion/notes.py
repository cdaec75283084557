"""What we tell the sender about one place of the file: a repair we made, or an error to correct."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.ingestion.parse.rows import Cell

LONGEST_RAW = 100
LONGEST_EXCERPT = 60
_EXACT = 1e15


class Severity(StrEnum):
    """A repair is accepted and said; an error keeps the figure out."""

    repair = "repair"
    error = "error"


@dataclass(frozen=True, slots=True)
class Note:
    """One remark. `column` is the header as written; `params` fill the sentence of `code` (wording.py).

    `position` is the column counted from 0, so that the cell can be found again. Of `params`, `value` is what a repair
    made of the cell and `proposal` what the sender might write instead.
    """

    code: str
    severity: Severity
    sheet: str = ""
    row: int | None = None
    column: str = ""
    raw: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    position: int | None = None


def shown(cell: Cell, longest: int = LONGEST_RAW) -> str | None:
    """A cell as the receipt repeats it: short, on one line."""
    if cell is None:
        return None
    if isinstance(cell, float):
        # 2014 and 12,5, as the sheet shows them.
        text = str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else str(cell).replace(".", ",")
    else:
        text = " ".join(str(cell).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
