"""The one place that withholds, case by case."""

import pytest

from services.dashboard.discretion import PUBLIC, Discretion, Viewer
from services.dashboard.items import RollupItem
from services.dashboard.state import State, judge
from shared.computation.disclosure.companions import Reason
from shared.domain.territory import Level, Territory, TerritoryTree
from tests.unit.dashboard import samples

TREE = TerritoryTree(
    [
        Territory(code="NAT-FR", name="France", level=Level.country),
        Territory(code="REG-76", name="Occitanie", level=Level.region, parent="NAT-FR"),
        Territory(code="DEPT-09", name="Ariège", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
    ]
)


def figure(**more: object) -> RollupItem:
    fields = {
        "numerator": 31, "denominator": 100, "min": 10, "median": 20, "max": 40, "low": 25, "high": 45,
        "coverage": 1, "coverage_weight": 1,
    }  # fmt: skip
    return samples.rollup(31, "DEPT-09", **(fields | more))


def discretion(reason: Reason | None, *territories: str, period: str = "2020", past: bool = False) -> Discretion:
    item = figure()
    marks = {} if reason is None else {(item.indicator, period, item.territory): reason}
    return Discretion(Viewer(frozenset(territories)), marks, TREE, past=past)


def shown(item: RollupItem) -> tuple[bool, bool]:
    return item.value is not None, item.median is not None


@pytest.mark.parametrize(
    ("reason", "past", "value", "single"),
    [
        (None, False, True, True), (None, True, True, True),
        (Reason.primary, False, False, False), (Reason.secondary, False, False, False),
        (Reason.contributor, False, True, False), (Reason.contributor, True, False, False),
        (Reason.past, False, True, True), (Reason.past, True, False, False),
    ],
)  # fmt: skip
def test_each_reason_withholds_its_part(reason: Reason | None, *, past: bool, value: bool, single: bool) -> None:
    item = discretion(reason, past=past).rollup(figure())
    assert shown(item) == (value, single)
    assert item.suppressed is not value
    assert item.coverage == 1


def test_the_period_before_takes_the_evolution_with_it() -> None:
    item = discretion(Reason.primary, period="2019").rollup(figure())
    assert shown(item) == (True, False)


@pytest.mark.parametrize(
    ("territories", "exact"),
    [((), False), (("DEPT-31",), False), (("DEPT-09",), True), (("REG-76",), True), (("NAT-FR",), True)],
)
def test_a_viewer_sees_what_his_territories_cover(territories: tuple[str, ...], *, exact: bool) -> None:
    assert discretion(Reason.primary, *territories).rollup(figure()).suppressed is not exact


def test_what_is_withheld_is_not_judged() -> None:
    verdict = judge(discretion(Reason.primary).rollup(figure()), None)
    assert (verdict.state, verdict.reason) == (State.unjudged, "suppressed")


@pytest.mark.parametrize(("kind", "territory", "hidden"), [
    ("ratio_of", "DEPT-09", True), ("ratio_of", "DEPT-31", False), ("jump", "DEPT-31", True),
])  # fmt: skip
def test_a_check_that_looks_around_is_silent_wherever_anything_is_hidden(
    kind: str, territory: str, *, hidden: bool
) -> None:
    check = samples.check(kind, [figure().indicator], territory=territory)
    item = discretion(Reason.primary).check(check)
    assert (item.suppressed, item.state) == (hidden, "unknown" if hidden else "fails")


def test_nobody_is_entitled_by_default() -> None:
    assert PUBLIC.territories == frozenset()
