"""Checks of named indicators flag what the published documents got wrong, and stay silent on what holds."""

from decimal import Decimal

import pytest

from shared.computation.checks.outcome import Outcome
from shared.domain.check import Check, CheckKind, CheckState
from shared.domain.indicator import Method
from shared.domain.operand import Side
from shared.domain.target import Target
from tests.unit.computation.checks.world import catalogue, check, figure, found, indicator, own

RATES = catalogue(
    *(indicator(code, Method.ratio) for code in ("framework", "housing", "oriented")), indicator("new", Method.sum)
)
NUMBERS = catalogue(*(indicator(code) for code in ("total", "a", "b", "other")))


def said(outcome: Outcome | None) -> tuple[CheckState, Decimal | None]:
    assert outcome is not None
    return outcome.state, outcome.difference


def test_a_part_larger_than_its_whole_is_flagged_with_the_excess() -> None:
    rule = check(CheckKind.part_of, whole="framework", parts=["housing"], operand=Side.numerator)
    outcome = found(rule, RATES, figure("framework", "31.2", "945", "3030"), figure("housing", "32.6", "989", "3030"))
    assert said(outcome) == (CheckState.fails, 44)
    assert outcome is not None
    assert outcome.detail["excess"] == {"housing": "44"}


def test_a_percentage_that_matches_no_denominator_shows_the_one_it_implies() -> None:
    rule = check(CheckKind.ratio_of, whole="oriented", denominator_indicator="new")
    outcome = found(rule, RATES, figure("oriented", "58", "17551"), figure("new", "64873"))
    assert outcome is not None
    assert (outcome.state, outcome.computed, outcome.difference) == (
        CheckState.fails, Decimal("27.05"), Decimal("-30.95")
    )  # fmt: skip
    assert outcome.detail["implied_denominator"] == "30260"
    assert outcome.detail["denominator_from"] == "new"


def test_a_percentage_without_any_denominator_is_neither_fine_nor_wrong() -> None:
    rule = check(CheckKind.ratio_of, whole="oriented", denominator_indicator="new")
    assert said(found(rule, RATES, figure("oriented", "58", "17551"))) == (CheckState.unknown, None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("48.7", CheckState.holds), ("48.7108", CheckState.holds), ("49", CheckState.holds), ("48.6", CheckState.fails)],
)
def test_a_percentage_is_compared_with_the_decimals_it_was_stated_with(stated: str, expected: CheckState) -> None:
    outcome = found(check(CheckKind.ratio_of, whole="oriented"), RATES, figure("oriented", stated, "869", "1784"))
    assert outcome is not None
    assert outcome.state is expected


def test_parts_that_do_not_sum_to_their_whole_are_flagged() -> None:
    rule = check(CheckKind.sums_to, whole="total", parts=["a", "b"])
    figures = figure("total", "712000"), figure("a", "400000"), figure("b", "300000")
    assert said(found(rule, NUMBERS, *figures)) == (CheckState.fails, -12000)
    assert said(found(rule, NUMBERS, *figures[:2])) == (CheckState.unknown, None)


@pytest.mark.parametrize(
    ("members", "expected"),
    [(("DEPT-09", "DEPT-31"), CheckState.fails), (("DEPT-09", "DEPT-31", "DEPT-48"), CheckState.unknown)],
)
def test_a_declared_total_is_compared_once_everybody_has_reported(
    members: tuple[str, ...], expected: CheckState
) -> None:
    known = catalogue(indicator("amount", Method.sum), members=members)
    outcome = found(
        check(CheckKind.declared_vs_computed, whole="amount"), known, figure("amount", "30"),
        own("amount", "10", territory="DEPT-09"), own("amount", "21", territory="DEPT-31"),
    )  # fmt: skip
    assert said(outcome) == (expected, 1)


def comparison(left: str, right: str, relation: str = "=", **more: object) -> Check:
    operands = {"a": "a", "b": "b", "total": "total", "other": "other optional"}
    return check(CheckKind.compares, left=left, right=right, relation=relation, **{"operands": operands, **more})


