"""Observations: one value of one indicator for one territory and one period, from one source."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How sure the reporter is of the value."""

    final = "final"
    provisional = "provisional"
    estimated = "estimated"
    withdrawn = "withdrawn"


class Basis(StrEnum):
    """Whose figure: the reporter's own, a total stated over others, or computed by Vigie."""

    reported = "reported"
    declared = "declared"
    computed = "computed"


@dataclass(frozen=True, order=True)
class Cell:
    """What versions of one observation share: a later submission replaces an earlier one inside it."""

    indicator: str
    territory: str
    period: str
    source: str
    basis: Basis
