"""Tables as people make them: headers of several lines, merged cells, pages, several tables, hidden sheets."""

import time
from decimal import Decimal

import pytest

from services.ingestion.parse.rows import Broken, Cell, FileRefusedError, Merge, Remark, Row, Sheet
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.wording import listed
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge, repairs


def sheet(*rows: list[Cell], name: str = "Feuille1", merges: tuple[Merge, ...] = (), **more: object) -> Sheet:
    return Sheet(name, [Row(n, cells) for n, cells in enumerate(rows, start=1)], merges=list(merges), **more)  # type: ignore[arg-type]


def judged(feed: str, *sheets: Sheet, reporter: str = "REG-76", period: str | None = "2020") -> Outcome:
    outcome = validate(sheets, FEEDS[feed], catalogue(), reporter, period)
    assert all(e["message"] for e in listed([*outcome.errors, *outcome.repairs]))
    return outcome


def values(outcome: Outcome) -> dict[tuple[str, str], tuple[Decimal | None, Decimal | None]]:
    return {(f.territory[-2:], f.indicator.split(".")[-1]): (f.value, f.numerator) for f in outcome.figures}


RSA = {
    ("31", "new_beneficiaries"): (Decimal(1000), None),
    ("31", "cer_signed"): (Decimal("31.2"), Decimal(312)),
    ("31", "cer_2_months"): (Decimal("41.6667"), Decimal(130)),
}
MERGED = sheet(
    ["Remontée RSA, exercice 2020"],
    [],
    ["Département", "Nouveaux bénéficiaires du RSA", "CER signés", None, "CER signés"],
    [None, None, "Nombre", "%", "dans les 2 mois"],
    ["31", 1000, 312, "31,2 %", 130],
    merges=(Merge(1, 0, 1, 4), Merge(3, 0, 4, 0), Merge(3, 1, 4, 1), Merge(3, 2, 3, 3)),
)


def test_a_header_of_two_lines_with_merged_cells() -> None:
    outcome = judged("rsa-delays", MERGED)
    assert values(outcome) == RSA
    assert outcome.errors == []
    (note,) = (n for n in outcome.repairs if n.code == "header_lines")
    assert (note.row, note.params) == (4, {"count": 2})
    assert {f.column for f in outcome.figures} >= {"CER signés / Nombre", "CER signés / dans les 2 mois"}


def test_in_csv_an_empty_cell_belongs_to_the_one_at_its_left() -> None:
    text = "Remontée RSA 2020;;;;\nDépartement;Nouveaux BRSA;CER signés;;CER signés\n;;Nombre;%;dans les 2 mois\n"
    outcome = judge("rsa-delays", text + "31;1000;312;31,2 %;130\n", period="2020")
    assert values(outcome) == RSA


def test_a_header_of_three_lines() -> None:
    text = ";Contrats;;\n;CER signés;;Nouveaux\nDépartement;Effectif;Part;bénéficiaires\n31;312;31,2 %;1000\n"
    outcome = judge("rsa-delays", text, period="2020")
    assert values(outcome)["31", "cer_signed"] == (Decimal("31.2"), Decimal(312))
    assert ("31", "new_beneficiaries") in values(outcome)


def test_a_percentage_is_never_read_as_its_count() -> None:
    outcome = judge("ase-exits", "Département;Logement stable;\n;Nombre;%\n31;136;33 %\n", period="2020")
    (figure,) = outcome.figures
    assert (figure.numerator, figure.value) == (136, None)
    assert "column_ignored" in repairs(outcome)


def test_a_general_title_under_that_of_another_column_is_refused_with_its_candidates() -> None:
    text = "Région;RSA;;AAH\n;Hommes;Total;\n76;1;2;3\n"
    outcome = judge("social-benefits", text, period="2020-12")
    assert errors(outcome) == [(2, "RSA / Total", "header_two_readings")]
    assert {f.indicator for f in outcome.figures} == {"ax3.benefits.aah"}
    share = judge("calpae-amounts", "Département;Part Département;Part État\n;Montant;Montant\n31;5;7\n", period="2021")
    assert [(f.value, f.column) for f in share.figures] == [(7, "Part État / Montant")]
    assert errors(share) == [(2, "Part Département / Montant", "header_two_readings")]


