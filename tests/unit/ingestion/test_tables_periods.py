"""Periods in column titles and in names of sheets."""

from decimal import Decimal

import pytest

from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.validate.header_periods import period_inside, whole_period
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Status
from shared.domain.period import PeriodKind
from tests.unit.ingestion.judge import errors, judge, repairs
from tests.unit.ingestion.test_tables import judged, sheet

YEAR = [PeriodKind.year]


def cells(outcome: Outcome) -> list[tuple[str, str, Decimal | None, str]]:
    return sorted((f.territory, f.period, f.value, f.status.value) for f in outcome.figures)


@pytest.mark.parametrize(
    ("cell", "code", "status"),
    [
        (2019, "2019", None),
        (2019.0, "2019", None),
        ("2020 (p)", "2020", Status.provisional),
        ("2018*", "2018", Status.provisional),
        ("2021 (e)", "2021", Status.estimated),
        ("2021 (1)", "2021", None),
        ("Année 2020", "2020", None),
        ("janv.-20", "2020-01", None),
        ("T1 2021", "2021-Q1", None),
        ("2021-03", "2021-03", None),
        ("2021-03-31", "2021-03-31", None),
        ("31/12/2020", "2020-12-31", None),
    ],
)
def test_a_header_that_is_a_period(cell: str | float, code: str, status: Status | None) -> None:
    found = whole_period(cell, [])
    assert found is not None
    assert (found.code, found.status, found.fault) == (code, status, None)


@pytest.mark.parametrize("cell", ["Montant 2021", "12", 12, 412.5, "Nombre", "", None, True, "31", "2020 000", "mai"])
def test_a_header_that_is_none(cell: str | float | None) -> None:
    assert whole_period(cell, []) is None


def test_a_period_inside_a_title() -> None:
    found = period_inside("Jeunes devenus majeurs en 2020 (p)", YEAR)
    assert found is not None
    assert (found[0].strip(), found[1].code, found[1].status) == ("Jeunes devenus majeurs", "2020", Status.provisional)
    day = period_inside("Situation au 31/12/2020", YEAR)
    assert day is not None
    assert day[1].code == "2020"
    twice = period_inside("Évolution 2019 vers 2021", YEAR)
    assert twice is not None
    assert twice[1].fault is not None


def test_one_measure_with_its_years_across() -> None:
    text = "Département;2019;2020 (p);2021*\n31;1;2;3\n09;4;;6\n"
    outcome = judge("calpae-amounts", text)
    assert cells(outcome) == [
        ("DEPT-09", "2019", 4, "final"),
        ("DEPT-09", "2021", 6, "provisional"),
        ("DEPT-31", "2019", 1, "final"),
        ("DEPT-31", "2020", 2, "provisional"),
        ("DEPT-31", "2021", 3, "provisional"),
    ]
    assert [(n.column, n.position, n.params["value"]) for n in outcome.repairs if n.code == "period_column"] == [
        ("2019", 1, "2019"),
        ("2020 (p)", 2, "2020"),
        ("2021*", 3, "2021"),
    ]
    assert [(n.row, n.column, n.position) for n in outcome.repairs if n.code == "missing_blank"] == [(3, "2020 (p)", 2)]
    assert {(f.period, f.column) for f in outcome.figures} >= {("2020", "2020 (p)")}


def test_places_are_noted_once_whatever_the_number_of_years() -> None:
    outcome = judge("calpae-amounts", "Partenaire;2019;2020\nAriège;1;2\nx;3;4\n")
    assert len([n for n in outcome.repairs if n.code == "territory_by_name"]) == 1
    assert errors(outcome) == [(3, "Partenaire", "unknown_territory")]


def test_a_faulty_cell_is_refused_in_its_own_column() -> None:
    outcome = judge("calpae-amounts", "Code;2019;2020\n31;1;abc\n")
    assert [(n.row, n.column, n.position, n.code) for n in outcome.errors] == [(2, "2020", 2, "not_a_number")]
    assert [(f.period, f.value) for f in outcome.figures] == [("2019", 1)]


def test_a_long_table_with_its_years_across() -> None:
    text = "indicateur;territoire;2019;2020 (p)\nax0.ctx.population;31;5;6\nax0.ctx.population;09;nd;8\n"
    outcome = judge("observations", text)
    assert cells(outcome) == [
        ("DEPT-09", "2020", 8, "provisional"),
        ("DEPT-31", "2019", 5, "final"),
        ("DEPT-31", "2020", 6, "provisional"),
    ]
    assert "missing_unknown" in repairs(outcome)


MONTHS = "Région;RSA;;AAH;\n;janv.-20;févr.-20;janv.-20;févr.-20\n76;1;2;3;4\n"
TURNED = "Région;janv.-20;;févr.-20;\n;RSA;AAH;RSA;AAH\n76;1;3;2;4\n"


@pytest.mark.parametrize("text", [MONTHS, TURNED])
def test_a_measure_over_its_periods_or_a_period_over_its_measures(text: str) -> None:
    outcome = judge("social-benefits", text)
    assert {(f.indicator[-3:], f.period, f.value) for f in outcome.figures} == {
        ("rsa", "2020-01", 1),
        ("rsa", "2020-02", 2),
        ("aah", "2020-01", 3),
        ("aah", "2020-02", 4),
    }
    assert outcome.errors == []


