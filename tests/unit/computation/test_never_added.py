"""What must not be added up is not: stocks over quarters, rates over departments, people over benefits.

Each case says what somebody might add, with the catalogue as it is, what Vigie shows instead, and the reason it gives.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from shared.catalogue.fault import Fault
from shared.catalogue.files import read_catalogue
from shared.catalogue.indicators import check_indicators
from shared.catalogue.record import Record
from shared.catalogue.reference import Known
from shared.computation.rollup import roll_up
from shared.computation.scope import scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Method
from tests.support.plain import Version
from tests.support.streams import figure

ROOT = Path(__file__).resolve().parents[3]
RSA, TOTAL = "ax3.benefits.rsa", "ax3.benefits.total"
UNEMPLOYMENT, POVERTY = "ax0.ctx.unemployment_rate", "ax0.ctx.poverty_rate"


@cache
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "deploy/catalogue")


def shown(indicator: str, period: str, stated: dict[tuple[str, str, str], str]) -> dict[str, Rollup]:
    """Rollups by territory after these figures, given by (indicator, territory, period)."""
    book: dict[tuple[str, str], list[object]] = {}
    for seq, ((code, territory, when), value) in enumerate(stated.items(), start=1):
        made = figure(Version(code, territory, when, "f", "reported", seq, None, None, None, "final"))
        book.setdefault((code, when), []).append(made.__class__(**{**vars(made), "value": Decimal(value)}))
    return {r.territory: r for r in roll_up(scope_of(catalogue(), (indicator, period)), book)}  # type: ignore[arg-type]


def test_a_stock_is_not_added_over_the_months_of_a_year() -> None:
    """194 140 recipients in December are the figure of the year; four readings added would make 786 220 of them."""
    readings = {"2021-03": "200630", "2021-06": "196820", "2021-09": "194630", "2021-12": "194140"}
    made = shown(RSA, "2021", {(RSA, "REG-76", period): value for period, value in readings.items()})["REG-76"]
    assert (made.value, made.from_periods) == (194140, ["2021-12"])


def test_a_year_without_its_last_reading_has_no_stock() -> None:
    assert shown(RSA, "2021", {(RSA, "REG-76", "2021-09"): "194630"}) == {}


@pytest.mark.parametrize("indicator", [UNEMPLOYMENT, POVERTY])
def test_rates_of_departments_make_no_rate_of_the_region(indicator: str) -> None:
    """Neither a sum nor a mean: without counts, each stands for its own territory."""
    made = shown(
        indicator, "2021-Q3", {(indicator, "DEPT-66", "2021-Q3"): "12.5", (indicator, "DEPT-34", "2021-Q3"): "11.2"}
    )
    assert sorted(made) == ["DEPT-34", "DEPT-66"]
    assert {r.method for r in made.values()} == {Method.none}


def test_rates_are_not_added_over_the_quarters_of_a_year() -> None:
    made = shown(UNEMPLOYMENT, "2021", {(UNEMPLOYMENT, "DEPT-66", f"2021-Q{q}"): "12.5" for q in range(1, 5)})
    assert made == {}


def test_people_are_not_added_over_benefits() -> None:
    """Somebody may receive two of them: no indicator is made of others, a total is stated or absent, and checked."""
    parts = [c for c in catalogue().indicators if c.startswith("ax3.benefits.") and c != TOTAL]
    made = shown(TOTAL, "2021-12", {(code, "REG-76", "2021-12"): "1000" for code in parts})
    assert made == {}
    assert any(TOTAL in check.indicators() for check in catalogue().checks)


BASE = {
    "code": "ax1.x", "definition_version": "1", "label": "x", "axis": "1", "measure": "", "unit": "x",
    "numerator_label": "a", "denominator_label": "b",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"kind": "stock", "over_time": "sum"}, "over_time", "would add up figures of kind stock"),
        ({"kind": "ratio", "over_time": "sum"}, "over_time", "would add up figures of kind ratio"),
        ({"kind": "ratio", "method": "sum"}, "method", "would add up figures of kind ratio"),
        ({"kind": "index", "method": "sum"}, "method", "would add up figures of kind index"),
        ({"kind": "ratio", "method": "ratio", "over_time": "last"}, "over_time", "would combine percentages"),
    ],
)
def test_the_catalogue_refuses_to_add_them(row: dict[str, str], field: str, reason: str) -> None:
    """Whoever edits the catalogue is told before anything is computed."""
    faults: list[Fault] = []
    check_indicators([Record("indicators.csv", 2, BASE | row, {})], Known("indicator", "", None), faults)
    assert [(f.field, reason in f.message) for f in faults] == [(field, True)]