def test_an_unknown_title_above_never_makes_a_column_known() -> None:
    outcome = judge("rsa-delays", "Code;CER signés;\n;Nombre;en retard\n31;312;40\n", period="2020")
    assert values(outcome) == {("31", "cer_signed"): (None, Decimal(312))}


def test_a_refused_header_leaves_out_the_figures_that_need_it() -> None:
    text = "Code;CER signés 2019;Nouveaux BRSA\n31;312;1000\n"
    outcome = judge("rsa-delays", text, period="2020")
    assert errors(outcome) == [(1, "CER signés 2019", "header_period_mismatch")]
    assert [f.indicator for f in outcome.figures] == ["ax5.brsa.new_beneficiaries"]


def test_pages_notes_and_empty_rows() -> None:
    header: list[Cell] = ["Département", "Jeunes devenus majeurs", "Référentiel"]
    page = [["Retour au sommaire"], [], ["ASE, page 1"], header, ["31", 412, 130], [], header, ["09", 40, 12], [],
            ["Source : conseils départementaux"], ["(p) provisoire"]]  # fmt: skip
    outcome = judged("ase-exits", sheet(*page))
    assert outcome.errors == []
    assert {f.territory for f in outcome.figures} == {"DEPT-31", "DEPT-09"}
    assert {f.row for f in outcome.figures} == {5, 8}


def test_several_tables_under_each_other_and_beside_each_other_in_columns() -> None:
    rows: list[list[Cell]] = [
        ["Tableau 1"],
        ["Département", "Jeunes devenus majeurs"],
        ["31", 412],
        [],
        ["Tableau 2"],
        [None, "Nom du département", "Jeunes devenus majeurs", "Référentiel"],
        [None, "Ariège", 40, 12],
    ]
    outcome = judged("ase-exits", sheet(*rows))
    assert {(f.territory, f.row) for f in outcome.figures} == {("DEPT-31", 3), ("DEPT-09", 7)}
    assert outcome.errors == []


def test_a_second_table_far_down_is_read_too() -> None:
    body: list[list[Cell]] = [[f"{n:02d}", n] for n in (9, 11, 12)] + [[None, None]] * 80
    again: list[list[Cell]] = [["Suite"], ["Nom du département", "Jeunes devenus majeurs"], ["Haute-Garonne", 5]]
    rows: list[list[Cell]] = [["Département", "Jeunes devenus majeurs"], *body, *again]
    outcome = judged("ase-exits", sheet(*rows))
    assert {f.territory for f in outcome.figures} == {"DEPT-09", "DEPT-11", "DEPT-12", "DEPT-31"}


def test_hidden_sheets_are_said_and_remarks_of_reading_are_kept() -> None:
    seen = sheet(["Code", "Référentiel"], ["31", 130], remarks=[Remark("sheet_hidden")], name="A")
    hidden = sheet(["Code", "Référentiel"], ["31", 999], hidden=True, name="B")
    outcome = judged("ase-exits", seen, hidden)
    assert [f.numerator for f in outcome.figures] == [130]
    assert [(n.sheet, n.code) for n in outcome.repairs if n.code == "sheet_hidden"] == [
        ("A", "sheet_hidden"),
        ("B", "sheet_hidden"),
    ]


def test_a_text_merged_over_rows_holds_for_each_of_them() -> None:
    rows: list[list[Cell]] = [
        ["Département", "Année", "Jeunes devenus majeurs"],
        ["31", 2019, 1],
        [None, 2020, 2],
        ["Note : provisoire"],
        [None],
    ]
    outcome = judged("ase-exits", sheet(*rows, merges=(Merge(2, 0, 3, 0), Merge(4, 0, 5, 2))), period=None)
    assert {(f.territory, f.period, f.value) for f in outcome.figures} == {
        ("DEPT-31", "2019", 1),
        ("DEPT-31", "2020", 2),
    }
    (note,) = (n for n in outcome.repairs if n.code == "merged_cell")
    assert (note.row, note.column, note.position, note.params) == (2, "Département", 0, {"value": "31", "rows": "2-3"})
    assert outcome.errors == []


