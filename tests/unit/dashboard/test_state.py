"""Five states, never merged; a figure that nothing judges has none of them."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from services.dashboard.items import RollupItem
from services.dashboard.state import State, attainment, judge, target_of, touches
from shared.domain.collection import ReportState
from shared.domain.target import Target
from tests.unit.dashboard import samples

HOUSING, MAJORITY = "ax2.ase_exit.stable_housing", "ax2.ase_exit.reaching_majority"


def agreed(value: Any, comparator: str = ">=", **fields: Any) -> Target:
    return Target(**samples.target(value, comparator=comparator, **fields).model_dump())


def regional(value: Any, coverage: str | None, **fields: Any) -> RollupItem:
    return samples.rollup(value, "REG-76", coverage=None if coverage is None else Decimal(coverage), **fields)


def test_without_a_figure_nothing_is_ever_green() -> None:
    targets = [None, agreed(35), agreed(35, "<="), agreed(0, "<=")]
    checks = [[], [samples.check("sums_to", [samples.RATE], "holds")]]
    for rollup, target, seen, report in product([None, samples.rollup(None)], targets, checks, [None, *ReportState]):
        state = judge(rollup, target, seen, report).state
        assert state is (State.late if report is ReportState.overdue else State.unknown)


def test_a_target_is_met_or_missed_whichever_way_is_better() -> None:
    assert judge(samples.rollup(35), agreed(35)).state is State.good
    assert judge(samples.rollup(34.9), agreed(35)).state is State.behind
    assert judge(samples.rollup(35.1), agreed(35, "<=")).state is State.behind
    assert judge(samples.rollup(0), agreed(5, "<=")).state is State.good


def test_a_doubt_comes_before_the_target() -> None:
    verdict = judge(samples.rollup(99), agreed(35), [samples.check("sums_to", [samples.RATE])])
    assert (verdict.state, verdict.checks) == (State.in_doubt, ("sums_to-1",))


@pytest.mark.parametrize("state", ["holds", "unknown"])
def test_a_check_that_does_not_fail_casts_no_doubt(state: str) -> None:
    assert judge(samples.rollup(40), agreed(35), [samples.check("sums_to", [samples.RATE], state)]).state is State.good


def test_a_figure_that_nothing_judges_is_neither_good_nor_unknown() -> None:
    assert judge(samples.rollup(40), None).reason == "no_target"
    assert judge(samples.rollup(40), agreed(35, commitment="proposal")).reason == "target_not_agreed"
    assert judge(samples.rollup(40, basis="declared"), agreed(35)).reason == "declared_only"
    for verdict in (judge(samples.rollup(40), None), judge(samples.rollup(40, basis="declared"), agreed(35))):
        assert verdict.state is State.unjudged


def test_a_success_of_a_part_of_the_departments_does_not_count_unless_the_absent_cannot_change_it() -> None:
    assert judge(regional(60, "0.5"), agreed(35)).reason == "incomplete"
    assert judge(regional(60, "0.9", low=Decimal(50), high=Decimal(64)), agreed(35)).state is State.good
    assert judge(regional(60, "0.9", low=Decimal(30), high=Decimal(64)), agreed(35)).reason == "incomplete"
    assert judge(regional(60, "1"), agreed(35)).state is State.good
    assert judge(regional(60, None), agreed(35)).reason == "coverage_unknown"


def test_a_miss_counts_for_a_rate_that_covers_enough_and_never_for_a_sum_that_is_only_short() -> None:
    assert judge(regional(31.2, "0.92"), agreed(35)).state is State.behind
    assert judge(regional(31.2, "0.7"), agreed(35)).reason == "incomplete"
    assert judge(regional(31.2, "0.92", method="sum"), agreed(35)).reason == "incomplete"


def test_a_check_touches_only_what_it_says_something_against() -> None:
    part = samples.check("part_of", [MAJORITY, samples.RATE, HOUSING], detail={"excess": {HOUSING: "44"}})
    assert [touches(part, code) for code in (MAJORITY, samples.RATE, HOUSING)] == [True, False, True]
    stated = samples.check("ratio_of", [samples.RATE, MAJORITY])
    assert [touches(stated, code) for code in (samples.RATE, MAJORITY, HOUSING)] == [True, False, False]
    total = samples.check("sums_to", [MAJORITY, HOUSING])
    assert touches(total, HOUSING)


def test_the_target_of_a_period_is_the_agreed_one_that_names_it_in_its_newest_version() -> None:
    named = agreed(30, version=1)
    newest = agreed(31, version=2)
    within = agreed(32, period=None, due=date(2020, 12, 31))
    norm = agreed(33, period=None)
    later = agreed(34, period=None, due=date(2022, 12, 31))
    proposal = agreed(35, commitment="proposal", version=9)
    everything = [later, norm, within, named, newest, proposal]
    assert target_of(everything, "2020") == newest
    assert target_of([later, norm, within, proposal], "2020") == within
    assert target_of([later, norm, proposal], "2020") == norm
    assert target_of([later, proposal], "2020") == proposal
    assert target_of([later], "2020") is None


def test_attainment_is_one_when_met_and_says_nothing_over_zero() -> None:
    assert attainment(Decimal(35), agreed(35)) == 1
    assert attainment(Decimal(20), agreed(10, "<=")) == Decimal("0.5")
    assert attainment(Decimal(0), agreed(10, "<=")) is None
    assert attainment(Decimal(5), agreed(0)) is None
