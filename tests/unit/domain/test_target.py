"""Progress and trajectory: both directions, and the cases where division has no meaning."""

from datetime import date
from decimal import Decimal

import pytest

from shared.domain.target import Comparator, Target, expected_at, progress


def target(value: str, baseline: str | None = None, comparator: Comparator = Comparator.at_least) -> Target:
    return Target(
        indicator="x", territory="DEPT-31", value=Decimal(value), comparator=comparator,
        baseline=None if baseline is None else Decimal(baseline), baseline_date=date(2018, 12, 31),
        due=date(2022, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "goal", "expected"),
    [
        ("75", target("100", "50"), "0.5"),
        ("40", target("100", "50"), "-0.2"),
        ("120", target("100", "50"), "1.4"),
        ("60", target("30", "90", Comparator.at_most), "0.5"),
        ("100", target("30", "90", Comparator.at_most), "-0.1666666666666666666666666667"),
        ("50", target("50", "50"), "1"),
        ("49", target("50", "50"), "0"),
    ],
)
def test_progress_is_oriented_and_never_clipped(value: str, goal: Target, expected: str) -> None:
    assert progress(Decimal(value), goal) == Decimal(expected)


def test_progress_is_unknown_without_value_or_baseline() -> None:
    assert progress(None, target("100", "50")) is None
    assert progress(Decimal(1), target("100")) is None


def test_a_gap_is_negative_when_behind_in_both_directions() -> None:
    assert target("100").gap(Decimal(90)) == -10
    assert target("30", comparator=Comparator.at_most).gap(Decimal(31)) == -1
    assert target("30", comparator=Comparator.at_most).met_by(Decimal(30))


def test_a_trajectory_runs_straight_and_stops_at_both_ends() -> None:
    goal = target("100", "50")
    assert expected_at(goal, date(2018, 1, 1)) == 50
    assert expected_at(goal, date(2025, 1, 1)) == 100
    middle = expected_at(goal, date(2020, 12, 31))
    assert middle is not None
    assert abs(middle - 75) < Decimal("0.1")
    assert expected_at(target("100"), date(2020, 1, 1)) is None
