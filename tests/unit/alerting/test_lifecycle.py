"""The state machine keeps its promises whatever the sequence of verdicts and people's acts."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerting import episode
from services.alerting.alert import OPEN, Alert, DataStatus, State, Subject, alert_id
from services.alerting.lifecycle import (
    CannotAcknowledgeError,
    acknowledge,
    decide,
    decide_earlier,
    expire_commitment,
)
from services.alerting.rules.verdict import Breach, Clear, Unknown, Verdict
from services.alerting.transition import Commitment, Kind, Transition
from shared.domain.rule import RuleKind
from tests.support.alerting import HOUSING, NOW, RULES, firing

TODAY = date(2021, 4, 1)
# alerting.md B: nothing else may ever be recorded.
LISTED = {
    (None, State.pending),
    (None, State.firing),
    (State.pending, State.firing),
    (State.pending, State.resolved),
    (State.firing, State.acknowledged),
    (State.acknowledged, State.firing),
    (State.recovering, State.firing),
    (State.recovering, State.acknowledged),
} | {
    (state, end)
    for state in (State.firing, State.acknowledged, State.recovering)
    for end in (State.recovering, State.resolved, State.withdrawn)
    if state is not end
}
SUBJECT = Subject("target_missed", RuleKind.target_missed, "DEPT-31", "2020", indicator=HOUSING)


@dataclass
class History:
    """An in-memory store of one key: what the tables would hold."""

    episodes: list[Alert] = field(default_factory=list)
    transitions: list[tuple[str, int, Transition]] = field(default_factory=list)
    today: date = TODAY

    @property
    def latest(self) -> Alert | None:
        return self.episodes[-1] if self.episodes else None

    def tick(self, verdict: Verdict | None) -> None:
        if verdict is not None:
            self._apply(decide(self.latest, verdict, 1))
            if self.latest is not None and self.latest.open:
                self.episodes[-1] = episode.refreshed(self.latest, verdict)
        if self.latest is not None:
            self._apply(expire_commitment(self.latest, self.today))

    def ack(self, days: int) -> None:
        if self.latest is None:
            return
        try:
            self._apply(
                acknowledge(self.latest, Commitment("DDETS", "plan", self.today + timedelta(days)), self.today, "x")
            )
        except CannotAcknowledgeError:
            assert self.latest.state is not State.firing or days < 0

    def _apply(self, transition: Transition | None) -> None:
        if transition is None:
            return
        latest = self.latest
        if latest is None or not latest.open:
            number = 1 if latest is None else latest.episode + 1
            self.episodes.append(episode.born(SUBJECT, RULES[RuleKind.target_missed], number, transition, NOW))
        else:
            self.episodes[-1] = episode.moved(latest, transition, NOW)
        self.transitions.append((self.episodes[-1].id, self.episodes[-1].seq, transition))


version = st.integers(1, 4).map(lambda n: {"rollup_version": f"v{n}", "target": "50"})
verdicts = st.one_of(
    st.builds(Breach, st.just("target_not_met"), version, st.booleans()),
    st.builds(Clear, st.just("target_met"), version, st.booleans()),
    st.builds(Unknown, st.sampled_from(["no_value", "not_final"]), version),
)
acts = st.one_of(
    st.tuples(st.just("verdict"), verdicts),
    st.tuples(st.just("ack"), st.integers(-1, 30)),
    st.tuples(st.just("days"), st.integers(1, 40)),
)


def play(sequence: list[tuple[str, object]], *, ticks: int = 1) -> History:
    """Play acts; each is followed by as many ticks as asked, which must change nothing more."""
    history = History()
    for name, value in sequence:
        if name == "verdict":
            for _ in range(ticks):
                history.tick(value)  # type: ignore[arg-type]
        elif name == "ack":
            history.ack(value)  # type: ignore[arg-type]
        else:
            history.today += timedelta(value)  # type: ignore[arg-type]
            for _ in range(ticks):
                history.tick(None)
    return history


@settings(max_examples=500)
@given(st.lists(acts, max_size=25))
def test_promises_hold_for_any_sequence(sequence) -> None:
    history = play(sequence)
    # 1: at most one open episode; 2: only listed transitions; 3: numbers without gaps
    assert sum(a.open for a in history.episodes) <= 1
    assert {(t.from_state, t.to_state) for _, _, t in history.transitions} <= LISTED
    for alert in history.episodes:
        own = [(seq, t) for key, seq, t in history.transitions if key == alert.id]
        assert [seq for seq, _ in own] == list(range(1, alert.seq + 1))
        assert own[0][1].from_state is None
        assert all(after[1].from_state is before[1].to_state for before, after in pairwise(own))
        # 18: opened once in an episode
        assert sum(t.kind is Kind.opened for _, t in own) <= 1
        # 14: each acknowledgement is followed by at most one reopening
        acks = sum(t.to_state is State.acknowledged and t.commitment is not None for _, t in own)
        assert sum(t.kind is Kind.reopened for _, t in own) <= acks
    # 10 and 19: more ticks on the same verdicts and a second reading of the same sequence decide nothing else
    assert play(sequence, ticks=3).transitions == history.transitions
    assert play(sequence).episodes == history.episodes


@settings(max_examples=300)
@given(st.lists(acts, max_size=20), st.lists(st.builds(Unknown, st.just("no_value")), min_size=1, max_size=5))
def test_losing_data_never_closes_anything(sequence, losses) -> None:
    """8: whatever the past, figures that disappear leave every state where it was."""
    history = play(sequence)
    before = history.latest
    told = len(history.transitions)
    for loss in losses:
        history.tick(loss)
    after = history.latest
    assert len(history.transitions) == told
    assert (after and after.state) == (before and before.state)
    if after is not None and after.open:
        assert after.data_status is DataStatus.unknown


@given(st.lists(st.sampled_from(["fires", "between"]), min_size=1, max_size=20))
def test_moving_between_the_thresholds_opens_once(values) -> None:
    """12: with the open alert judged against the clearing threshold, staying below it is one transition."""
    history = History()
    for value in values:
        still_behind = value == "fires" or episode.is_open(history.latest)
        history.tick(Breach("behind") if still_behind else Clear("on_trajectory"))
    assert len(history.transitions) <= 1


def test_a_corrected_figure_withdraws_and_a_new_miss_is_a_new_episode() -> None:
    history = History()
    history.tick(Breach("target_not_met", {"rollup_version": "v1", "target": "50"}))
    history.tick(Clear("target_met", {"rollup_version": "v2", "target": "50"}))
    history.tick(Breach("target_not_met", {"rollup_version": "v3", "target": "50"}))
    assert [(t.to_state, t.reason, t.kind) for _, _, t in history.transitions] == [
        (State.firing, "target_not_met", Kind.opened),
        (State.withdrawn, "figure_corrected", Kind.withdrawn),
        (State.firing, "target_not_met", Kind.opened),
    ]
    assert [a.episode for a in history.episodes] == [1, 2]
    assert history.episodes[1].id == alert_id(SUBJECT.key, 2)


@pytest.mark.parametrize(
    ("inputs", "rule_version", "reason"),
    [
        ({"rollup_version": "v2", "target": "50"}, 1, "figure_corrected"),
        ({"rollup_version": "v1", "target": "30"}, 1, "target_changed"),
        ({"rollup_version": "v1", "target": "50"}, 2, "rule_changed"),
    ],
)
def test_a_withdrawal_says_what_changed(inputs, rule_version, reason) -> None:
    transition = decide(firing(), Clear("target_met", inputs), rule_version)
    assert transition is not None
    assert (transition.to_state, transition.reason) == (State.withdrawn, reason)


@pytest.mark.parametrize(
    ("kind", "reason", "state", "told"),
    [
        (RuleKind.report_overdue, "report_received", State.resolved, "report_received"),
        (RuleKind.report_overdue, "received_in_time", State.withdrawn, "received_in_time"),
        (RuleKind.report_overdue, "not_due", State.withdrawn, "deadline_changed"),
        (RuleKind.report_overdue, "waived", State.withdrawn, "duty_waived"),
        (RuleKind.coverage_low, "enough_reports", State.resolved, "enough_reports"),
        (RuleKind.target_missed, "no_agreed_target", State.withdrawn, "target_changed"),
    ],
)
def test_duties_resolve_and_void_conditions_withdraw(kind, reason, state, told) -> None:
    transition = decide(firing(kind), Clear(reason), 1)
    assert transition is not None
    assert (transition.to_state, transition.reason) == (state, told)


def test_a_commitment_reopens_the_day_after_it_and_only_once() -> None:
    wish = Commitment("DDETS 31", "plan d'action", date(2021, 4, 15))
    taken = episode.moved(firing(), acknowledge(firing(), wish, TODAY, "commissaire"), NOW)
    assert (taken.state, taken.owner) == (State.acknowledged, "DDETS 31")
    assert expire_commitment(taken, date(2021, 4, 15)) is None
    transition = expire_commitment(taken, date(2021, 4, 16))
    assert transition is not None
    assert transition.kind is Kind.reopened
    assert expire_commitment(episode.moved(taken, transition, NOW), date(2021, 5, 30)) is None


@pytest.mark.parametrize("until", [date(2021, 3, 31), date(2023, 1, 1)])
def test_a_commitment_lies_ahead_and_within_a_year(until: date) -> None:
    with pytest.raises(CannotAcknowledgeError) as refused:
        acknowledge(firing(), Commitment("x", "y", until), TODAY, "z")
    assert refused.value.field == "commitment_date"


@pytest.mark.parametrize("state", [s for s in State if s is not State.firing])
def test_only_a_firing_alert_is_acknowledged(state: State) -> None:
    with pytest.raises(CannotAcknowledgeError):
        acknowledge(firing(state=state), Commitment("x", "y", TODAY), TODAY, "z")


@pytest.mark.parametrize(
    ("later", "state"),
    [
        (Breach("behind_trajectory"), State.superseded),
        (Clear("on_trajectory"), State.resolved),
        (Clear("on_trajectory", confirmed=False), State.recovering),
        (Breach("behind_trajectory", confirmed=False), None),
        (Unknown("not_final"), None),
        (Clear("no_agreed_target"), None),
    ],
)
def test_a_later_period_carries_or_ends_an_earlier_episode(later: Verdict, state: State | None) -> None:
    transition = decide_earlier(firing(RuleKind.off_trajectory), later)
    assert (transition and transition.to_state) == state


def test_a_refreshed_episode_keeps_its_state() -> None:
    alert = replace(firing(), data_status=DataStatus.unknown)
    fresh = episode.refreshed(alert, Breach("target_not_met", {"rollup_version": "v9"}))
    assert (fresh.state, fresh.inputs, fresh.data_status) == (State.firing, {"rollup_version": "v9"}, DataStatus.known)
    assert fresh.state in OPEN


def test_the_properties_catch_a_planted_defect(monkeypatch) -> None:
    """Silence is taken for good news."""
    right = decide

    def wrong(current, verdict, rule_version):
        heard = Clear(verdict.reason, verdict.inputs) if isinstance(verdict, Unknown) else verdict
        return right(current, heard, rule_version)

    monkeypatch.setitem(globals(), "decide", wrong)
    with pytest.raises(AssertionError):
        test_losing_data_never_closes_anything()
