"""Evaluate one check at one place."""

from collections.abc import Callable
from decimal import localcontext

from shared.computation.arithmetic import WIDE
from shared.computation.checks.compares import compares
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.neighbours import child_with_parent, jump, unchanged_copy
from shared.computation.checks.outcome import Finding, Outcome
from shared.computation.checks.ratios import ratio_of
from shared.computation.checks.statements import conflicting_sources, repeated_line
from shared.computation.checks.wholes import declared_vs_computed, part_of, sums_to
from shared.domain.check import Check, CheckKind, CheckState

_NAMED: dict[CheckKind, Callable[[Check, Evidence], Finding | None]] = {
    CheckKind.part_of: part_of,
    CheckKind.sums_to: sums_to,
    CheckKind.declared_vs_computed: declared_vs_computed,
    CheckKind.ratio_of: ratio_of,
    CheckKind.compares: compares,
    CheckKind.unchanged_copy: unchanged_copy,
}
_ANY: dict[CheckKind, Callable[[Check, str, Evidence], Finding | None]] = {
    CheckKind.conflicting_sources: conflicting_sources,
    CheckKind.repeated_line: repeated_line,
    CheckKind.child_with_parent: child_with_parent,
    CheckKind.jump: jump,
}


def evaluate(check: Check, evidence: Evidence, subject: str = "") -> Outcome | None:
    """What a check finds where the evidence stands; None when it does not apply: nothing to compare is there.

    `subject`: the indicator to look at, for the kinds that look at one after the other.
    """
    try:
        with localcontext(WIDE):
            finding = _ANY[check.kind](check, subject, evidence) if subject else _NAMED[check.kind](check, evidence)
    except ArithmeticError as error:
        # A figure beyond a hundred digits: its own check says so, and those of everybody else go on.
        detail = {"reason": "not_computable", "error": type(error).__name__}
        finding = Finding(CheckState.unknown, detail=detail, indicators=(subject,) if subject else ())
    if finding is None:
        return None
    return Outcome(
        check=check,
        subject=subject,
        territory=evidence.territory,
        period=evidence.period,
        indicators=list(finding.indicators) or check.indicators(),
        state=finding.state,
        expected=finding.expected,
        computed=finding.computed,
        detail=finding.detail,
        inputs=evidence.digest(check.model_dump_json()),
        simulated=evidence.simulated,
    )
