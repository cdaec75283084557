"""The state of a figure shown to people, one named reason for each. Pure.

Five states, never merged: good, behind, late, unknown, in doubt. A figure that exists but that nothing allows to judge
(no agreed target, too few reporters, only declared) is none of them: it is shown without colour (`unjudged`), so that
neither green nor grey claims to know. The rules of completeness are those of the alerts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.dashboard.items import CheckItem, RollupItem
from shared.domain.check import CheckKind, CheckState
from shared.domain.collection import ReportState
from shared.domain.indicator import Method
from shared.domain.observation import Basis
from shared.domain.period import Period
from shared.domain.target import Commitment, Comparator, Target
from shared.domain.territory import Level

OWN_FIGURE = {Level.department, Level.metropole}
ENOUGH_COVERAGE = Decimal("0.8")


class State(StrEnum):
    """From the one that needs a person first."""

    in_doubt = "in_doubt"
    behind = "behind"
    late = "late"
    unknown = "unknown"
    good = "good"
    unjudged = "unjudged"


@dataclass(frozen=True)
class Verdict:
    """A state and why. `checks`: codes of the failing checks behind a doubt."""

    state: State
    reason: str
    checks: tuple[str, ...] = ()


def judge(
    rollup: RollupItem | None,
    target: Target | None,
    checks: Sequence[CheckItem] = (),
    report: ReportState | None = None,
) -> Verdict:
    """Judge one figure. `checks`: those of its territory and period that touch it. `report`: where its report stands.

    Without a figure nothing is judged: it is late when its report is overdue, else unknown. A doubt comes before the
    target, because a figure that cannot be right can neither meet nor miss one.
    """
    if rollup is not None and rollup.suppressed:
        # It is known, and nothing about it is told: neither that it meets its target nor that it misses it.
        return Verdict(State.unjudged, "suppressed")
    if rollup is None or rollup.value is None:
        if report is ReportState.overdue:
            return Verdict(State.late, "report_overdue")
        return Verdict(State.unknown, _NOTHING_BECAUSE.get(report, "no_figure"))
    failing = tuple(check.code for check in checks if check.state == CheckState.fails)
    if failing:
        return Verdict(State.in_doubt, "check_fails", failing)
    if target is None:
        return Verdict(State.unjudged, "no_target")
    if target.commitment is not Commitment.agreed:
        return Verdict(State.unjudged, "target_not_agreed")
    if rollup.basis == Basis.declared:
        return Verdict(State.unjudged, "declared_only")
    met = target.met_by(rollup.value)
    obstacle = _incomplete(rollup, target, met=met)
    if obstacle is not None:
        return Verdict(State.unjudged, obstacle)
    return Verdict(State.good, "target_met") if met else Verdict(State.behind, "target_missed")


_NOTHING_BECAUSE: dict[ReportState | None, str] = {ReportState.nil: "nil_return", ReportState.waived: "waived"}


def _incomplete(rollup: RollupItem, target: Target, *, met: bool) -> str | None:
    """Why a figure without everybody decides nothing; None when it decides.

    A success counts only if it holds whatever the absentees say. A miss counts for a rate that covers enough; a sum
    would only be short of the absentees.
    """
    if rollup.coverage is None:
        return None if rollup.level in OWN_FIGURE else "coverage_unknown"
    if rollup.coverage >= 1:
        return None
    if met:
        worst = rollup.low if target.comparator is Comparator.at_least else rollup.high
        return None if worst is not None and target.met_by(worst) else "incomplete"
    short_of_absentees = rollup.method != Method.ratio and target.comparator is Comparator.at_least
    return "incomplete" if short_of_absentees or rollup.coverage < ENOUGH_COVERAGE else None


def touches(check: CheckItem, indicator: str) -> bool:
    """Say whether a check puts this indicator in question.

    A stated percentage that does not match its counts says nothing against its denominator; a part larger than its
    whole says nothing against the other parts.
    """
    if not check.indicators or indicator not in check.indicators:
        return False
    whole = check.indicators[0]
    if check.kind in {CheckKind.ratio_of, CheckKind.declared_vs_computed}:
        return indicator == whole
    if check.kind == CheckKind.part_of and check.state == CheckState.fails:
        return indicator == whole or indicator in check.detail.get("excess", {})
    return True


def target_of(targets: Iterable[Target], period: str) -> Target | None:
    """The target that a figure of this period answers to, in its newest version.

    An agreed one before a proposal; then the one that names the period, one due inside it (the first), a standing norm.
    A later due date judges nothing yet: a trajectory does (shared.domain.target.expected_at).
    """
    span = Period.parse(period)

    def rank(target: Target) -> tuple[bool, int, int, int] | None:
        agreed = target.commitment is Commitment.agreed
        if target.period is not None:
            return (agreed, 3, 0, target.version) if target.period == period else None
        if target.due is None:
            return (agreed, 1, 0, target.version)
        within = span.start <= target.due <= span.end
        return (agreed, 2, -target.due.toordinal(), target.version) if within else None

    ranked = [(r, t) for t in targets if (r := rank(t)) is not None]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def attainment(value: Decimal, target: Target) -> Decimal | None:
    """Value over target, oriented so that 1 means met; None where the division says nothing."""
    over, under = (value, target.value) if target.comparator is Comparator.at_least else (target.value, value)
    return over / under if under > 0 and over >= 0 else None
