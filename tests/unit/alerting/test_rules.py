"""Each rule answers breach, clear or unknown, with a named reason and the figures behind it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerting.duty import Duty, duties_of
from services.alerting.rules import coverage_low, off_trajectory, report_overdue, target_missed
from services.alerting.rules.coverage_low import Coverage
from services.alerting.rules.verdict import Breach, Clear, Unknown
from shared.domain.collection import ReportState
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from shared.domain.rule import RuleKind
from shared.domain.target import Commitment, Comparator
from tests.support.alerting import CATALOGUE, INDICATOR, RULES, figure, target

MISSED, BEHIND, COVERAGE = (RULES[k] for k in (RuleKind.target_missed, RuleKind.off_trajectory, RuleKind.coverage_low))
DUE = datetime(2021, 3, 31, 21, 59, 59, 999999, tzinfo=UTC)


def test_a_miss_says_the_gap_in_points_and_in_persons() -> None:
    verdict = target_missed.evaluate(figure("40", numerator=41, denominator=103), [target("50")], MISSED)
    assert isinstance(verdict, Breach)
    assert verdict.inputs["gap"] == "-10"
    assert verdict.inputs["gap_persons"] == 11  # 51.5 wanted, so 52, of which 41 are there
    assert verdict.inputs["rollup_version"] == "v-40"


def test_lower_is_better_where_the_target_says_so() -> None:
    below = target("10", comparator=Comparator.at_most)
    assert isinstance(target_missed.evaluate(figure("9"), [below], MISSED), Clear)
    verdict = target_missed.evaluate(figure("12", numerator=12, denominator=100), [below], MISSED)
    assert isinstance(verdict, Breach)
    assert verdict.inputs["gap_persons"] == 2


@pytest.mark.parametrize(
    ("judged", "reason"),
    [
        (figure(None), "no_value"),
        (figure("40", status=Status.withdrawn), "no_value"),
        (figure("40", status=Status.provisional), "not_final"),
        (figure("40", status=Status.estimated), "not_final"),
        (figure("40", basis=Basis.declared), "declared_only"),
        (figure("40", "REG-76", coverage=None), "coverage_unknown"),
        (figure("40", "REG-76", coverage="0.5"), "incomplete"),
        (figure("60", "REG-76", coverage="0.92", low="48", high="65"), "incomplete"),
        (figure("40", "REG-76", coverage="0.92", method=Method.sum), "incomplete"),
    ],
)
def test_what_cannot_be_known_is_unknown(judged, reason) -> None:
    verdict = target_missed.evaluate(judged, [target("50")], MISSED)
    assert isinstance(verdict, Unknown)
    assert verdict.reason == reason


def test_a_regional_rate_is_judged_on_most_of_its_departments() -> None:
    assert isinstance(target_missed.evaluate(figure("40", "REG-76", coverage="0.92"), [target("50")], MISSED), Breach)
    safe = figure("60", "REG-76", coverage="0.92", low="55", high="65")
    assert isinstance(target_missed.evaluate(safe, [target("50")], MISSED), Clear)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=2, max_size=13),
    st.integers(1, 99),
    st.data(),
)
def test_losing_departments_never_clears_a_regional_miss(departments, aim, data) -> None:
    """Whoever stops reporting, a rate that missed its target is never said to meet it."""
    pairs = [(min(n, d), d) for n, d in departments]
    left = data.draw(st.lists(st.sampled_from(range(len(pairs))), unique=True, min_size=1))
    whole = sum(d for _, d in pairs)
    n, d = sum(pairs[i][0] for i in left), sum(pairs[i][1] for i in left)
    full = 100 * Decimal(sum(n for n, _ in pairs)) / whole
    part = figure(
        str(100 * Decimal(n) / d),
        "REG-76",
        coverage=Decimal(len(left)) / len(pairs),
        low=100 * Decimal(n) / whole,
        high=100 * Decimal(n + whole - d) / whole,
    )
    if isinstance(target_missed.evaluate(figure(str(full), "REG-76"), [target(str(aim))], MISSED), Breach):
        assert not isinstance(target_missed.evaluate(part, [target(str(aim))], MISSED), Clear)


def test_only_an_agreed_target_of_the_period_is_judged() -> None:
    for other in (
        target("50", commitment=Commitment.proposal),
        target("50", commitment=Commitment.estimate),
        target("50", period="2021"),
        target("50", period=None, due=date(2021, 6, 30)),
    ):
        verdict = target_missed.evaluate(figure("40"), [other], MISSED)
        assert isinstance(verdict, Clear)
        assert verdict.reason == "no_agreed_target"
    for own in (target("50", period=None, due=date(2020, 12, 31)), target("50", period=None)):
        assert isinstance(target_missed.evaluate(figure("40"), [own], MISSED), Breach)


def test_a_tolerance_is_a_share_of_the_target() -> None:
    tolerant = MISSED.model_copy(update={"parameters": {"tolerance": "0.1"}})
    assert isinstance(target_missed.evaluate(figure("45"), [target("50")], tolerant), Clear)
    assert isinstance(target_missed.evaluate(figure("44.9"), [target("50")], tolerant), Breach)


AHEAD = target(
    "100", period=None, due=date(2022, 12, 31), baseline=Decimal(0), baseline_date=date(2018, 12, 31)
)  # 50 expected at the end of 2020


@pytest.mark.parametrize(
    ("value", "is_open", "kind"),
    [("44", False, Breach), ("46", False, Clear), ("46", True, Breach), ("48", True, Clear)],
)
def test_a_trajectory_fires_below_one_threshold_and_clears_above_another(value, is_open, kind) -> None:
    verdict = off_trajectory.evaluate(figure(value), [AHEAD], BEHIND, is_open=is_open)
    assert isinstance(verdict, kind)
    assert Decimal(verdict.inputs["expected"]) == pytest.approx(Decimal(50), abs=Decimal("0.1"))


def test_a_trajectory_downwards_is_turned_round() -> None:
    down = AHEAD.model_copy(update={"value": Decimal(0), "baseline": Decimal(100), "comparator": Comparator.at_most})
    assert isinstance(off_trajectory.evaluate(figure("60"), [down], BEHIND), Breach)
    assert isinstance(off_trajectory.evaluate(figure("40"), [down], BEHIND), Clear)


def test_indicators_more_frequent_than_yearly_need_two_periods_in_a_row() -> None:
    quarterly = INDICATOR.model_copy(update={"frequency": "quarterly"})
    q3, q4 = (figure("10", period=p, indicator=quarterly) for p in ("2020-Q3", "2020-Q4"))
    alone = off_trajectory.evaluate(q4, [AHEAD], BEHIND)
    assert isinstance(alone, Breach)
    assert not alone.confirmed
    both = off_trajectory.evaluate(q4, [AHEAD], BEHIND, [q3])
    assert isinstance(both, Breach)
    assert both.confirmed


def test_attainment_has_an_answer_where_nothing_is_expected() -> None:
    assert off_trajectory.attainment(Decimal(0), Decimal(0), Comparator.at_least) == 1
    assert off_trajectory.attainment(Decimal(5), Decimal(0), Comparator.at_most) == 0
    assert off_trajectory.attainment(Decimal(0), Decimal(5), Comparator.at_most) == 1


def test_coverage_is_judged_after_the_due_date_by_the_least_covered_indicator() -> None:
    some = {"a": Coverage(12, 13, ["DEPT-32"]), "b": Coverage(10, 13, ["DEPT-32"])}
    assert isinstance(coverage_low.evaluate(some, DUE, DUE, COVERAGE), Clear)
    late = DUE + timedelta(microseconds=1)
    verdict = coverage_low.evaluate(some, DUE, late, COVERAGE)
    assert isinstance(verdict, Breach)
    assert verdict.inputs["indicators"] == ["b"]
    assert verdict.inputs["reported"] == 10
    nearly = {"a": Coverage(5, 6)}  # 0.833: between the thresholds
    assert isinstance(coverage_low.evaluate(nearly, DUE, late, COVERAGE), Clear)
    assert isinstance(coverage_low.evaluate(nearly, DUE, late, COVERAGE, is_open=True), Breach)
    assert isinstance(coverage_low.evaluate({}, DUE, late, COVERAGE), Unknown)


def duty(feed: str, state: ReportState, received_at: datetime | None = None) -> Duty:
    return Duty("calpae-2020", "DEPT-32", feed, "2020", DUE, state, received_at)


def test_an_overdue_report_lists_the_missing_feeds_once() -> None:
    verdict = report_overdue.evaluate([duty("ase-exits", ReportState.overdue), duty("rsa-delays", ReportState.overdue)])
    assert isinstance(verdict, Breach)
    assert verdict.inputs["missing_feeds"] == ["ase-exits", "rsa-delays"]


@pytest.mark.parametrize(
    ("duties", "reason"),
    [
        (
            [duty("a", ReportState.late, DUE + timedelta(days=1)), duty("b", ReportState.received, DUE)],
            "report_received",
        ),
        ([duty("a", ReportState.received, DUE), duty("b", ReportState.nil, DUE)], "received_in_time"),
        ([duty("a", ReportState.expected)], "not_due"),
        ([duty("a", ReportState.waived)], "waived"),
        ([], "not_expected"),
    ],
)
def test_a_report_that_is_no_longer_overdue_says_why(duties, reason) -> None:
    verdict = report_overdue.evaluate(duties)
    assert isinstance(verdict, Clear)
    assert verdict.reason == reason


def test_the_ledger_has_a_line_for_each_territory_and_feed() -> None:
    lines = duties_of(CATALOGUE)
    assert [(d.territory, d.feed) for d in lines] == [
        (territory, feed) for territory in ("DEPT-31", "DEPT-32") for feed in ("ase-exits", "rsa-delays")
    ]
    assert {d.due_at for d in lines} == {DUE}


def test_the_property_catches_a_planted_defect(monkeypatch) -> None:
    """A figure without everybody is judged like a whole one."""
    monkeypatch.setattr(target_missed, "incomplete_verdict", lambda *_, **__: None)
    with pytest.raises(AssertionError):
        test_losing_departments_never_clears_a_regional_miss()
