"""Rollups hold the rules of the domain: pairs, absentees, metropoles, what is declared."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.computation.aggregation import aggregate
from shared.computation.figure import Figure
from shared.computation.rollup import roll_up
from shared.computation.scope import Scope
from shared.contracts.rollup import Rollup
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Indicator, Method, MetropolePolicy, Sources
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level, Territory, TerritoryTree

TREE = TerritoryTree(
    [
        Territory(code="NAT-FR", name="France", level=Level.country),
        Territory(code="REG-76", name="Occitanie", level=Level.region, parent="NAT-FR"),
        Territory(code="DEPT-09", name="Ariège", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-48", name="Lozère", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-66", name="Pyrénées-Orientales", level=Level.department, parent="REG-76"),
        Territory(code="EPCI-243100518", name="Toulouse Métropole", level=Level.metropole, parent="DEPT-31"),
        Territory(code="EPCI-200027183", name="Perpignan Méditerranée", level=Level.metropole, parent="DEPT-66"),
    ]
)
DEPARTMENTS = ["DEPT-09", "DEPT-31", "DEPT-48", "DEPT-66"]


def indicator(method: Method, **more: object) -> Indicator:
    fields: dict[str, object] = {"code": "x", "label": "x", "axis": 1, "measure": "x", "kind": "x", "unit": "%"}
    return Indicator(**(fields | more | {"method": method}))  # type: ignore[arg-type]


def collection(members: Iterable[str]) -> Collection:
    return Collection(
        code="c", label="c", feeds=["f"], period="2020", due_on="2021-03-31", indicators=["x"],  # type: ignore[arg-type]
        members=[Member(territory=m) for m in members],
    )  # fmt: skip


def figure(territory: str, value: object = None, num: object = None, den: object = None, **more: object) -> Figure:
    number = lambda v: None if v is None else Decimal(str(v))  # noqa: E731
    fields: dict[str, object] = {
        "indicator": "x", "period": "2020", "territory": territory, "source": "f", "basis": Basis.reported,
        "submission_seq": 1, "definition_version": 1, "value": number(value), "numerator": number(num),
        "denominator": number(den), "status": Status.final, "simulated": False,
    }  # fmt: skip
    return Figure(**(fields | more))  # type: ignore[arg-type]


def rolled(
    method: Method, figures: list[Figure], members: Iterable[str] | None = None, **more: object
) -> dict[str, Rollup]:
    asked = None if members is None else collection(members)
    scope = Scope(indicator(method, **more), "2020", TREE, asked)  # type: ignore[arg-type]
    return {r.territory: r for r in roll_up(scope, {("x", "2020"): figures})}


def test_a_ratio_sums_both_sides_over_those_that_gave_both() -> None:
    figures = [figure("DEPT-09", num=1, den=10), figure("DEPT-31", num=90, den=100), figure("DEPT-48", den=1000)]
    region = rolled(Method.ratio, figures, DEPARTMENTS)["REG-76"]
    assert (region.numerator, region.denominator, region.value) == (91, 110, Decimal("82.727273"))
    assert region.unpaired == ["DEPT-48"]
    assert region.absent == ["DEPT-66"]
    assert (region.reported, region.expected, region.coverage) == (2, 4, Decimal("0.5"))
    assert (region.min, region.median, region.max) == (10, 50, 90)


def test_a_percentage_without_counts_is_shown_and_never_rolled_up() -> None:
    made = rolled(Method.ratio, [figure("DEPT-09", value=40), figure("DEPT-31", num=1, den=2)], DEPARTMENTS)
    assert made["REG-76"].value == 50
    assert made["REG-76"].unpaired == ["DEPT-09"]
    own = made["DEPT-09"]
    assert (own.value, own.numerator, own.reported, own.unpaired) == (40, None, 0, ["DEPT-09"])


def test_the_printed_contract_table_counts_each_convention_once() -> None:
    figures = [
        figure("DEPT-31", 3159773),
        figure("EPCI-243100518", 1000000),
        figure("DEPT-66", 1778034),
        figure("DEPT-66", 1778034, basis=Basis.declared),
        figure("EPCI-200027183", 0, status=Status.provisional),
        figure("REG-76", 17940580, basis=Basis.declared),
    ]
    members = ["DEPT-31", "DEPT-66", "EPCI-243100518", "EPCI-200027183"]
    made = rolled(Method.sum, figures, members, metropoles=MetropolePolicy.added)
    assert made["REG-76"].value == 3159773 + 1000000 + 1778034
    assert made["REG-76"].status is Status.provisional
    assert (made["DEPT-31"].value, made["DEPT-31"].reported, made["DEPT-31"].expected) == (4159773, 2, 2)
    assert made["REG-76"].coverage == 1


def test_a_metropole_that_is_not_asked_adds_nothing_to_its_department() -> None:
    made = rolled(Method.sum, [figure("DEPT-31", 10), figure("EPCI-243100518", 5)])
    assert made["DEPT-31"].value == 10
    assert made["REG-76"].value == 10
    assert made["REG-76"].expected is None
    assert made["REG-76"].coverage is None


def test_a_declared_total_is_shown_only_where_nobody_below_reported() -> None:
    declared = figure("REG-76", value=58, num=17551, basis=Basis.declared)
    alone = rolled(Method.ratio, [declared], DEPARTMENTS)["REG-76"]
    assert (alone.basis, alone.value, alone.coverage, alone.expected) == (Basis.declared, 58, None, None)
    both = rolled(Method.ratio, [declared, figure("DEPT-09", num=1, den=4)], DEPARTMENTS)["REG-76"]
    assert (both.basis, both.value) == (Basis.computed, 25)


def test_a_region_that_reports_itself_is_not_added_to_its_departments() -> None:
    made = rolled(Method.sum, [figure("REG-76", 100), figure("DEPT-09", 60)])
    assert made["REG-76"].value == 60
    assert rolled(Method.sum, [figure("REG-76", 100)])["REG-76"].value == 100


def test_without_a_method_each_figure_stands_alone() -> None:
    stated = figure("REG-76", 22870, basis=Basis.declared)
    made = rolled(Method.none, [figure("DEPT-31", 4958), figure("DEPT-09", 1), stated])
    assert made["DEPT-31"].value == 4958
    assert made["DEPT-31"].basis is Basis.computed
    assert made["REG-76"].basis is Basis.declared
    assert "NAT-FR" not in made


def test_a_withdrawn_figure_makes_its_reporter_absent_again() -> None:
    made = rolled(Method.sum, [figure("DEPT-09", 5, status=Status.withdrawn), figure("DEPT-31", 7)], DEPARTMENTS)
    assert made["REG-76"].value == 7
    assert "DEPT-09" in made["REG-76"].absent
    assert made["DEPT-09"].value is None
    assert made["DEPT-09"].status is Status.withdrawn


def test_the_newest_standing_source_speaks_for_a_territory() -> None:
    figures = [
        figure("DEPT-09", 5, source="a", submission_seq=1),
        figure("DEPT-09", 6, source="b", submission_seq=2),
        figure("DEPT-09", 7, source="c", submission_seq=3, status=Status.withdrawn),
    ]
    assert rolled(Method.sum, figures)["REG-76"].value == 6


@pytest.mark.parametrize("basis", list(Basis))
def test_sources_that_are_parts_add_up_and_one_that_was_withdrawn_leaves(basis: Basis) -> None:
    """Several calls of one region and year: none is the newest version of another."""
    calls = [
        figure("REG-76", 52, source="project-call:a", basis=basis, submission_seq=2),
        figure("REG-76", 16, source="project-call:b", basis=basis, submission_seq=1),
        figure("REG-76", 9, source="project-call:c", basis=basis, submission_seq=3, status=Status.withdrawn),
    ]
    region = rolled(Method.none, calls, sources=Sources.parts)["REG-76"]
    assert (region.value, region.basis) == (68, basis if basis is Basis.declared else Basis.computed)
    assert region.version != rolled(Method.none, calls[:1], sources=Sources.parts)["REG-76"].version


def test_a_document_that_states_a_total_of_a_register_is_not_added_to_it() -> None:
    """The call says 100, a report says 100: that is 100."""
    for basis, shown in ((Basis.declared, 100), (Basis.computed, 100)):
        both = [
            figure("REG-76", 100, source="project-call:a", basis=basis),
            figure("REG-76", 100, source="report:12", basis=basis),
        ]
        assert rolled(Method.none, both, sources=Sources.parts)["REG-76"].value == shown
    reported = [figure("DEPT-09", 1, source="project-call:a", basis=Basis.computed), figure("DEPT-09", 2, source="f")]
    assert rolled(Method.sum, reported, sources=Sources.parts)["REG-76"].value == 2


def test_a_total_written_again_under_its_number_is_another_version() -> None:
    """The entries of one file may come in two batches: equal versions mean equal figures there too."""
    first, then = (figure("REG-76", value, source="project-call:a", basis=Basis.computed) for value in (100, 1000))
    versions = {rolled(Method.none, [f], sources=Sources.parts)["REG-76"].version for f in (first, then)}
    assert len(versions) == 2


def test_shares_that_are_parts_are_never_added_up() -> None:
    """40 of 52 and 3 of 8 are 43 of 60; where one part has no counts, nothing is known of the whole."""
    shares = [
        figure("REG-76", num=40, den=52, source="project-call:a"),
        figure("REG-76", num=3, den=8, source="project-call:b"),
    ]
    whole = rolled(Method.none, shares, sources=Sources.parts, kind="ratio")["REG-76"]
    assert (whole.value, whole.numerator, whole.denominator) == (Decimal("71.666667"), 43, 60)
    blind = [*shares, figure("REG-76", value=50, source="project-call:c")]
    assert rolled(Method.none, blind, sources=Sources.parts, kind="ratio")["REG-76"].value is None


def test_a_waived_reporter_that_answers_joins_those_expected() -> None:
    region = rolled(Method.sum, [figure("DEPT-09", 1), figure("DEPT-31", 1)], ["DEPT-09"])["REG-76"]
    assert (region.reported, region.expected, region.coverage) == (2, 2, 1)


def test_the_version_names_all_that_the_figure_follows_from() -> None:
    first = rolled(Method.sum, [figure("DEPT-09", 1), figure("DEPT-31", 2)])["REG-76"].version
    assert first == rolled(Method.sum, [figure("DEPT-31", 2), figure("DEPT-09", 1)])["REG-76"].version
    assert first != rolled(Method.sum, [figure("DEPT-31", 2, submission_seq=9), figure("DEPT-09", 1)])["REG-76"].version


def test_another_source_or_another_duty_is_another_version() -> None:
    def version(members: Iterable[str] | None, source: str = "f") -> str:
        return rolled(Method.sum, [figure("DEPT-09", 1, source=source)], members)["REG-76"].version

    assert len({version(None), version(["DEPT-09"]), version(DEPARTMENTS), version(None, "g")}) == 4


def test_figures_of_any_size_are_divided_without_an_error() -> None:
    huge = rolled(Method.ratio, [figure("DEPT-09", num="999999999999999", den="0.0000000001")])["REG-76"]
    assert huge.value == Decimal("999999999999999E+12")


def test_combining_without_a_method_raises() -> None:
    with pytest.raises(ValueError, match="never rolled up"):
        aggregate(Method.none, [figure("DEPT-09", 1), figure("DEPT-31", 1)])


def test_a_ratio_over_zero_is_unknown_and_not_an_error() -> None:
    assert rolled(Method.ratio, [figure("DEPT-09", num=0, den=0)])["REG-76"].value is None


FIGURES = st.lists(
    st.builds(
        lambda t, n, d, s: figure(t, num=n, den=d, submission_seq=s),
        st.sampled_from(DEPARTMENTS),
        st.none() | st.integers(0, 50),
        st.none() | st.integers(0, 50),
        st.integers(1, 10_000),
    ),
    unique_by=lambda f: f.submission_seq,
    max_size=12,
)


def order_never_matters_and_everyone_is_accounted_for(figures: list[Figure], random) -> None:
    shuffled = list(figures)
    random.shuffle(shuffled)
    made = rolled(Method.ratio, figures, DEPARTMENTS)
    assert made == rolled(Method.ratio, shuffled, DEPARTMENTS)
    if "REG-76" in made:
        region = made["REG-76"]
        assert region.reported + len(region.absent) + len(region.unpaired) == region.expected == len(DEPARTMENTS)


test_any_order = settings(max_examples=200, deadline=None)(
    given(FIGURES, st.randoms())(order_never_matters_and_everyone_is_accounted_for)
)
# One failure is enough: looking for the smallest takes a minute and tells nothing.
any_failure = settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate])(
    given(FIGURES, st.randoms())(order_never_matters_and_everyone_is_accounted_for)
)


def test_the_property_catches_a_planted_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last figure read wins, whatever its submission number."""

    def last_read(figures: list[Figure], basis: Basis) -> dict[str, Figure]:
        return {f.territory: f for f in figures if f.basis is basis}

    monkeypatch.setattr("shared.computation.sources.newest_by_territory", last_read)
    with pytest.raises(AssertionError):
        any_failure()
