"""PURE. An episode after a decision."""

from dataclasses import replace
from datetime import datetime

from services.alerting.alert import OPEN, Alert, DataStatus, Inputs, State, Subject, alert_id
from services.alerting.rules.verdict import Unknown, Verdict
from services.alerting.transition import Commitment, Transition
from shared.domain.rule import Rule


def born(subject: Subject, rule: Rule, episode: int, transition: Transition, at: datetime) -> Alert:
    """The first state of a new episode."""
    return Alert(
        id=alert_id(subject.key, episode),
        key=subject.key,
        episode=episode,
        subject=subject,
        rule_version=rule.version,
        severity=rule.severity,
        state=transition.to_state,
        seq=1,
        data_status=DataStatus.known,
        inputs=transition.inputs,
        simulated=_simulated(transition.inputs),
        owner=None,
        ack_reason=None,
        commitment_date=None,
        opened_at=at,
        changed_at=at,
    )


def moved(current: Alert, transition: Transition, at: datetime) -> Alert:
    """The same episode after a transition."""
    commitment = transition.commitment
    if commitment is not None:
        current = _committed(current, commitment if transition.to_state is State.acknowledged else None)
    return replace(
        current,
        state=transition.to_state,
        seq=current.seq + 1,
        data_status=current.data_status if commitment else DataStatus.known,
        inputs=transition.inputs,
        simulated=current.simulated or _simulated(transition.inputs),
        changed_at=at,
    )


def _committed(current: Alert, commitment: Commitment | None) -> Alert:
    """Who answers for the alert now. A promise that was not kept is over; the transitions remember it."""
    if commitment is None:
        return replace(current, owner=None, ack_reason=None, commitment_date=None)
    return replace(current, owner=commitment.owner, ack_reason=commitment.reason, commitment_date=commitment.until)


def refreshed(current: Alert, verdict: Verdict) -> Alert:
    """An open episode that keeps its state, with what is now known of its figures."""
    if isinstance(verdict, Unknown):
        return replace(current, data_status=DataStatus.unknown)
    return replace(current, data_status=DataStatus.known, inputs=verdict.inputs)


def is_open(current: Alert | None) -> bool:
    """Say whether there is an episode and it still runs."""
    return current is not None and current.state in OPEN


def _simulated(inputs: Inputs) -> bool:
    return bool(inputs.get("simulated") or inputs.get("target_simulated"))
