"""What a test file holds before it has a format: sheets of cells, some of which only a spreadsheet can have."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Formula:
    """A formula and the result that its last computation left; None: nobody ever computed it."""

    text: str
    cached: float | None = None


@dataclass(frozen=True)
class Fault:
    """An error value such as #REF!, left by a formula that went wrong."""

    text: str


@dataclass(frozen=True)
class Percent:
    """A number stored as a fraction and shown as a percentage: 0.312 shows 31,2 %."""

    fraction: float


Value = str | int | float | bool | date | Formula | Fault | Percent | None


@dataclass(frozen=True)
class Grid:
    """One sheet. `merges` are ranges as spreadsheets write them: A1:C1."""

    rows: list[list[Value]]
    name: str = "Feuil1"
    hidden: bool = False
    merges: list[str] = field(default_factory=list)


def value_of(written: Any) -> Value:
    """A cell as the YAML of a case writes it."""
    if not isinstance(written, dict):
        return written
    ((kind, content), *more) = written.items()
    if kind == "formula":
        return Formula(content, dict(more).get("cached"))
    return {"error": Fault, "percent": Percent}[kind](content)


def box(reference: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a range, from 0."""
    corners = []
    for corner in reference.split(":"):
        letters = "".join(c for c in corner if c.isalpha())
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        corners += [int(corner[len(letters) :]) - 1, column - 1]
    return corners[0], corners[1], corners[2], corners[3]
