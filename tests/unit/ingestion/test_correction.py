"""The corrected workbook: the sender's file, with each remark at its cell."""

from typing import Any

import pytest

from services.ingestion.correction import workbook
from services.ingestion.correction.marking import BLUE, RED
from services.ingestion.feeds.own_parts import REPORT_SHEET
from services.ingestion.parse.read import read_sheets
from tests.unit.ingestion.correction_samples import (
    colour,
    formulas,
    marked,
    note_of,
    opened,
    remark,
    sample,
    texts,
)


def results(content: bytes) -> list[list[Any]]:
    return [
        row.cells for sheet in read_sheets(content, "", "x.xlsx") for row in sheet.rows if sheet.name != REPORT_SHEET
    ]


def test_each_remark_stands_at_its_cell() -> None:
    page = opened(
        marked(
            [remark("Remontée d'août", 4, 1, raw="deux cents", message="Pas un nombre.", params={"proposal": "200"})],
            [remark("Remontée d'août", 5, 0, raw="Ariege", message="Ariège.", params={"value": "DEPT-09"})],
        )
    )["Remontée d'août"]
    assert note_of(page["B4"]).splitlines()[1:] == ["ERREUR : Pas un nombre.", "Valeur proposée : 200"]
    assert note_of(page["A5"]).splitlines()[1:] == ["RÉPARÉ : Ariège.", "Valeur lue : DEPT-09"]
    assert (colour(page["B4"]), colour(page["A5"])) == (RED, BLUE)
    assert (page["B4"].value, page["A5"].value) == ("deux cents", "Ariege")
    assert {c.coordinate for row in page.iter_rows() for c in row if c.comment} == {"B4", "A5", "B5"}
    assert {c.coordinate for row in page.iter_rows() for c in row if colour(c)} == {"B4", "A5", "D6"}


def test_the_rest_of_the_workbook_stays_as_it_was() -> None:
    before, after = sample(), marked([remark("Remontée d'août", 4, 1)])
    page = opened(after)["Remontée d'août"]
    assert opened(after).sheetnames == [REPORT_SHEET, "Remontée d'août", "Notes"]
    assert results(after) == results(before)
    assert any("plus & plus" in row for row in results(after))
    assert formulas(after) == formulas(before) == 4
    assert page["E6"].value == '=IF(C6>D6,"plus","moins")'
    assert [str(r) for r in page.merged_cells.ranges] == ["A1:E1", "B2:D2"]
    assert page.column_dimensions["A"].width == 31
    assert (page["B4"].font.name, page["B4"].font.bold, page["C4"].number_format) == ("Marianne", True, "#,##0")
    assert colour(page["D6"]) == "FFFFFF00"
    assert note_of(page["B5"]) == "Vu avec le service"


def test_formulas_that_lose_their_results_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: the workbook as openpyxl saves it."""
    monkeypatch.setattr(workbook, "with_results", lambda content, _: content)
    with pytest.raises(AssertionError):
        test_the_rest_of_the_workbook_stays_as_it_was()


def test_one_cell_says_all_that_is_said_of_it_and_keeps_its_own_comment() -> None:
    errors = [remark("Remontée d'août", 5, 1, message="Une."), remark("Remontée d'août", 5, 1, message="Deux.")]
    page = opened(marked(errors, [remark("Remontée d'août", 5, 1, message="Trois.")]))["Remontée d'août"]
    text = note_of(page["B5"])
    assert text.startswith("Vu avec le service\n")
    assert [text.index(word) for word in ("Une.", "Deux.", "Trois.")] == sorted(
        text.index(word) for word in ("Une.", "Deux.", "Trois.")
    )
    assert colour(page["B5"]) == RED


def test_a_remark_without_a_position_is_found_by_its_title() -> None:
    page = opened(marked([remark("Remontée d'août", 6, None, column="Logement stable")]))["Remontée d'août"]
    assert "ERREUR" in note_of(page["D6"])


def test_an_error_about_a_row_stands_at_its_first_cell_and_a_repair_in_the_report_only() -> None:
    page = opened(marked([remark("Remontée d'août", 6)], [remark("Remontée d'août", 5)]))["Remontée d'août"]
    assert "ERREUR" in note_of(page["A6"])
    assert page["A5"].comment is None


def test_a_remark_inside_a_merged_range_stands_where_its_text_is() -> None:
    page = opened(marked([remark("Remontée d'août", 2, 3)]))["Remontée d'août"]
    assert "ERREUR" in note_of(page["B2"])


@pytest.mark.parametrize("place", [("Ailleurs", 4, 1), ("", None, None), ("Remontée d'août", 2_000_000, 1)], ids=str)
def test_what_is_nowhere_in_the_file_is_in_the_report(place: tuple[str, int | None, int | None]) -> None:
    book = opened(marked([remark(*place, message="Introuvable.")]))
    assert "Introuvable." in texts(book[REPORT_SHEET])


def test_the_report_comes_first_and_says_it_without_colours() -> None:
    errors = [
        remark("Remontée d'août", 4, 1, column="Jeunes devenus majeurs", raw="deux cents", params={"proposal": 200})
    ]
    book = opened(marked(errors, [remark("Remontée d'août", 5, 0, raw="Ariege", params={"value": "DEPT-09"})]))
    page = book[REPORT_SHEET]
    said = texts(page)
    assert book.active is page
    assert [s.sheet_view.tabSelected for s in book.worksheets] == [True, False, False]
    assert {"rec-000017-0badcafe", "v1.0badcafe.ff", "deux cents", "200", "Ariege", "DEPT-09"} <= set(said)
    assert {"ERREUR", "RÉPARÉ"} <= set(said)
    assert "feuille « Remontée d'août », cellule B4, colonne « Jeunes devenus majeurs »" in said
    links = [c.hyperlink.location for row in page.iter_rows() for c in row if c.hyperlink]
    assert links == ["'Remontée d''août'!B4", "'Remontée d''août'!A5"]
