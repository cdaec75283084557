"""A stated percentage against its own counts, with the denominator that it implies."""

from decimal import Decimal

from shared.computation.arithmetic import divide
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Finding, decimals_of, rounded, side_of
from shared.contracts.message import plain
from shared.domain.check import Check, CheckState
from shared.domain.observation import Basis

SHOWN_DECIMALS = 2


def ratio_of(check: Check, evidence: Evidence) -> Finding | None:
    """The percentage equal to numerator / denominator at its own decimals; None without its numerator."""
    figure = evidence.newest(check.whole, Basis.declared) or evidence.newest(check.whole, Basis.reported)
    if figure is None or figure.value is None or figure.numerator is None:
        return None
    denominator, taken_from = figure.denominator, check.whole
    if denominator is None and check.denominator_indicator is not None:
        taken_from = check.denominator_indicator
        denominator = _reference(check, evidence, figure.basis)
    implied = divide(figure.numerator, figure.value, 100)
    detail = {
        "numerator": plain(figure.numerator),
        "denominator": None if denominator is None else plain(denominator),
        "denominator_from": taken_from,
        "basis": figure.basis.value,
        "implied_denominator": None if implied is None else plain(rounded(implied, 0)),
    }
    ratio = None if denominator is None else divide(figure.numerator, denominator, 100)
    if ratio is None:
        return Finding(CheckState.unknown, figure.value, None, detail)
    # A percentage is held to the decimals it was stated with: neither 48,7 % nor 49 % is wrong where 48.69 % is right.
    decimals = decimals_of(figure.value)
    within = max(Decimal(check.tolerance), Decimal("0.5").scaleb(-decimals))
    state = CheckState.holds if abs(ratio - figure.value) <= within else CheckState.fails
    return Finding(state, figure.value, rounded(ratio, max(decimals, SHOWN_DECIMALS)), detail)


def _reference(check: Check, evidence: Evidence, basis: Basis) -> Decimal | None:
    """The denominator stated elsewhere: on the same basis first, else the figure that Vigie shows."""
    indicator = check.denominator_indicator or ""
    stated = side_of(evidence.newest(indicator, basis), check.denominator_operand)
    return side_of(evidence.rollup(indicator), check.denominator_operand) if stated is None else stated
