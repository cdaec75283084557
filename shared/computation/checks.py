"""The check engine: declared comparisons between figures of one territory and one period. Pure.

A check flags a figure as in doubt. It never edits, refuses or holds back anything; a missing operand is `unknown`,
which is neither fine nor wrong.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from shared.computation.aggregation import WIDE, divide
from shared.computation.figure import Figure, newest_by_territory
from shared.contracts.message import plain
from shared.contracts.rollup import Rollup
from shared.domain.check import Check, CheckKind, CheckState, Operand
from shared.domain.observation import Basis


@dataclass(frozen=True)
class Outcome:
    """What a check found. `expected` and `computed` are the two sides compared, in the unit of the figure."""

    check: Check
    territory: str
    period: str
    state: CheckState
    expected: Decimal | None
    computed: Decimal | None
    detail: dict[str, Any]
    inputs: str
    simulated: bool

    @property
    def difference(self) -> Decimal | None:
        """Computed minus expected."""
        if self.expected is None or self.computed is None:
            return None
        return self.computed - self.expected


@dataclass
class Evidence:
    """Every figure of one territory and period that a check may look at."""

    territory: str
    period: str
    rollups: dict[str, Rollup] = field(default_factory=dict)
    figures: dict[str, list[Figure]] = field(default_factory=dict)

    def declared(self, indicator: str) -> Figure | None:
        """The newest standing declared figure."""
        return self._newest(indicator, Basis.declared)

    def reported(self, indicator: str) -> Figure | None:
        """The newest standing figure of the territory itself."""
        return self._newest(indicator, Basis.reported)

    def _newest(self, indicator: str, basis: Basis) -> Figure | None:
        figure = newest_by_territory(self.figures.get(indicator, []), basis).get(self.territory)
        return None if figure is None or figure.withdrawn else figure


def evaluate(check: Check, evidence: Evidence) -> Outcome | None:
    """Evaluate one check; None when nothing of its whole or parts exists here, so that it does not apply."""
    with localcontext(WIDE):
        return _EVALUATORS[check.kind](check, evidence)


def _part_of(check: Check, evidence: Evidence) -> Outcome | None:
    whole = _side(evidence.rollups.get(check.whole), check.whole_operand or check.operand)
    parts = {code: _side(evidence.rollups.get(code), check.operand) for code in check.parts}
    present = {code: value for code, value in parts.items() if value is not None}
    if whole is None and not present:
        return None
    if whole is None or not present:
        return _outcome(check, evidence, CheckState.unknown, whole, None, {"missing": _missing(check, evidence)})
    excess = {code: plain(value - whole) for code, value in present.items() if value > whole + Decimal(check.tolerance)}
    state = CheckState.fails if excess else CheckState.holds
    return _outcome(check, evidence, state, whole, max(present.values()), {"excess": excess})


def _sums_to(check: Check, evidence: Evidence) -> Outcome | None:
    whole = _side(evidence.rollups.get(check.whole), check.whole_operand or check.operand)
    parts = {code: _side(evidence.rollups.get(code), check.operand) for code in check.parts}
    if whole is None and all(value is None for value in parts.values()):
        return None
    present = [value for value in parts.values() if value is not None]
    if whole is None or len(present) < len(parts):
        return _outcome(check, evidence, CheckState.unknown, whole, None, {"missing": _missing(check, evidence)})
    total = sum(present, Decimal(0))
    return _outcome(check, evidence, _equal(check, total, whole), whole, total, {})


def _declared_vs_computed(check: Check, evidence: Evidence) -> Outcome | None:
    declared = evidence.declared(check.whole)
    rollup = evidence.rollups.get(check.whole)
    if declared is None or declared.value is None:
        return None
    if rollup is None or rollup.basis is not Basis.computed or rollup.value is None:
        return _outcome(check, evidence, CheckState.unknown, declared.value, None, {"reason": "nothing_computed"})
    computed = _rounded(rollup.value, check.decimals)
    state = _equal(check, computed, declared.value)
    partial = rollup.coverage is not None and rollup.coverage < 1
    if state is CheckState.fails and partial:
        # A part of the reporters cannot contradict a total over all of them.
        state = CheckState.unknown
    detail = {"coverage": None if rollup.coverage is None else plain(rollup.coverage), "partial": partial}
    return _outcome(check, evidence, state, declared.value, computed, detail)


def _ratio_of(check: Check, evidence: Evidence) -> Outcome | None:
    figure = evidence.declared(check.whole) or evidence.reported(check.whole)
    if figure is None or figure.value is None or figure.numerator is None:
        return None
    denominator, taken_from = figure.denominator, check.whole
    if denominator is None and check.denominator_indicator is not None:
        taken_from = check.denominator_indicator
        denominator = _reference(evidence, check, figure.basis)
    implied = divide(figure.numerator, figure.value, 100)
    detail = {
        "numerator": plain(figure.numerator),
        "denominator": None if denominator is None else plain(denominator),
        "denominator_from": taken_from,
        "basis": figure.basis.value,
        "implied_denominator": None if implied is None else plain(_rounded(implied, 0)),
    }
    ratio = None if denominator is None else divide(figure.numerator, denominator, 100)
    if ratio is None:
        return _outcome(check, evidence, CheckState.unknown, figure.value, None, detail)
    # A percentage is held to the decimals it was stated with: neither 48,7 % nor 49 % is wrong where 48.69 % is right.
    decimals = _decimals(figure.value)
    within = max(Decimal(check.tolerance), Decimal("0.5").scaleb(-decimals))
    state = CheckState.holds if abs(ratio - figure.value) <= within else CheckState.fails
    return _outcome(check, evidence, state, figure.value, _rounded(ratio, decimals), detail)


_EVALUATORS: dict[CheckKind, Callable[[Check, Evidence], Outcome | None]] = {
    CheckKind.part_of: _part_of,
    CheckKind.sums_to: _sums_to,
    CheckKind.declared_vs_computed: _declared_vs_computed,
    CheckKind.ratio_of: _ratio_of,
}


def _reference(evidence: Evidence, check: Check, basis: Basis) -> Decimal | None:
    """The denominator stated elsewhere: on the same basis first, else the figure that Vigie shows."""
    indicator = check.denominator_indicator or ""
    same = evidence.declared(indicator) if basis is Basis.declared else evidence.reported(indicator)
    stated = _side(same, check.denominator_operand)
    return _side(evidence.rollups.get(indicator), check.denominator_operand) if stated is None else stated


def _side(figure: Rollup | Figure | None, operand: Operand) -> Decimal | None:
    """The side of a figure that is compared."""
    if figure is None:
        return None
    sides = {Operand.value: figure.value, Operand.numerator: figure.numerator, Operand.denominator: figure.denominator}
    return sides[operand]


def _equal(check: Check, computed: Decimal, expected: Decimal) -> CheckState:
    return CheckState.holds if abs(computed - expected) <= Decimal(check.tolerance) else CheckState.fails


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _decimals(value: Decimal) -> int:
    """How many decimals a figure was stated with."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _missing(check: Check, evidence: Evidence) -> list[str]:
    return [code for code in [check.whole, *check.parts] if code not in evidence.rollups]


def _outcome(
    check: Check,
    evidence: Evidence,
    state: CheckState,
    expected: Decimal | None,
    computed: Decimal | None,
    detail: dict[str, Any],
) -> Outcome:
    codes = check.indicators()
    rollups = [evidence.rollups[c] for c in codes if c in evidence.rollups]
    figures = [f for c in codes for f in evidence.figures.get(c, [])]
    return Outcome(
        check=check,
        territory=evidence.territory,
        period=evidence.period,
        state=state,
        expected=expected,
        computed=computed,
        detail=detail,
        inputs=_digest(check, evidence, figures),
        simulated=any(r.simulated for r in rollups) or any(f.simulated for f in figures),
    )


def _digest(check: Check, evidence: Evidence, figures: Sequence[Figure]) -> str:
    """Names what was compared, so that the history holds one row for each set of inputs."""
    rollups = [f"{c}:{evidence.rollups[c].version}" for c in check.indicators() if c in evidence.rollups]
    seqs = sorted(f"{f.indicator}:{f.source}:{f.basis.value}:{f.submission_seq}" for f in figures)
    return hashlib.sha256("|".join([check.model_dump_json(), *rollups, *seqs]).encode()).hexdigest()[:16]
