"""Definitions are versioned with validity dates: old periods keep theirs, and a break in the series is not progress."""

from datetime import date
from decimal import Decimal

import pytest

from shared.catalogue.fault import Fault
from shared.catalogue.indicators import check_indicators
from shared.catalogue.record import Record
from shared.catalogue.reference import Known
from shared.computation.rollup import roll_up
from shared.computation.scope import scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue, by_version
from shared.domain.indicator import Indicator, Method
from tests.support.plain import Version
from tests.support.streams import TREE, figure, indicator

FIRST = indicator("x", definition_version=1, method=Method.none, valid_to=date(2019, 12, 31))
SECOND = indicator("x", definition_version=2, method=Method.sum, valid_from=date(2020, 1, 1))
VERSIONS = [
    Version("x", territory, period, "f", "reported", seq, value, None, None, "final")
    for seq, (territory, period, value) in enumerate(
        [("DEPT-09", "2019", 1), ("DEPT-31", "2019", 2), ("DEPT-09", "2020", 10), ("DEPT-31", "2020", 20)], start=1
    )
]


def held(*definitions: Indicator) -> Catalogue:
    newest, earlier = by_version(definitions)
    return Catalogue("", TREE, newest, earlier=earlier)


def region(catalogue: Catalogue, period: str) -> Rollup | None:
    book = {("x", p): [figure(v) for v in VERSIONS if v.period == p] for p in ("2019", "2020")}
    return {r.territory: r for r in roll_up(scope_of(catalogue, ("x", period)), book)}.get("REG-76")


def test_an_old_period_keeps_its_definition() -> None:
    catalogue = held(FIRST, SECOND)
    assert catalogue.indicators["x"] is SECOND
    assert [catalogue.definition("x", p).definition_version for p in ("2019-12", "2020", "2020-01")] == [1, 2, 2]
    assert region(catalogue, "2019") is None
    now = region(catalogue, "2020")
    assert now is not None
    assert (now.value, now.definition_version) == (Decimal(30), 2)


def test_the_order_of_the_file_does_not_matter() -> None:
    assert held(SECOND, FIRST).definition("x", "2019") is FIRST


def test_a_period_that_no_version_covers_keeps_the_newest() -> None:
    late = SECOND.model_copy(update={"valid_from": date(2021, 1, 1)})
    assert held(FIRST, late).definition("x", "2020") is late


def test_a_break_in_the_series_is_not_progress() -> None:
    catalogue = held(FIRST.model_copy(update={"method": Method.sum}), SECOND)
    now = region(catalogue, "2020")
    assert now is not None
    assert now.evolution is not None
    assert (now.evolution.against, now.evolution.comparable, now.evolution.change) == ("2019", False, None)


ROW = {
    "code": "ax1.young", "label": "Jeunes", "axis": "1", "measure": "", "kind": "count", "unit": "jeunes",
    "method": "sum",
}  # fmt: skip


@pytest.mark.parametrize(
    ("second", "field", "message"),
    [
        ({"definition_version": "2", "valid_from": "2020-01-01"}, "", ""),
        ({"definition_version": "2", "valid_from": "2019-06-01"}, "valid_from", "overlaps version 1"),
        ({"definition_version": "2"}, "valid_from", "overlaps version 1"),
        ({"definition_version": "1", "valid_from": "2020-01-01"}, "code", "repeats"),
    ],
)
def test_the_catalogue_holds_one_definition_for_each_day(second: dict[str, str], field: str, message: str) -> None:
    rows = [ROW | {"definition_version": "1", "valid_to": "2019-12-31"}, ROW | second]
    faults: list[Fault] = []
    records = [Record("indicators.csv", line, dict(row), {}) for line, row in enumerate(rows, start=2)]
    check_indicators(records, Known("indicator", "indicators.csv", None), faults)
    assert [(f.field, message in f.message) for f in faults] == ([(field, True)] if field else [])
