"""Totals of a table: a check, never a figure to add. And what a blank is not."""

from decimal import Decimal

import pytest

from services.ingestion.repair.outcome import Number
from services.ingestion.validate import places, reader, totals
from services.ingestion.validate.totals import Role, total_of
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Basis
from shared.domain.territory import Level
from tests.unit.ingestion.judge import errors, judge, repairs
from tests.unit.ingestion.test_validate import PRINTED

ASE = "Département;Jeunes devenus majeurs;Référentiel\n"
CALPAE = "Département;Partenaire;Montant\n"


def differences(outcome: Outcome) -> list[tuple[int | None, int | None, str, str]]:
    return [
        (n.row, n.position, n.params["stated"], n.params["computed"])
        for n in outcome.repairs
        if n.code == "total_differs"
    ]


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("Total", (Role.whole, "")),
        ("TOTAL GÉNÉRAL", (Role.whole, "")),
        ("Ensemble de la région", (Role.whole, "")),
        ("Totaux 2021 (13 départements)", (Role.whole, "")),
        ("Sous-total", (Role.section, "")),
        ("S/total métropoles", (Role.section, "")),
        ("Total département", (Role.section, "departement")),
        ("Total Ariège", (Role.section, "ariege")),
        ("Totalement", None),
        ("Ariège", None),
        ("", None),
    ],
)
def test_what_a_total_covers(label: str, found: tuple[Role, str] | None) -> None:
    assert total_of(label, Level.region) == found
    assert total_of("Total département", Level.department) == (Role.whole, "")


def test_a_total_that_adds_up_is_not_remarked() -> None:
    outcome = judge("ase-exits", ASE + "31;412;130\n09;40;12\nTotal;452;142\n", period="2020")
    assert differences(outcome) == []
    assert {(f.territory, f.basis) for f in outcome.figures if f.row == 4} == {("REG-76", Basis.declared)}


def test_a_total_that_does_not_is_flagged_at_its_cell_and_refuses_nothing() -> None:
    outcome = judge("ase-exits", ASE + "31;412;130\n09;40;12\nTotal;452;143\n", period="2020")
    assert differences(outcome) == [(4, 2, "143", "142")]
    assert outcome.errors == []
    assert next(f for f in outcome.figures if f.territory == "REG-76" and f.numerator).numerator == 143


def test_the_printed_total_is_one_euro_short() -> None:
    outcome = judge("calpae-amounts", PRINTED.read_bytes(), period="2021")
    assert [(stated, computed) for _, _, stated, computed in differences(outcome)] == [("17940580", "17940581")]


@pytest.mark.parametrize(
    "rows",
    [
        "31;412;130\n09;40;\nTotal;452;999\n",
        "31;412;130\n09;40;nd\nTotal;452;999\n",
        "31;412;130\n09;40;abc\nTotal;452;999\n",
        "31;412;130\n999;40;12\nTotal;999;999\n",
        "31;412;130\n09;;\nTotal;999;999\n",
    ],
)
def test_what_was_not_read_cannot_be_compared(rows: str) -> None:
    assert differences(judge("ase-exits", ASE + rows, period="2020")) == []


def test_the_total_of_a_department_that_sends_for_itself_covers_others() -> None:
    outcome = judge("ase-exits", ASE + "31;412;130\n09;40;12\nTotal;452;142\n", "DEPT-31", "2020")
    assert differences(outcome) == []


def test_periods_are_not_added_to_each_other() -> None:
    text = "Code;Année;Jeunes devenus majeurs\n31;2019;1\n31;2020;2\nTotal;2019;1\nTotal;2020;3\n"
    assert differences(judge("ase-exits", text)) == [(5, 2, "3", "2")]
    across = judge("calpae-amounts", "Code;2019;2020\n31;1;2\n09;3;4\nTotal;4;7\n")
    assert differences(across) == [(4, 2, "7", "6")]