@pytest.mark.parametrize(
    ("rule", "state", "difference"),
    [
        (comparison("a + b", "total"), CheckState.fails, "-2"),
        (comparison("a + b", "total", tolerance="total / 5"), CheckState.holds, "-2"),
        (comparison("a + b", "total", "<="), CheckState.holds, "-2"),
        (comparison("a + b", "total", ">"), CheckState.fails, "-2"),
        (comparison("100 * a / total", "33", decimals=0), CheckState.holds, "0.333333"),
        (comparison("100 * a / total", "33"), CheckState.fails, "0.333333"),
        (comparison("sum(a, b, other)", "total", ">="), CheckState.fails, "-2"),
        (comparison("a + other", "total"), CheckState.unknown, None),
        (comparison("a / (b - b)", "total"), CheckState.unknown, None),
    ],
)
def test_two_expressions_are_compared(rule: Check, state: CheckState, difference: str | None) -> None:
    outcome = found(rule, NUMBERS, figure("a", "4"), figure("b", "6"), figure("total", "12"))
    assert said(outcome) == (state, None if difference is None else Decimal(difference))


def test_operands_name_their_period_territory_source_basis_and_side() -> None:
    known = catalogue(indicator("x", Method.sum), indicator("y"))
    operands = {
        "before": "x @2019", "toulouse": "x in EPCI-243100518", "line": 'y from "bilan l.?39"', "said": "x declared",
        "many": "x:reported", "shown": "x", "own": "x over departments", "printed": "x:lines",
    }  # fmt: skip
    figures = [
        own("x", "1", territory="DEPT-09"), own("x", "2", territory="DEPT-31"), figure("x", "9"),
        own("x", "5", territory="DEPT-09", period="2019"), own("x", "7", territory="EPCI-243100518"),
        figure("y", "17", source="bilan l.439"), figure("y", "15", source="bilan l.161", seq=2),
    ]  # fmt: skip
    wanted = {
        "before": 5, "toulouse": 7, "line": 17, "said": 9, "many": 2, "shown": 3, "sum(own)": 3, "printed": 3
    }  # fmt: skip
    for text, number in wanted.items():
        rule = check(CheckKind.compares, operands=operands, left=text, right=str(number), at=[])
        outcome = found(rule, known, *figures)
        assert outcome is not None
        assert (outcome.state, outcome.computed) == (CheckState.holds, number), text


def test_a_target_and_the_departments_of_a_region_are_operands() -> None:
    known = catalogue(indicator("x"), targets=[Target(indicator="x", territory=REGION, value=Decimal(3))])
    operands = {"target": "target of x", "departments": "departments of REG-76"}
    rule = check(CheckKind.compares, operands=operands, left="target", right="departments")
    assert said(found(rule, known)) == (CheckState.holds, 0)
    nowhere = found(rule, known, territory="DEPT-09")
    assert said(nowhere) == (CheckState.unknown, None)


REGION = "REG-76"


def test_a_check_says_nothing_where_there_is_nothing() -> None:
    operands = {"x": "x"}
    for kind in (CheckKind.part_of, CheckKind.sums_to, CheckKind.ratio_of, CheckKind.declared_vs_computed):
        assert found(check(kind, whole="x", parts=["y"]), catalogue(indicator("x"), indicator("y"))) is None
    rule = check(CheckKind.compares, operands=operands, left="x", right="1")
    assert found(rule, catalogue(indicator("x"))) is None


def test_the_same_inputs_have_the_same_name_and_others_another() -> None:
    rule = check(CheckKind.ratio_of, whole="framework")
    first, second = (found(rule, RATES, figure("framework", "31.2", "945", "3030")) for _ in "ab")
    other = found(rule, RATES, figure("framework", "31.2", "945", "3030", seq=2))
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.inputs == second.inputs != other.inputs
