"""What makes a figure, what does not and why: every figure that stands ends on one side or the other."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.dashboard.explanation import Evidence, Explanation, explain
from services.dashboard.items import RollupItem
from services.dashboard.recollection import book_at
from shared.computation.rollup import roll_up
from shared.computation.scope import scope_of
from shared.domain.catalogue import Catalogue, by_version
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Indicator
from shared.domain.territory import Territory, TerritoryTree, level_of
from tests.unit.dashboard import samples

PARENTS = {
    "NAT-FR": None, "REG-76": "NAT-FR", "DEPT-09": "REG-76", "DEPT-31": "REG-76", "DEPT-34": "REG-76",
    "DEPT-48": "REG-76", "EPCI-243100518": "DEPT-31",
}  # fmt: skip
TREE = TerritoryTree([Territory(code=c, name=f"nom de {c}", level=level_of(c), parent=p) for c, p in PARENTS.items()])
ASKED = ["DEPT-09", "DEPT-31", "DEPT-34", "DEPT-48"]


def catalogue(asked: list[str], **definition: Any) -> Catalogue:
    fields: dict[str, Any] = {"label": "", "axis": 2, "measure": "", "kind": "", "unit": "%", "method": "ratio"}
    whole = Indicator(code="w", **fields | {"method": "sum"})
    newest, earlier = by_version([Indicator(code=samples.RATE, **fields | definition), whole])
    members = [Member(territory=t) for t in asked]
    campaign = Collection(
        code="c", label="", feeds=[], period="2020", due_on="2021-03-31", indicators=[samples.RATE], members=members,  # type: ignore[arg-type]
    )  # fmt: skip
    return Catalogue("", TREE, newest, collections=[campaign] if asked else [], earlier=earlier)


def explained(*versions: Any, asked: list[str] = ASKED, where: str = "REG-76", **definition: Any) -> Explanation:
    held = catalogue(asked, **definition)
    scope = scope_of(held, (samples.RATE, "2020"))
    below = [samples.territory(t.code, t.name) for t in TREE.all() if TREE.covers(where, t.code)]
    evidence = Evidence(
        scope=scope,
        indicator=samples.indicator(),
        territory=below[0],
        below=below,
        rollup=None,
        versions=versions,
        file_names={"rcp-1": "ariege.xlsx"},
        checks=[],
        definitions=[1],
    )
    found = {r.territory: r for r in roll_up(scope, book_at(map(samples.version_of, versions), None))}
    shown = RollupItem.of((samples.RATE, "2020"), found[where]) if where in found else None
    return explain(Evidence(**{**evidence.__dict__, "rollup": shown}))


def reasons(explanation: Explanation) -> dict[str, str]:
    return {item.territory: item.reason for item in explanation.left_out}


def figure(where: str, seq: int, above: int | None, below: int | None, **fields: Any) -> Any:
    return samples.observation(where, seq, above, below, **fields)


def test_contributors_are_told_down_to_the_cell_of_their_file() -> None:
    found = explained(figure("DEPT-09", 1, 20, 100), figure("DEPT-31", 2, 40, 100))
    (cell,) = found.contributors[0].cells
    assert (cell.file_name, cell.sheet, cell.row, cell.column, cell.submission_seq) == (
        "ariege.xlsx", "Feuil1", 4, "C", 1,
    )  # fmt: skip
    assert found.adds_up is True
    assert reasons(found) == {"DEPT-34": "absent", "DEPT-48": "absent"}


def test_earlier_versions_of_a_cell_stay_told_and_count_no_more() -> None:
    found = explained(
        figure("DEPT-09", 1, 20, 100), figure("DEPT-09", 7, 25, 100, received_at=samples.AT + timedelta(days=9))
    )
    (cell,) = found.contributors[0].cells
    assert (cell.submission_seq, cell.numerator) == (7, 25)
    assert [(e.submission_seq, e.numerator, e.file_name) for e in cell.earlier] == [(1, 20, "ariege.xlsx")]


def test_a_rate_without_both_its_counts_is_left_out_as_unpaired() -> None:
    found = explained(figure("DEPT-09", 1, 20, None), figure("DEPT-31", 2, 40, 100), asked=["DEPT-09", "DEPT-31"])
    assert [c.territory for c in found.contributors] == ["DEPT-31"]
    assert reasons(found) == {"DEPT-09": "unpaired"}


def test_what_was_withdrawn_is_left_out_and_a_rival_source_is_named_as_such() -> None:
    found = explained(
        figure("DEPT-09", 3, 20, 100, status="withdrawn"),
        figure("DEPT-31", 2, 40, 100),
        figure("DEPT-31", 5, 41, 100, source="observations"),
        figure("DEPT-34", 6, 7, 10),
        figure("DEPT-34", 8, 7, 10, source="observations"),
        asked=ASKED[:3],
    )
    assert [(c.territory, c.cells[0].submission_seq) for c in found.contributors] == [("DEPT-31", 5), ("DEPT-34", 8)]
    assert reasons(found) == {"DEPT-09": "withdrawn", "DEPT-31": "conflicting", "DEPT-34": "superseded"}


def test_declared_totals_stand_beside_ours_with_their_difference_and_are_never_added() -> None:
    declared = [
        figure("REG-76", 9, None, None, basis="declared", value=Decimal(17940580), source="bilan"),
        figure("REG-76", 8, None, None, basis="declared", value=Decimal(18000000), source="presse"),
        figure("DEPT-09", 7, None, None, basis="declared", value=Decimal(3)),
    ]
    found = explained(*declared, figure("DEPT-09", 1, None, None, value=Decimal(17940581)), asked=[], method="sum")
    assert [(d.figure.source, d.difference, d.conflicting) for d in found.declared] == [
        ("bilan", 1, True), ("presse", -59419, True),
    ]  # fmt: skip
    assert [c.territory for c in found.contributors] == ["DEPT-09"]
    assert reasons(found) == {"DEPT-09": "declared"}
    assert found.adds_up is True


def test_where_nothing_was_reported_the_declared_figure_is_the_figure() -> None:
    found = explained(figure("REG-76", 9, None, None, basis="declared", value=Decimal(58)))
    assert [c.territory for c in found.contributors] == ["REG-76"]
    assert (found.declared, found.adds_up) == ([], None)


def test_a_metropole_counts_beside_its_department_only_where_it_is_added() -> None:
    stated = figure("EPCI-243100518", 4, 5, 10), figure("DEPT-31", 2, 40, 100)
    assert len(explained(*stated, asked=[], metropoles="added").contributors) == 2
    assert reasons(explained(*stated, asked=[], metropoles="inside")) == {"EPCI-243100518": "inside"}
    assert reasons(explained(*stated, asked=[])) == {"EPCI-243100518": "not_asked"}


def test_a_regions_own_figure_stands_back_once_departments_reported() -> None:
    own = figure("REG-76", 1, 10, 100)
    assert len(explained(own, asked=[]).contributors) == 1
    assert reasons(explained(own, figure("DEPT-31", 2, 40, 100), asked=[])) == {"REG-76": "own_total"}


def test_without_a_method_nothing_counts_above() -> None:
    assert reasons(explained(figure("DEPT-31", 2, 40, 100), asked=[], method="none")) == {"DEPT-31": "no_method"}


def quarters(where: str, first_seq: int, given: int) -> list[Any]:
    return [figure(where, first_seq + q, q, 10, period=f"2020-Q{q}") for q in range(1, given + 1)]


def test_a_year_made_of_quarters_names_each_of_their_cells_and_what_is_missing() -> None:
    half = figure("DEPT-09", 90, 1, 2, period="2020-S1")
    found = explained(*quarters("DEPT-09", 10, 4), half, *quarters("DEPT-31", 20, 3), over_time="ratio")
    (made,) = found.contributors
    assert (made.made, made.numerator, made.denominator) == ("over_time", 10, 40)
    assert [(c.period, c.submission_seq) for c in made.cells] == [(f"2020-Q{q}", 10 + q) for q in range(1, 5)]
    left = {(x.territory, x.reason): x for x in found.left_out}
    assert left["DEPT-31", "incomplete"].missing == ["2020-Q4"]
    assert len(left["DEPT-31", "incomplete"].cells) == 3
    assert [c.period for c in left["DEPT-09", "other_parts"].cells] == ["2020-S1"]
    assert found.adds_up is True


def test_of_a_stock_the_earlier_quarters_are_told_apart() -> None:
    found = explained(*quarters("DEPT-09", 10, 4), asked=[], method="last", over_time="last")
    assert [c.period for c in found.contributors[0].cells] == ["2020-Q4"]
    assert reasons(found) == {"DEPT-09": "not_last"}


def test_a_figure_of_several_sources_names_each_part() -> None:
    parts = [figure("DEPT-09", n, None, None, value=Decimal(n), source=f"project-call:{n}") for n in (1, 2)]
    found = explained(*parts, asked=[], method="sum", sources="parts", unit="EUR")
    (made,) = found.contributors
    assert (made.made, made.value, [c.source for c in made.cells]) == ("parts", 3, ["project-call:1", "project-call:2"])


def test_a_total_over_a_register_leads_to_its_entries() -> None:
    call = figure("DEPT-09", 1, None, None, value=Decimal(3), basis="computed", source="project-call:aap 2021")
    lines = figure("DEPT-31", 2, None, None, value=Decimal(4), basis="computed", source="convention:DEPT-31 2020")
    made = explained(call, lines, asked=[], method="sum").contributors
    assert [c.entries for each in made for c in each.cells] == [
        "/v1/projects?call=aap+2021", "/v1/actions?territory=DEPT-31&period=2020",
    ]  # fmt: skip


def test_what_stands_in_for_absentees_is_named_with_its_origin() -> None:
    found = explained(
        figure("DEPT-09", 1, 20, 100),
        figure("DEPT-31", 2, None, 80, value=None),
        figure("DEPT-34", 3, None, None, value=Decimal(70), indicator="w"),
        figure("DEPT-48", 4, 1, 50, period="2019"),
        denominator_indicator="w",
    )
    assert [(w.territory, w.origin, w.weight) for w in found.references] == [
        ("DEPT-31", "own", 80), ("DEPT-34", "same_period", 70), ("DEPT-48", "period_before", 50),
    ]  # fmt: skip
    assert [c.submission_seq for w in found.references for c in w.cells] == [2, 3, 4]
    assert found.rollup is not None
    assert (found.rollup.low, found.rollup.high) == (Decimal("6.666667"), Decimal("73.333333"))


def test_a_stored_figure_that_lags_behind_its_cells_is_said() -> None:
    ahead = explained(figure("DEPT-31", 2, 60, 200))
    held = catalogue(ASKED)
    evidence = Evidence(
        scope=scope_of(held, (samples.RATE, "2020")),
        indicator=samples.indicator(),
        territory=samples.territory("REG-76"),
        below=[samples.territory("REG-76"), samples.territory("DEPT-31")],
        rollup=ahead.rollup,
        versions=[figure("DEPT-31", 2, 60, 200), figure("DEPT-31", 3, 61, 200)],
        file_names={},
        checks=[],
    )
    assert explain(evidence).adds_up is False
    assert explained().adds_up is None
    assert explained().empty
