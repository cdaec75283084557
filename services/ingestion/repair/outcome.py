"""What reading one cell gives: a value with the repairs it took, or a reason with a proposal."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from services.ingestion.parse.rows import Broken, Cell
from shared.domain.observation import Status


class Number(NamedTuple):
    """A number, or a named kind of missing. Missing is never zero.

    `repairs` are codes of notes; `status` is what a mark behind the figure says; `percent`: written with a % sign;
    `qualifier`: `~` for what was written rounded, `6,34 M€`.
    """

    value: Decimal | None
    missing: str | None = None
    repairs: tuple[str, ...] = ()
    status: Status | None = None
    percent: bool = False
    qualifier: str = "="


@dataclass(frozen=True, slots=True)
class Code:
    """A canonical code (territory, period) and the repair that led to it, if any.

    `marked`: a footnote mark was taken off, and `status` is what it says of the row's figures.
    """

    code: str
    repair: str | None = None
    marked: bool = False
    status: Status | None = None

    @property
    def repairs(self) -> tuple[str, ...]:
        """Codes of the notes that this reading asks for."""
        found = (self.repair,) if self.repair else ()
        return (*found, "footnote_mark") if self.marked else found


@dataclass(eq=False)
class UnreadableError(ValueError):
    """This cell cannot be read without guessing. `params` usually hold a proposal: what the sender might write."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code

    def again(self) -> "UnreadableError":
        """The same reason, to be raised at another cell."""
        return UnreadableError(self.code, dict(self.params))


# No number, territory, period or status is longer; some patterns take quadratic time on what is.
LONGEST_CELL = 200
# A note or a source.
LONGEST_TEXT = 2_000


def refuse_long(cell: Cell, most: int = LONGEST_CELL) -> None:
    """Raise UnreadableError (cell_too_long) before any pattern looks at a text that cannot be a figure."""
    if isinstance(cell, str) and len(cell) > most:
        raise UnreadableError("cell_too_long", {"length": len(cell), "most": most})


def refuse_broken(cell: Cell) -> None:
    """Raise UnreadableError at a cell that shows an error: it is neither blank, nor zero, nor a text."""
    if isinstance(cell, Broken):
        raise UnreadableError(cell.code)
