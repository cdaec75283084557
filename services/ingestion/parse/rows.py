"""What a file is once read: sheets of numbered rows of plain cells. Dates arrive as ISO text."""

from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | bool | None

# Far above any feed of 101 departments, far below what would keep a machine busy.
MOST_ROWS = 20_000
MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is what a spreadsheet shows on its left (1 first), or the rank of a JSON object."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `strict_width`: a cell beyond the header means a shifted row (CSV), not a remark in the margin."""

    name: str
    rows: list[Row]
    hidden: bool = False
    strict_width: bool = False


@dataclass(eq=False)
class FileRefusedError(Exception):
    """The whole file cannot be used. `code` and `params` make the sentence; `row` and `column` the place, if any."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        return self.code


def check_size(rows: int, cells: int, sheet: str = "") -> None:
    """Refuse a table that no feed can be."""
    if rows > MOST_ROWS or cells > MOST_CELLS:
        raise FileRefusedError("too_many_rows", {"most": MOST_ROWS}, sheet)