def test_sub_totals_are_compared_and_never_recorded() -> None:
    rows = "31;;1\n09;;2\nSous-total;;3\n;Toulouse Métropole;5\nSous-total;;6\nTotal;;8\n"
    outcome = judge("calpae-amounts", CALPAE + rows, period="2021")
    assert differences(outcome) == [(6, 2, "6", "5")]
    assert [(f.territory, f.value) for f in outcome.figures if f.basis is Basis.declared] == [("REG-76", 8)]
    assert "subtotal_line" in repairs(outcome)


def test_the_total_of_a_named_territory_is_its_own() -> None:
    rows = "31;CD;1\n;Toulouse Métropole;2\nTotal Haute-Garonne;;4\n09;;2\nTotal;;5\n"
    outcome = judge("calpae-amounts", CALPAE + rows, period="2021")
    declared = {f.territory: f.value for f in outcome.figures if f.basis is Basis.declared}
    assert declared == {"DEPT-31": 4, "REG-76": 5}
    assert differences(outcome) == [(4, 2, "4", "3")]


def test_a_total_of_something_else_is_not_the_regions() -> None:
    outcome = judge("calpae-amounts", CALPAE + "31;;1\nTotal hors métropoles;;9\n", period="2021")
    assert [(f.territory, f.value) for f in outcome.figures] == [("DEPT-31", 1)]


def test_sections_whose_total_is_called_just_total() -> None:
    rows = "31;;1\n09;;2\nTotal;;3\n11;;4\n12;;5\nTotal;;9\nTotal;;12\n"
    outcome = judge("calpae-amounts", CALPAE + rows, period="2021")
    assert (outcome.errors, differences(outcome)) == ([], [])
    assert [(f.row, f.value) for f in outcome.figures if f.territory == "REG-76"] == [(8, 12)]
    unclear = judge("calpae-amounts", CALPAE + "31;;1\n09;;2\nTotal;;4\nTotal;;3\n", period="2021")
    assert {code for _, _, code in errors(unclear)} == {"conflicting_lines"}


TOTALS = (ASE + "31;412;130\n09;40;12\nTotal;452;142\n", Decimal(452))


def no_total_is_added(text: str, expected: Decimal) -> None:
    """What is reported adds up to the total, which stands apart from it."""
    outcome = judge("ase-exits", text, period="2020")
    majority = [f for f in outcome.figures if f.indicator.endswith("reaching_majority")]
    assert sum(f.value or 0 for f in majority if f.basis is Basis.reported) == expected
    assert differences(outcome) == []


def test_no_total_is_added() -> None:
    no_total_is_added(*TOTALS)


def test_a_planted_total_added_as_a_row_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that takes `Total` for a place of its own."""
    right = places.PlaceReader._judge

    def wrong(self, one, groups):  # type: ignore[no-untyped-def]
        placed = right(self, one, groups)
        return places.Placed(placed.line, placed.territory, Basis.reported) if placed else None

    monkeypatch.setattr(places.PlaceReader, "_judge", wrong)
    with pytest.raises(AssertionError):
        no_total_is_added(*TOTALS)


def a_blank_is_no_zero() -> None:
    """A blank gives no figure, and a total over it is not compared."""
    outcome = judge("ase-exits", ASE + "31;412;130\n09;40;\nTotal;452;130\n", period="2020")
    pairs = {f.territory: f.numerator for f in outcome.figures if f.indicator.endswith("in_framework")}
    assert pairs == {"DEPT-31": 130, "DEPT-09": None, "REG-76": 130}
    assert differences(judge("ase-exits", ASE + "31;412;130\n09;40;\nTotal;452;131\n", period="2020")) == []


def test_a_blank_is_no_zero() -> None:
    a_blank_is_no_zero()


@pytest.mark.parametrize("module", [reader, totals])
def test_a_planted_blank_read_as_zero_is_caught(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    right = reader.read_number

    def wrong(cell, *more, **named):  # type: ignore[no-untyped-def]
        return Number(Decimal(0)) if cell in (None, "") else right(cell, *more, **named)

    monkeypatch.setattr(module, "read_number", wrong)
    with pytest.raises(AssertionError):
        a_blank_is_no_zero()
