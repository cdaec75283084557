"""Checks flag what the published documents got wrong, and stay silent on what holds."""

from decimal import Decimal

import pytest

from shared.computation.checks import Evidence, Outcome, evaluate
from shared.computation.figure import Figure
from shared.computation.rollup import roll_up
from shared.computation.scope import Scope
from shared.domain.check import Check, CheckKind, CheckState, Operand
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Indicator, Method
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level, Territory, TerritoryTree

TREE = TerritoryTree(
    [
        Territory(code="REG-76", name="Occitanie", level=Level.region),
        Territory(code="DEPT-09", name="Ariège", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-48", name="Lozère", level=Level.department, parent="REG-76"),
    ]
)


def figure(indicator: str, territory: str, basis: Basis, value: str | None, num: str | None, den: str | None) -> Figure:
    sides = [None if v is None else Decimal(v) for v in (value, num, den)]
    return Figure(indicator, "2020", territory, "f", basis, 1, 1, *sides, Status.final, simulated=False)


def evidence(method: Method, *figures: Figure, members: tuple[str, ...] = ()) -> Evidence:
    found = Evidence("REG-76", "2020")
    for code in {f.indicator for f in figures}:
        own = [f for f in figures if f.indicator == code]
        indicator = Indicator(code=code, label=code, axis=1, measure="", kind="", unit="", method=method)
        asked = (
            Collection(
                code="c", label="c", feeds=[], period="2020", due_on="2021-03-31", indicators=[code],  # type: ignore[arg-type]
                members=[Member(territory=m) for m in members],
            )
            if members
            else None
        )  # fmt: skip
        for rollup in roll_up(Scope(indicator, "2020", TREE, asked), {(code, "2020"): own}):
            if rollup.territory == "REG-76":
                found.rollups[code] = rollup
        found.figures[code] = [f for f in own if f.territory == "REG-76"]
    return found


def declared(indicator: str, value: str | None, num: str | None = None, den: str | None = None) -> Figure:
    return figure(indicator, "REG-76", Basis.declared, value, num, den)


def reported(
    indicator: str, territory: str, value: str | None, num: str | None = None, den: str | None = None
) -> Figure:
    return figure(indicator, territory, Basis.reported, value, num, den)


def check(kind: CheckKind, whole: str, **more: object) -> Check:
    return Check(code="c", kind=kind, label="c", whole=whole, **more)  # type: ignore[arg-type]


def found(outcome: Outcome | None) -> tuple[CheckState, Decimal | None]:
    assert outcome is not None
    return outcome.state, outcome.difference


def test_a_part_larger_than_its_whole_is_flagged_with_the_excess() -> None:
    facts = evidence(
        Method.ratio, declared("framework", "31.2", "945", "3030"), declared("housing", "32.6", "989", "3030")
    )
    rule = check(CheckKind.part_of, "framework", parts=["housing"], operand=Operand.numerator)
    outcome = evaluate(rule, facts)
    assert found(outcome) == (CheckState.fails, 44)
    assert outcome is not None
    assert outcome.detail["excess"] == {"housing": "44"}


def test_a_percentage_that_matches_no_denominator_shows_the_one_it_implies() -> None:
    facts = evidence(Method.ratio, declared("oriented", "58", "17551"), declared("new", "64873"))
    outcome = evaluate(check(CheckKind.ratio_of, "oriented", denominator_indicator="new"), facts)
    assert outcome is not None
    assert (outcome.state, outcome.computed) == (CheckState.fails, 27)
    assert outcome.detail["implied_denominator"] == "30260"
    assert outcome.detail["denominator_from"] == "new"


def test_a_percentage_that_matches_its_counts_holds() -> None:
    facts = evidence(Method.ratio, declared("framework", "31.2", "945", "3030"))
    assert found(evaluate(check(CheckKind.ratio_of, "framework", decimals=1), facts)) == (CheckState.holds, 0)


def test_a_percentage_without_any_denominator_is_neither_fine_nor_wrong() -> None:
    facts = evidence(Method.ratio, declared("oriented", "58", "17551"))
    outcome = evaluate(check(CheckKind.ratio_of, "oriented", denominator_indicator="new"), facts)
    assert outcome is not None
    assert outcome.state is CheckState.unknown


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("48.7", CheckState.holds), ("48.7108", CheckState.holds), ("49", CheckState.holds), ("48.6", CheckState.fails)],
)
def test_a_percentage_is_compared_with_the_decimals_it_was_stated_with(stated: str, expected: CheckState) -> None:
    facts = evidence(Method.ratio, declared("oriented", stated, "869", "1784"))
    outcome = evaluate(check(CheckKind.ratio_of, "oriented", decimals=0), facts)
    assert outcome is not None
    assert outcome.state is expected


def test_parts_that_do_not_sum_to_their_whole_are_flagged() -> None:
    facts = evidence(Method.none, declared("total", "712000"), declared("a", "400000"), declared("b", "300000"))
    assert found(evaluate(check(CheckKind.sums_to, "total", parts=["a", "b"]), facts)) == (CheckState.fails, -12000)


@pytest.mark.parametrize(
    ("members", "expected"),
    [(("DEPT-09", "DEPT-31"), CheckState.fails), (("DEPT-09", "DEPT-31", "DEPT-48"), CheckState.unknown)],
)
def test_a_declared_total_is_compared_once_everybody_has_reported(
    members: tuple[str, ...], expected: CheckState
) -> None:
    facts = evidence(
        Method.sum, declared("amount", "30"), reported("amount", "DEPT-09", "10"), reported("amount", "DEPT-31", "21"),
        members=members,
    )  # fmt: skip
    assert found(evaluate(check(CheckKind.declared_vs_computed, "amount"), facts)) == (expected, 1)


def test_a_check_says_nothing_where_there_is_nothing() -> None:
    for kind in CheckKind:
        assert evaluate(check(kind, "x", parts=["y"]), Evidence("REG-76", "2020")) is None


def test_the_same_inputs_have_the_same_name() -> None:
    rule = check(CheckKind.ratio_of, "framework", decimals=1)
    first, second = (evaluate(rule, evidence(Method.ratio, declared("framework", "31.2", "945", "3030"))) for _ in "ab")
    assert first is not None
    assert second is not None
    assert first.inputs == second.inputs
