"""PURE. The state machine of one episode: from pending or firing to resolved, withdrawn or superseded.

Nothing here reads a clock or a table. Data that is missing changes no state: only a known figure closes an alert.
"""

from datetime import date, timedelta

from services.alerting.alert import Alert, State
from services.alerting.rules.verdict import Breach, Clear, Unknown, Verdict
from services.alerting.transition import Commitment, Kind, Transition
from shared.domain.rule import RuleKind

LONGEST_COMMITMENT = timedelta(days=366)


class CannotAcknowledgeError(ValueError):
    """The alert is not firing, or the commitment date makes no sense. `field` names what to change, if a field."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


# A condition that ended for one of these reasons should never have fired, or may no longer be asked.
_VOIDED_BY = {
    "no_agreed_target": "target_changed",
    "not_due": "deadline_changed",
    "waived": "duty_waived",
    "not_expected": "collection_changed",
    "received_in_time": "received_in_time",
    "rule_removed": "rule_changed",
}
_ABOUT_A_FIGURE = frozenset({RuleKind.target_missed, RuleKind.off_trajectory})


def decide(current: Alert | None, verdict: Verdict, rule_version: int) -> Transition | None:
    """What a verdict changes to the open episode of its key, or None when it changes nothing."""
    if current is None or not current.open:
        return _open(verdict)
    state = current.state
    match verdict:
        case Unknown():
            return None
        case Breach(confirmed=True) if state is State.pending:
            return Transition(state, State.firing, verdict.reason, verdict.inputs, Kind.opened)
        case Breach() if state is State.recovering:
            return Transition(state, _before_recovering(current), verdict.reason, verdict.inputs)
        case Breach():
            return None
        case Clear() if state is State.pending:
            return Transition(state, State.resolved, verdict.reason, verdict.inputs)
        case Clear(confirmed=False):
            if state is State.recovering:
                return None
            return Transition(state, State.recovering, verdict.reason, verdict.inputs)
        case Clear():
            return _close(current, verdict, rule_version)


def decide_earlier(current: Alert, later: Verdict) -> Transition | None:
    """What the verdict on a later period changes to an episode still open about an earlier one."""
    match later:
        case Breach(confirmed=True):
            return Transition(current.state, State.superseded, "later_period_behind", later.inputs)
        case Clear(reason="no_agreed_target"):
            return None
        case Clear(confirmed=True):
            kind = None if current.state is State.pending else Kind.resolved
            return Transition(current.state, State.resolved, "later_period_on_trajectory", later.inputs, kind)
        case Clear() if current.state in {State.firing, State.acknowledged}:
            return Transition(current.state, State.recovering, "later_period_on_trajectory", later.inputs)
        case _:
            return None


def acknowledge(current: Alert, commitment: Commitment, today: date, actor: str) -> Transition:
    """A person takes the alert on until a date; raises CannotAcknowledgeError. It never resolves anything."""
    if current.state is not State.firing:
        msg = f"alert {current.id} is {current.state.value}; only a firing alert can be acknowledged"
        raise CannotAcknowledgeError(msg)
    if not today <= commitment.until <= today + LONGEST_COMMITMENT:
        msg = f"commitment_date must lie between {today} and {today + LONGEST_COMMITMENT}"
        raise CannotAcknowledgeError(msg, "commitment_date")
    return Transition(
        State.firing, State.acknowledged, "acknowledged", current.inputs, Kind.acknowledged, actor, commitment
    )


def expire_commitment(current: Alert, today: date) -> Transition | None:
    """Reopen an acknowledged alert whose commitment date is over and whose condition still holds."""
    if current.state is not State.acknowledged or current.commitment_date is None or today <= current.commitment_date:
        return None
    commitment = Commitment(current.owner or "", current.ack_reason or "", current.commitment_date)
    return Transition(
        State.acknowledged,
        State.firing,
        "commitment_passed",
        current.inputs,
        Kind.reopened,
        commitment=commitment,
    )


def _open(verdict: Verdict) -> Transition | None:
    match verdict:
        case Breach(confirmed=True):
            return Transition(None, State.firing, verdict.reason, verdict.inputs, Kind.opened)
        case Breach():
            return Transition(None, State.pending, verdict.reason, verdict.inputs)
        case _:
            return None


def _close(current: Alert, verdict: Clear, rule_version: int) -> Transition:
    if verdict.reason in _VOIDED_BY:
        reason, to_state = _VOIDED_BY[verdict.reason], State.withdrawn
    elif current.subject.kind in _ABOUT_A_FIGURE:
        reason, to_state = _what_changed(current, verdict, rule_version), State.withdrawn
    else:
        reason, to_state = verdict.reason, State.resolved
    return Transition(current.state, to_state, reason, verdict.inputs, Kind(to_state.value))


def _what_changed(current: Alert, verdict: Clear, rule_version: int) -> str:
    """Why a past figure no longer breaks its rule: another figure, another target, or another rule."""
    before, now = current.inputs, verdict.inputs
    if before.get("rollup_version") != now.get("rollup_version"):
        return "figure_corrected"
    if any(before.get(name) != now.get(name) for name in ("target", "comparator", "target_due", "baseline")):
        return "target_changed"
    return "rule_changed" if current.rule_version != rule_version else "figure_corrected"


def _before_recovering(current: Alert) -> State:
    """An acknowledged alert falls back to acknowledged; its commitment is looked at on the next tick."""
    return State.acknowledged if current.owner is not None else State.firing
