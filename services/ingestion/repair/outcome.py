"""What reading one cell gives: a value with the repairs it took, or a reason with a proposal."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shared.domain.observation import Status


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a named kind of missing. Missing is never zero.

    `repairs` are codes of notes; `status` is what a mark behind the figure says; `percent`: written with a % sign.
    """

    value: Decimal | None
    missing: str | None = None
    repairs: tuple[str, ...] = ()
    status: Status | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A canonical code (territory, period) and the repair that led to it, if any."""

    code: str
    repair: str | None = None


@dataclass(eq=False)
class UnreadableError(ValueError):
    """This cell cannot be read without guessing. `params` usually hold a proposal."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code
