"""Parts and wholes of one territory and period: a part above its whole, parts that do not make it, a declared total."""

from decimal import Decimal

from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Finding, compare, rounded, side_of
from shared.contracts.message import plain
from shared.domain.check import Check, CheckState, Relation
from shared.domain.observation import Basis


def part_of(check: Check, evidence: Evidence) -> Finding | None:
    """Each part at most the whole; None where neither is there."""
    whole, parts = _sides(check, evidence)
    present = {code: value for code, value in parts.items() if value is not None}
    if whole is None and not present:
        return None
    if whole is None or not present:
        return Finding(CheckState.unknown, whole, None, {"missing": _missing(check, whole, parts)})
    excess = {code: plain(value - whole) for code, value in present.items() if value > whole + Decimal(check.tolerance)}
    state = CheckState.fails if excess else CheckState.holds
    return Finding(state, whole, max(present.values()), {"excess": excess})


def sums_to(check: Check, evidence: Evidence) -> Finding | None:
    """All parts together equal to the whole; None where nothing of it is there."""
    whole, parts = _sides(check, evidence)
    present = [value for value in parts.values() if value is not None]
    if whole is None and not present:
        return None
    if whole is None or len(present) < len(parts):
        return Finding(CheckState.unknown, whole, None, {"missing": _missing(check, whole, parts)})
    total = sum(present, Decimal(0))
    return Finding(compare(total, Relation.equal, whole, Decimal(check.tolerance)), whole, total)


def declared_vs_computed(check: Check, evidence: Evidence) -> Finding | None:
    """The declared figure equal to Vigie's own; None where nothing was declared."""
    declared = evidence.newest(check.whole, Basis.declared)
    rollup = evidence.rollup(check.whole)
    if declared is None or declared.value is None:
        return None
    if rollup is None or rollup.basis is not Basis.computed or rollup.value is None:
        return Finding(CheckState.unknown, declared.value, None, {"reason": "nothing_computed"})
    computed = rounded(rollup.value, check.decimals or 0)
    state = compare(computed, Relation.equal, declared.value, Decimal(check.tolerance))
    partial = rollup.coverage is not None and rollup.coverage < 1
    if state is CheckState.fails and partial:
        # A part of the reporters cannot contradict a total over all of them.
        state = CheckState.unknown
    detail = {"coverage": None if rollup.coverage is None else plain(rollup.coverage), "partial": partial}
    return Finding(state, declared.value, computed, detail)


def _sides(check: Check, evidence: Evidence) -> tuple[Decimal | None, dict[str, Decimal | None]]:
    whole = side_of(evidence.rollup(check.whole), check.whole_operand or check.operand)
    return whole, {code: side_of(evidence.rollup(code), check.operand) for code in check.parts}


def _missing(check: Check, whole: Decimal | None, parts: dict[str, Decimal | None]) -> list[str]:
    return [code for code, value in {check.whole: whole, **parts}.items() if value is None]
