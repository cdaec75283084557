"""A workbook as a department makes it, and what its correction says."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from services.ingestion.correction.findings import Findings
from services.ingestion.correction.results import Result, with_results
from services.ingestion.correction.workbook import corrected
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import Sheet
from services.ingestion.validate.validation import Outcome, validate
from tests.unit.ingestion.judge import FEEDS, catalogue

ABOUT = [("Rapport d'import", "rec-000017-0badcafe"), ("Sceau", "v1.0badcafe.ff")]
FORMULA = re.compile(rb"<f[ >/]")


def remark(sheet: str, row: int | None, position: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "sheet": sheet, "row": row, "column": "", "raw": None, "code": "c", "message": "Un message.", "params": {},
        "position": position, **more,
    }  # fmt: skip


def sample() -> bytes:
    """Two sheets as a department makes them: a title, two lines of merged headers, formulas, colours, a comment."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Remontée d'août"
    rows: list[list[Any]] = [
        ["Sorties de l'ASE, année 2020", None, None, None, None],
        [None, "Jeunes", None, None, None],
        [
            "Département",
            "Jeunes devenus majeurs",
            "Pris en charge dans le référentiel",
            "Logement stable",
            "Vérification",
        ],
        ["31", "deux cents", 120, 80, "=C4-D4"],
        ["Ariege", "40", 12, "nc", "=C5-12"],
        ["82", 10, 5, 4, '=IF(C6>D6,"plus","moins")'],
    ]
    for row in rows:
        page.append(row)
    page.merge_cells("A1:E1")
    page.merge_cells("B2:D2")
    page.column_dimensions["A"].width = 31
    page["B4"].font = Font(bold=True, name="Marianne")
    page["C4"].number_format = "#,##0"
    page["D6"].fill = PatternFill("solid", fgColor="FFFFFF00")
    page["B5"].comment = Comment("Vu avec le service", "Service")
    other = book.create_sheet("Notes")
    other["A1"] = "Rien à lire ici"
    other["B2"] = "=1+2"
    buffer = io.BytesIO()
    book.save(buffer)
    first = {"E4": Result("n", "40"), "E5": Result("n", "0"), "E6": Result("str", "plus & plus")}
    return with_results(buffer.getvalue(), {1: first, 2: {"B2": Result("n", "3")}})


def no_rows() -> Sequence[Sheet]:
    raise AssertionError("this file is an XLSX")


def marked(errors: list[dict[str, Any]], repairs: list[dict[str, Any]] | None = None, content: bytes = b"") -> bytes:
    return corrected(content or sample(), Findings(ABOUT, errors, repairs or []), no_rows)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def note_of(cell: Any) -> str:
    assert isinstance(cell, Cell)
    assert cell.comment is not None, cell.coordinate
    return cell.comment.text


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type == "solid" else ""


def formulas(content: bytes) -> int:
    """How many formulas the parts of a workbook hold, whatever a library makes of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(len(FORMULA.findall(archive.read(n))) for n in archive.namelist() if "worksheets/sheet" in n)


def texts(page: Worksheet) -> list[str]:
    return [str(c.value) for row in page.iter_rows() for c in row if c.value is not None]


def judge(content: bytes, name: str = "x.xlsx") -> Outcome:
    return validate(read_sheets(content, "", name), FEEDS["ase-exits"], catalogue(), "REG-76", "2020")


def as_book(text: str, name: str = "x.csv", errors: Sequence[dict[str, Any]] = ()) -> bytes:
    content = text.encode()
    return corrected(content, Findings(ABOUT, errors, []), lambda: read_sheets(content, "", name))
