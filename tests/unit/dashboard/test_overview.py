"""What leads the page of a territory: what is followed first, the map's figure, the ledger as a table."""

from services.dashboard.figures import Facts
from services.dashboard.items import IndicatorItem, RollupItem
from services.dashboard.overview import choose, latest_periods, matrix, overview
from services.dashboard.state import State
from tests.unit.dashboard import samples

REGION = samples.territory("REG-76", "Occitanie", "NAT-FR")
FAMILY = [
    REGION,
    samples.territory("DEPT-31", "Haute-Garonne", "REG-76"),
    samples.territory("DEPT-48", "Lozère", "REG-76"),
]
OTHER = "ax3.benefits.rsa"


def facts(rollups: list[RollupItem], *more: IndicatorItem) -> Facts:
    reports = [samples.report("DEPT-31", "received"), samples.report("DEPT-48", "overdue")]
    return Facts(FAMILY, [*more, samples.indicator()], rollups, [samples.target(35)], [], reports)


def test_the_latest_period_comes_first_whatever_its_kind() -> None:
    rollups = [samples.rollup(1, period=p) for p in ("2019", "2021-Q3", "2021", "2020-12")]
    assert latest_periods(rollups, [])[samples.RATE] == ["2021", "2021-Q3", "2020-12", "2019"]


def test_what_is_owed_has_a_period_before_any_figure_came() -> None:
    assert latest_periods([], [samples.report("DEPT-48", "expected")]) == {samples.RATE: ["2020"]}


def test_the_map_opens_on_an_indicator_with_targets() -> None:
    rollups = [samples.rollup(1, "REG-76", indicator=OTHER, reported=13), samples.rollup(1, "REG-76", reported=2)]
    known = facts(rollups, samples.indicator(OTHER))
    assert choose(latest_periods(rollups, []), rollups, known) == samples.RATE
    assert choose({}, [], known) is None


def test_a_silent_department_is_late_on_the_map_and_a_figure_nobody_reports_stands_apart() -> None:
    rollups = [
        samples.rollup(31, "REG-76", expected=2, absent=["DEPT-48"]),
        samples.rollup(31),
        samples.rollup(9, "REG-76", indicator=OTHER, basis="declared", simulated=True),
    ]
    known = facts(rollups, samples.indicator(OTHER, measure="Prestations"))
    view = overview(REGION, known, latest_periods(rollups, known.reports), (samples.RATE, "2020"), [], [])
    assert [(f.territory.code, f.verdict.state) for f in view.places] == [
        ("DEPT-31", State.behind),
        ("DEPT-48", State.late),
    ]
    assert view.chosen is not None
    assert view.chosen.absent == ("Lozère",)
    assert (list(view.figures), list(view.declared)) == (["ASE"], ["Prestations"])
    assert list(view.choices) == ["ASE"]
    assert view.simulated
    assert [s.territory for s in view.map.shapes] == ["DEPT-31", "DEPT-48"]


def test_the_ledger_keeps_the_campaigns_due_last_and_says_how_many_it_hides() -> None:
    reports = [samples.report("DEPT-31", "received", f"feed-{n}") for n in range(5)]
    reports.append(samples.report("DEPT-48", "waived", "feed-4"))
    table = matrix(Facts(FAMILY, [], reports=reports), most=3)
    assert [c.feed for c in table.columns] == ["feed-2", "feed-3", "feed-4"]
    assert (table.hidden, table.settled, table.owed, table.overdue) == (2, 3, 3, 0)
    assert [t.code for t, _ in table.rows] == ["DEPT-31", "DEPT-48"]
    assert table.rows[1][1][0] is None
