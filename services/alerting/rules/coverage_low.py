"""After the due date, too few of those expected have reported for a territory's figures to be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from services.alerting.alert import Inputs
from services.alerting.rules.figure import text
from services.alerting.rules.verdict import Breach, Clear, Unknown, Verdict
from shared.domain.rule import Rule

_FIRE_BELOW, _CLEAR_AT = "0.8", "0.85"


@dataclass(frozen=True)
class Coverage:
    """Who reported one indicator. `simulated`: at least one of its figures is."""

    reported: int
    expected: int
    absent: list[str] = field(default_factory=list)
    simulated: bool = False

    @property
    def ratio(self) -> Decimal:
        return Decimal(self.reported) / Decimal(self.expected)


def evaluate(
    coverages: Mapping[str, Coverage], due_at: datetime, now: datetime, rule: Rule, *, is_open: bool = False
) -> Verdict:
    """Judge one collection in one territory by its least covered indicator: one message, not one per indicator."""
    asked = {code: c for code, c in coverages.items() if c.expected > 0}
    inputs: Inputs = {"due_at": due_at.isoformat()}
    if now <= due_at:
        return Clear("not_due", inputs)
    if not asked:
        return Unknown("nothing_expected", inputs)
    _, lowest = min(asked.items(), key=lambda item: (item[1].ratio, item[0]))
    name = "clear_at" if is_open else "fire_below"
    threshold = Decimal(str(rule.parameters.get(name, _CLEAR_AT if is_open else _FIRE_BELOW)))
    inputs |= {
        "coverage": text(round(lowest.ratio, 4)),
        "reported": lowest.reported,
        "expected_reports": lowest.expected,
        "absent": lowest.absent,
        "threshold": text(threshold),
        "indicators": sorted(code for code, c in asked.items() if c.ratio < threshold),
        "simulated": any(c.simulated for c in asked.values()),
    }
    if lowest.ratio < threshold:
        return Breach("too_few_reports", inputs)
    return Clear("enough_reports", inputs)
