"""Alert rules and their recipients: versioned data, never literals in code."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class RuleKind(StrEnum):
    """What a rule watches."""

    target_missed = "target_missed"
    off_trajectory = "off_trajectory"
    report_overdue = "report_overdue"
    coverage_low = "coverage_low"


class Severity(StrEnum):
    """How much it matters."""

    info = "info"
    warning = "warning"
    critical = "critical"


class Rule(BaseModel):
    """One rule in one version. `parameters` holds its thresholds; their names depend on the kind:

    target_missed: tolerance (share of the target that may be missing, 0-1).
    off_trajectory: fire_below, clear_at (value over expected, 0-1), confirmations (periods).
    report_overdue: none. coverage_low: fire_below, clear_at (coverage, 0-1), levels.
    Shares are decimals as text ("0.90"), so that a threshold is exactly what people wrote: read them with `share`.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: RuleKind
    version: int
    label: str
    severity: Severity
    enabled: bool = True
    parameters: dict[str, Any] = {}

    def share(self, name: str) -> Decimal:
        """One threshold as a number from 0 to 1; KeyError when the rule has no such parameter."""
        return Decimal(str(self.parameters[name]))


class Recipient(BaseModel):
    """Who is told: a role in a place, never a person. `rules` empty means every rule."""

    model_config = ConfigDict(frozen=True)

    code: str
    role: str
    label: str
    email: str
    territories: list[str]
    rules: list[str] = []