def test_a_ratio_keeps_its_sides_in_the_same_year() -> None:
    text = "Code;Devenus majeurs 2019;Référentiel 2019;Devenus majeurs 2020;Référentiel 2020\n31;10;5;20;5\n"
    outcome = judge("ase-exits", text)
    ratios = {(f.period, f.numerator, f.denominator, f.value) for f in outcome.figures if f.ratio and f.numerator}
    assert ratios == {("2019", 5, 10, 50), ("2020", 5, 20, 25)}


def test_years_across_when_the_file_is_about_one_of_them() -> None:
    outcome = judge("calpae-amounts", "Code;Montant 2020;Montant 2021\n31;1;2\n", period="2021")
    assert [(f.period, f.value) for f in outcome.figures] == [("2021", 2)]
    assert [(n.row, n.position, n.code) for n in outcome.errors] == [(1, 1, "header_period_mismatch")]


def test_a_year_in_the_title_of_a_column_is_never_dropped() -> None:
    wrong = judge("calpae-amounts", "Code;Montant 2021\n31;1\n", period="2020")
    assert (wrong.figures, [n.code for n in wrong.errors]) == ([], ["header_period_mismatch"])
    right = judge("calpae-amounts", "Code;Montant 2021 (part État)*\n31;1\n", period="2021")
    assert [f.period for f in right.figures] == ["2021"]
    alone = judge("calpae-amounts", "Code;Montant 2021\n31;1\n")
    assert ([f.period for f in alone.figures], "period_column" in repairs(alone)) == (["2021"], True)
    beside = judge("calpae-amounts", "Code;Année;Montant 2021\n31;2021;1\n09;2020;2\n")
    assert [f.territory for f in beside.figures] == ["DEPT-31"]
    assert errors(beside) == [(3, "Année", "header_period_mismatch")]


def test_a_period_of_another_kind_is_refused_at_its_header() -> None:
    outcome = judge("calpae-amounts", "Code;2019;2020-2021;mars 2021\n31;1;2;3\n")
    assert [f.period for f in outcome.figures] == ["2019"]
    assert [(n.column, n.code) for n in outcome.errors] == [
        ("2020-2021", "ambiguous_period"),
        ("mars 2021", "period_kind"),
    ]


@pytest.mark.parametrize(
    ("feed", "text", "code"),
    [
        ("calpae-amounts", "Code;Année;2019;2020\n31;2019;1;2\n", "periods_twice"),
        ("calpae-amounts", "Code;Année;Montant 2019;Montant 2020\n31;2019;1;2\n", "periods_twice"),
        ("calpae-amounts", "Code;2019;2019\n31;1;2\n", "duplicate_column"),
        ("calpae-amounts", "Montants de 2021;\nCode;Montant\n31;1\n", "period_missing_titled"),
        ("calpae-amounts", "Montants de 2020 et 2021;\nCode;Montant\n31;1\n", "period_missing"),
        ("calpae-amounts", "Code;Montant;2019\n31;1;2\n", "period_missing_titled"),
    ],
)
def test_what_contradicts_itself_or_says_no_period_is_refused(feed: str, text: str, code: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        judge(feed, text)
    assert refused.value.code == code


def test_years_without_a_measure_are_asked_about() -> None:
    outcome = judge("ase-exits", "Code;2019;2020\n31;1;2\n")
    assert outcome.figures == []
    assert {(n.row, n.position, n.code) for n in outcome.errors} == {
        (1, 1, "period_without_measure"),
        (1, 2, "period_without_measure"),
    }
    history = sheet(["Code", 2019, 2020], ["31", 1, 2], name="Historique")
    both = judged("ase-exits", history, sheet(["Code", "Référentiel"], ["31", 130]))
    assert (both.errors, len(both.figures)) == ([], 1)


def test_sheets_named_after_their_period() -> None:
    sheets = [
        sheet(["Code", "Montant"], ["31", n], name=name) for n, name in enumerate(["2019", "2020 (p)", "Notes"], 1)
    ]
    outcome = judged("calpae-amounts", *sheets[:2], period=None)
    assert cells(outcome)[:2] == [("DEPT-31", "2019", 1, "final"), ("DEPT-31", "2020", 2, "final")]
    assert [(n.sheet, n.params["value"]) for n in outcome.repairs if n.code == "period_from_sheet"] == [
        ("2019", "2019"),
        ("2020 (p)", "2020"),
    ]
    with pytest.raises(FileRefusedError):
        judged("calpae-amounts", *sheets, period=None)
    one = judged("calpae-amounts", *sheets[:2], period="2020")
    assert [(f.period, f.value) for f in one.figures] == [("2020", 2)]
    assert [(n.sheet, n.code) for n in one.errors] == [("2019", "sheet_period_mismatch")]


def test_a_header_of_numbers_in_a_workbook() -> None:
    outcome = judged("calpae-amounts", sheet(["Code", 2019, 2020.0], ["31", 1, 2]), period=None)
    assert [(f.period, f.value) for f in outcome.figures] == [("2019", 1), ("2020", 2)]


def test_a_register_with_a_year_in_a_title() -> None:
    header = "Identifiant;Appel;Projet;Montant 2021;Territoire"
    outcome = judge("projects", f"{header}\nG1;c;t;5;31\n", period="2021")
    assert len(outcome.entries) == 1
    wrong = judge("projects", f"{header}\nG1;c;t;5;31\n", period="2020")
    assert [n.code for n in wrong.errors] == ["header_period_mismatch"]
