"""Targets and progress: one pure rule each, used by alerting and by the pages."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Comparator(StrEnum):
    """Which side of the target is good."""

    at_least = ">="
    at_most = "<="


class Commitment(StrEnum):
    """What a target rests on. Only an agreed one may raise an alert; the others are shown."""

    agreed = "agreed"
    proposal = "proposal"
    estimate = "estimate"


class Target(BaseModel):
    """A value to reach by `due` (None: a standing norm). Same unit as the indicator."""

    model_config = ConfigDict(frozen=True)

    indicator: str
    territory: str
    period: str | None = None
    due: date | None = None
    value: Decimal
    comparator: Comparator = Comparator.at_least
    baseline: Decimal | None = None
    baseline_date: date | None = None
    commitment: Commitment = Commitment.agreed
    simulated: bool = False
    source: str = ""
    version: int = 1

    def met_by(self, value: Decimal) -> bool:
        """Say whether `value` reaches the target."""
        return value >= self.value if self.comparator is Comparator.at_least else value <= self.value

    def gap(self, value: Decimal) -> Decimal:
        """What is missing to the target, oriented: negative is behind, in the indicator's unit."""
        return value - self.value if self.comparator is Comparator.at_least else self.value - value


def progress(value: Decimal | None, target: Target) -> Decimal | None:
    """(value - baseline) / (target - baseline), unclipped; None when value or baseline is missing.

    When baseline equals target there is no way to go: 1 when the target is met, else 0.
    """
    if value is None or target.baseline is None:
        return None
    span = target.value - target.baseline
    if span == 0:
        return Decimal(1) if target.met_by(value) else Decimal(0)
    return (value - target.baseline) / span


def expected_at(target: Target, at: date) -> Decimal | None:
    """Value expected at a date on the straight line from baseline to target; None without a baseline or a due date.

    Before the baseline date it is the baseline, after the due date the target.
    """
    if target.baseline is None or target.baseline_date is None or target.due is None:
        return None
    whole = (target.due - target.baseline_date).days
    if whole <= 0 or at >= target.due:
        return target.value
    elapsed = max((at - target.baseline_date).days, 0)
    return target.baseline + (target.value - target.baseline) * Decimal(elapsed) / Decimal(whole)
