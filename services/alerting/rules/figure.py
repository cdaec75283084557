"""The figure that a rule judges, and whether it can be judged at all."""

from dataclasses import dataclass
from decimal import Decimal

from services.alerting.alert import Inputs
from services.alerting.rules.verdict import Unknown
from shared.contracts.message import plain
from shared.contracts.rollup import Rollup
from shared.domain.indicator import Indicator, Method
from shared.domain.observation import Basis, Status
from shared.domain.period import Period
from shared.domain.target import Comparator, Target
from shared.domain.territory import Level

_OWN_FIGURE = frozenset({Level.department, Level.metropole})
_MIN_COVERAGE = Decimal("0.8")


@dataclass(frozen=True)
class Figure:
    """One rollup with the indicator and the period that it is about."""

    indicator: Indicator
    period: Period
    rollup: Rollup

    @property
    def complete(self) -> bool:
        """Say whether everybody expected is in it. Without a list of who is expected, only one's own figure is."""
        if self.rollup.coverage is None:
            return self.rollup.level in _OWN_FIGURE
        return self.rollup.coverage >= 1

    def inputs(self) -> Inputs:
        """What anyone needs to check a decision about it."""
        r = self.rollup
        return {
            "period": self.period.code,
            "unit": self.indicator.unit,
            "value": text(r.value),
            "numerator": text(r.numerator),
            "denominator": text(r.denominator),
            "status": r.status.value,
            "basis": r.basis.value,
            "reported": r.reported,
            "expected_reports": r.expected,
            "absent": r.absent,
            "coverage": text(r.coverage),
            "rollup_version": r.version,
            "simulated": r.simulated,
        }


def text(number: Decimal | None) -> str | None:
    """A decimal as it is stored: a string, never a float."""
    return None if number is None else plain(number)


def unfit(figure: Figure, inputs: Inputs) -> Unknown | None:
    """Why this figure cannot be judged, if so."""
    if figure.rollup.value is None or figure.rollup.status is Status.withdrawn:
        return Unknown("no_value", inputs)
    if figure.rollup.basis is Basis.declared:
        return Unknown("declared_only", inputs)
    if figure.rollup.status is not Status.final:
        return Unknown("not_final", inputs)
    return None


def incomplete_verdict(figure: Figure, target: Target, *, met: bool, inputs: Inputs) -> Unknown | None:
    """Say why a figure without everybody decides nothing; None when it decides.

    A miss counts for a ratio that covers enough; a sum would only be short of the absentees. A success counts only if
    it holds whatever the absentees say, otherwise losing a department could close an alert.
    """
    r = figure.rollup
    if figure.complete:
        return None
    if met:
        worst = r.low if target.comparator is Comparator.at_least else r.high
        return None if worst is not None and target.met_by(worst) else Unknown("incomplete", inputs)
    if r.coverage is None:
        return Unknown("coverage_unknown", inputs)
    short_of_absentees = figure.rollup.method is not Method.ratio and target.comparator is Comparator.at_least
    if short_of_absentees or r.coverage < _MIN_COVERAGE:
        return Unknown("incomplete", inputs)
    return None