def test_a_number_merged_over_rows_or_columns_is_refused_at_each_cell() -> None:
    rows: list[list[Cell]] = [["Code", "Jeunes devenus majeurs", "Référentiel"], ["31", 412, 130], ["09", None, 12]]
    outcome = judged("ase-exits", sheet(*rows, merges=(Merge(2, 1, 3, 1),)))
    assert {(n.row, n.position, n.code) for n in outcome.errors} == {(2, 1, "merged_number"), (3, 1, "merged_number")}
    assert outcome.figures == []
    across = judged("ase-exits", sheet(*rows[:2], merges=(Merge(2, 1, 2, 2),)))
    assert {(n.row, n.position) for n in across.errors} == {(2, 1), (2, 2)}


def test_a_broken_cell_is_not_blank() -> None:
    outcome = judged("ase-exits", sheet(["Code", "Jeunes devenus majeurs"], ["31", Broken("formula_error", "#REF!")]))
    assert [(n.row, n.position, n.code) for n in outcome.errors] == [(2, 1, "formula_error")]


def test_two_columns_of_one_title_are_still_refused() -> None:
    with pytest.raises(FileRefusedError) as refused:
        judge("ase-exits", "Code;CER;\n;Référentiel;Référentiel\n31;1;2\n", period="2020")
    assert refused.value.code == "duplicate_column"


def test_years_as_figures_under_a_header_without_places_stay_figures() -> None:
    outcome = judge("ase-exits", "Jeunes devenus majeurs;Référentiel\n2020;2019\n", "DEPT-31", "2020")
    assert next(f.value for f in outcome.figures) == 2020


def test_position_is_the_column_of_the_cell() -> None:
    outcome = judge("ase-exits", "Code;x;Référentiel;Jeunes devenus majeurs\n31;;abc;5\n", period="2020")
    assert [(n.row, n.position) for n in outcome.errors] == [(2, 2)]


def test_a_row_that_numbers_the_columns_is_no_figure() -> None:
    outcome = judge("ase-exits", "Code;Jeunes devenus majeurs;Référentiel\n(1);(2);(3)\n31;5;4\n", period="2020")
    assert {f.territory for f in outcome.figures} == {"DEPT-31"}
    assert outcome.errors == []


def test_merges_that_overlap_over_the_whole_sheet_are_read_in_bounded_time() -> None:
    rows: list[list[Cell]] = [["Département", "Année", "Jeunes devenus majeurs"]]
    rows += [["31", 1000 + n, n] for n in range(2000)]
    merges = tuple(Merge(row, column, 1_048_576, 16_000) for row in range(2, 1500) for column in (0, 2))
    started = time.perf_counter()
    outcome = judged("ase-exits", sheet(*rows, merges=merges), period=None)
    assert time.perf_counter() - started < 5
    assert outcome.figures == []


def test_a_sheet_of_long_texts_is_searched_at_once() -> None:
    text = "en au 2019 2020 " * 12
    rows: list[list[Cell]] = [[f"{text}{n} {c}"[-200:] for c in range(300)] for n in range(60)]
    started = time.perf_counter()
    with pytest.raises(FileRefusedError):
        judged("ase-exits", sheet(*rows))
    assert time.perf_counter() - started < 10


def test_a_header_of_two_lines_printed_again_whole_or_not() -> None:
    top, bottom = ";Chiffres déclarés;", "Département;Jeunes devenus majeurs;Référentiel"
    text = f"{top}\n{bottom}\n{bottom}\n31;5;4\n{top}\n{bottom}\n09;3;2\n"
    outcome = judge("ase-exits", text, period="2020")
    assert {f.territory for f in outcome.figures} == {"DEPT-31", "DEPT-09"}
    assert outcome.errors == []
    assert "line_ignored" in repairs(outcome)
