"""What could mean something else is refused at its cell, and nothing that was sent vanishes unsaid."""

import pytest

from services.ingestion.parse.rows import Row, Sheet
from services.ingestion.repair import place_names
from services.ingestion.validate.validation import validate
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge, repairs

MAJORITY = "ax2.ase_exit.reaching_majority"


def test_rows_that_differ_in_a_column_of_no_feed_are_not_repeated():
    by_sex = judge("ase-exits", "Dpt;Sexe;Jeunes devenus majeurs\n31;F;20\n31;G;20\n09;F;3\n", period="2020")
    assert [(f.territory, f.value) for f in by_sex.figures] == [("DEPT-09", 3)]
    assert [(row, code) for row, _, code in errors(by_sex)] == [(2, "conflicting_lines"), (3, "conflicting_lines")]
    labels = judge("calpae-amounts", "Code;Nom;Montant\n31;Filles;20\n31;Garçons;20\n", period="2020")
    assert {code for _, _, code in errors(labels)} == {"conflicting_lines"}
    many = judge("ase-exits", "Dpt;Sexe;Jeunes devenus majeurs\n" + "31;F;20\n" * 3_000, period="2020")
    assert max(len(note.params["rows"]) for note in many.repairs if note.code == "repeated_line") < 100


def test_equal_rows_of_two_sheets_are_repeats_only_if_the_sheets_are_the_same():
    header, row, other = Row(1, ["Dpt", "Jeunes devenus majeurs"]), Row(2, ["31", "20"]), Row(3, ["09", "3"])

    def of(*sheets):
        return validate(sheets, FEEDS["ase-exits"], catalogue(), "REG-76", "2020")

    copy = of(Sheet("A", [header, row, other]), Sheet("B", [header, row, other]))
    assert (len(copy.figures), copy.errors) == (2, [])
    apart = of(Sheet("F", [header, row, other]), Sheet("G", [header, row]))
    assert ([f.territory for f in apart.figures], len(apart.errors)) == (["DEPT-09"], 2)


def test_a_file_without_territories_is_its_senders_said_once_or_refused():
    one = judge("ase-exits", "Jeunes devenus majeurs\n50\n", "DEPT-32", "2020")
    assert [(f.territory, f.value) for f in one.figures] == [("DEPT-32", 50)]
    assert [n.params for n in one.repairs if n.code == "territory_from_sender"] == [{"value": "DEPT-32"}]
    several = judge("ase-exits", "Canton;Jeunes devenus majeurs\nAuch-1;50\nAuch-2;20\n", "DEPT-32", "2020")
    assert (several.figures, [code for _, _, code in errors(several)]) == ([], ["rows_without_territory"] * 2)


def test_a_good_cell_beside_an_unreadable_one_is_named():
    outcome = judge("ase-exits", "Dpt;Jeunes devenus majeurs;Référentiel\n31;1,502;510\n", period="2020")
    assert [(n.code, n.params["proposal"]) for n in outcome.errors] == [("ambiguous_number", "1502")]
    (left,) = [n for n in outcome.repairs if n.code == "left_with_neighbour"]
    assert (left.column, left.raw, left.params) == ("Référentiel", "510", {"neighbour": "Jeunes devenus majeurs"})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.234", "ambiguous_number"), ("-5", "negative_count"), ("12,5", "not_whole"), ("31 %", "unit_unexpected"),
        ("5 €", "unit_unexpected"),
    ],
)  # fmt: skip
def test_a_value_is_of_the_kind_of_its_indicator(cell, code):
    outcome = judge("observations", f"territory;indicator;period;value\n31;{MAJORITY};2020;{cell}\n")
    assert (outcome.figures, errors(outcome)) == ([], [(2, "value", code)])


def test_the_source_of_another_feed_serves_only_to_withdraw():
    text = "territory;indicator;period;value;status;source\n"
    typed = judge("observations", text + f"31;{MAJORITY};2020;5;;ase-exits\n")
    assert errors(typed) == [(2, "source", "reserved_source")]
    gone = judge("observations", text + f"31;{MAJORITY};2020;;retiré;ase-exits\n")
    assert (len(gone.figures), gone.errors, "missing_blank" in repairs(gone)) == (1, [], False)


def test_words_of_tables_are_no_places():
    words = ["Moyenne", "Marge", "Part", "Parts", "Canal", "Marche", "Écart", "Autres"]
    text = "Département;Jeunes devenus majeurs\n" + "".join(f"{word};1\n" for word in words)
    outcome = judge("ase-exits", text, "NAT-FR", "2020")
    assert (outcome.figures, {n.code for n in outcome.errors}) == ([], {"unknown_territory"})
    assert {n.params["proposal"] for n in outcome.errors} == {""}


def test_somme_is_the_department_unless_it_adds_up():
    rows = "Département;Jeunes devenus majeurs\n02;5\n59;7\nSomme;"
    department = judge("ase-exits", rows + "13\n", "NAT-FR", "2020")
    assert [f.territory for f in department.figures] == ["DEPT-02", "DEPT-59", "DEPT-80"]
    total = judge("ase-exits", rows + "12\n", "NAT-FR", "2020")
    assert ([f.territory for f in total.figures], errors(total)) == (
        ["DEPT-02", "DEPT-59"], [(4, "Département", "sum_or_somme")],
    )  # fmt: skip


def test_a_total_without_period_is_told():
    text = "Département;Année;Jeunes devenus majeurs\n31;2020;15\n31;2021;12\nTOTAL;;27\n"
    outcome = judge("ase-exits", text)
    assert (len(outcome.figures), outcome.errors) == (2, [])
    assert {"total_without_period"} == repairs(outcome) & {"total_without_period", "total_line"}


def test_the_tests_catch_a_planted_defect(monkeypatch):
    """Every word may be a misspelt territory."""
    monkeypatch.setattr(place_names, "_OF_TABLES", frozenset())
    with pytest.raises(AssertionError):
        test_words_of_tables_are_no_places()
