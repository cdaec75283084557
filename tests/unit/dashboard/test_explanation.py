"""What makes a figure, what does not and why: every current figure ends on one side or the other."""

from decimal import Decimal
from typing import Any

from services.dashboard.explanation import Evidence, Explanation, explain
from tests.unit.dashboard import samples

REGION = samples.territory("REG-76", "Occitanie", "NAT-FR")
BELOW = [
    REGION,
    *(samples.territory(f"DEPT-{n}", n, "REG-76") for n in ("09", "31", "34", "48")),
    samples.territory("EPCI-243100518", "Toulouse Métropole", "DEPT-31"),
]


def explained(*observations: Any, rollup: Any = None, **indicator: Any) -> Explanation:
    return explain(
        Evidence(
            indicator=samples.indicator(**indicator),
            territory=REGION,
            period="2020",
            below=BELOW,
            rollup=rollup,
            observations=observations,
            file_names={"rcp-1": "ariege.xlsx"},
            checks=[],
        )
    )


def reasons(explanation: Explanation) -> dict[str, str]:
    return {item.territory: item.reason for item in explanation.left_out}


def test_contributors_are_told_down_to_the_cell_of_their_file() -> None:
    whole = samples.rollup(30, "REG-76", numerator=60, denominator=200, absent=["DEPT-48"])
    found = explained(
        samples.observation("DEPT-09", 1, 20, 100), samples.observation("DEPT-31", 2, 40, 100), rollup=whole
    )
    first = found.contributors[0]
    assert (first.file_name, first.sheet, first.row, first.column, first.submission_seq) == (
        "ariege.xlsx", "Feuil1", 4, "C", 1,
    )  # fmt: skip
    assert found.adds_up is True
    assert reasons(found) == {"DEPT-48": "absent"}


def test_a_rate_without_both_its_counts_is_left_out_as_unpaired() -> None:
    found = explained(samples.observation("DEPT-09", 1, 20, None), samples.observation("DEPT-31", 2, 40, 100))
    assert [c.territory for c in found.contributors] == ["DEPT-31"]
    assert reasons(found) == {"DEPT-09": "unpaired"}


def test_a_withdrawn_figure_and_an_older_source_are_left_out() -> None:
    found = explained(
        samples.observation("DEPT-09", 3, 20, 100, status="withdrawn"),
        samples.observation("DEPT-31", 2, 40, 100),
        samples.observation("DEPT-31", 5, 41, 100, source="observations"),
    )
    assert [(c.territory, c.submission_seq) for c in found.contributors] == [("DEPT-31", 5)]
    assert reasons(found) == {"DEPT-09": "withdrawn", "DEPT-31": "superseded"}


def test_a_declared_total_stands_beside_ours_with_its_difference_and_is_never_added() -> None:
    stated = samples.observation("REG-76", 9, None, None, basis="declared", value=Decimal(17940580))
    whole = samples.rollup(17940581, "REG-76", method="sum")
    own = samples.observation("DEPT-09", 1, None, None, value=Decimal(17940581))
    found = explained(stated, own, rollup=whole, method="sum", unit="EUR")
    assert [d.difference for d in found.declared] == [1]
    assert [c.territory for c in found.contributors] == ["DEPT-09"]
    assert found.adds_up is True


def test_where_nothing_was_reported_the_declared_figure_is_the_figure() -> None:
    stated = samples.observation("REG-76", 9, None, None, basis="declared", value=Decimal(58))
    found = explained(stated, rollup=samples.rollup(58, "REG-76", basis="declared"))
    assert [c.territory for c in found.contributors] == ["REG-76"]
    assert found.declared == []


def test_a_metropole_counts_beside_its_department_only_where_it_is_added() -> None:
    metropole = samples.observation("EPCI-243100518", 4, 5, 10)
    own = samples.observation("DEPT-31", 2, 40, 100)
    assert len(explained(metropole, own, metropoles="added").contributors) == 2
    assert reasons(explained(metropole, own, metropoles="inside")) == {"EPCI-243100518": "inside"}
    assert reasons(explained(metropole, own)) == {"EPCI-243100518": "not_asked"}


def test_a_regions_own_figure_stands_back_once_departments_reported() -> None:
    own = samples.observation("REG-76", 1, 10, 100)
    assert len(explained(own).contributors) == 1
    assert reasons(explained(own, samples.observation("DEPT-31", 2, 40, 100))) == {"REG-76": "own_total"}


def test_without_a_method_nothing_counts_above() -> None:
    assert reasons(explained(samples.observation("DEPT-31", 2, 40, 100), method="none")) == {"DEPT-31": "no_method"}


def test_a_sum_that_does_not_come_out_is_said() -> None:
    whole = samples.rollup(30, "REG-76", numerator=61, denominator=200)
    assert explained(samples.observation("DEPT-31", 2, 60, 200), rollup=whole).adds_up is False
    assert explained(rollup=None).adds_up is None
