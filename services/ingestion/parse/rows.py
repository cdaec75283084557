"""What a file is once read: sheets of numbered rows of plain cells. Dates arrive as ISO text."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that shows something and says nothing: an error value, or a formula that nobody ever computed.

    `code`: `formula_error` or `formula_without_value`; `raw`: what stands there, `#REF!` or the formula.
    """

    code: str
    raw: str

    def __str__(self) -> str:
        return self.raw


Cell = str | int | float | bool | Broken | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a table may be. Beyond, a file is refused as too large, whatever it holds."""

    rows: int = 200_000
    columns: int = 1_000
    sheets: int = 50
    cells: int = 5_000_000
    merges: int = 20_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is what a spreadsheet shows on its left (1 first), or the rank of a JSON object."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both ends included: row numbers as in `Row.number`, columns from 0.

    Only the first cell of the range holds its value.
    """

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What reading the sheet took, for the receipt: a code with its sentence, and what fills it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `strict_width`: a cell beyond the header means a shifted row (CSV), not a remark in the margin.

    `epoch_1904`: day numbers count from 1904 (old Excel for Mac), not from 1900.
    """

    name: str
    rows: list[Row]
    hidden: bool = False
    strict_width: bool = False
    merges: list[Merge] = field(default_factory=list)
    epoch_1904: bool = False
    remarks: list[Remark] = field(default_factory=list)


# Too large, as opposed to unreadable: answered 413.
TOO_LARGE = frozenset(
    {
        "too_many_rows", "too_many_columns", "too_many_sheets", "too_many_cells_in_all", "too_many_merges",
        "workbook_too_large",
    }
)  # fmt: skip


def column_letters(position: int) -> str:
    """The letters that a spreadsheet shows above a column counted from 0: A, Z, AA."""
    letters, left = "", position + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


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
