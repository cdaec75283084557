"""The first sheet of a corrected workbook: the receipt, what the colours mean, each remark with a link to its cell."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.ingestion.correction.findings import Findings, Remark
from services.ingestion.correction.marking import fill
from services.ingestion.correction.neutral import AnyCell, write_text
from services.ingestion.feeds.own_parts import REPORT_SHEET

_WIDTHS = {"A": 16, "B": 40, "C": 28, "D": 28, "E": 90}
_HEADINGS = ("Remarque", "Où", "Ce que dit la cellule", "Valeur proposée ou lue", "Ce qu'il faut savoir")
_LINE = 15
_BOLD = Font(bold=True)
_LINK = Font(color="FF0B4EA2", underline="single")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_HOW_TO = (
    "Corrigez les cellules marquées ERREUR dans les autres feuilles, puis renvoyez ce fichier : cette feuille n'est "
    "pas lue. Rien n'a été changé dans vos cellules, sauf leur couleur et leur commentaire."
)


def add_report(book: Workbook, findings: Findings, placed: Sequence[tuple[Remark, Cell | None]]) -> None:
    """Put the sheet in front, errors first, and open the workbook on it."""
    page = book.create_sheet(REPORT_SHEET, 0)
    for column, width in _WIDTHS.items():
        page.column_dimensions[column].width = width
    _title(page)
    row = _about(page, findings)
    row = _legend(page, row + 1)
    _table(page, row + 1, placed)
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for sheet in book.worksheets:
        # Two selected sheets would be edited together.
        sheet.sheet_view.tabSelected = sheet is page
    book.active = 0


def _title(page: Worksheet) -> None:
    cell = page.cell(1, 1)
    write_text(cell, "Vigie : ce qui a été lu dans ce fichier, et ce qu'il reste à corriger")
    cell.font = Font(bold=True, size=14)


def _about(page: Worksheet, findings: Findings) -> int:
    row = 2
    counts = [("Erreurs listées", str(len(findings.errors))), ("Réparations listées", str(len(findings.repairs)))]
    for name, value in [*findings.about, *counts]:
        _bold(page.cell(row, 1), name)
        write_text(page.cell(row, 2), value)
        row += 1
    return row


def _legend(page: Worksheet, row: int) -> int:
    for wrong, word, meaning in (
        (True, "ERREUR", "fond rouge : le chiffre n'a pas été retenu, la cellule est à corriger"),
        (
            False,
            "RÉPARÉ",
            "fond bleu : la cellule a été comprise comme il est dit, rien n'est à faire si c'est juste",
        ),
    ):
        cell = page.cell(row, 1)
        _bold(cell, word)
        cell.fill = fill(wrong=wrong)
        write_text(page.cell(row, 2), meaning)
        row += 1
    write_text(page.cell(row, 1), _HOW_TO)
    return row + 1


def _table(page: Worksheet, row: int, placed: Sequence[tuple[Remark, Cell | None]]) -> None:
    for column, heading in enumerate(_HEADINGS, start=1):
        _bold(page.cell(row, column), heading)
    for number, (remark, target) in enumerate(placed, start=row + 1):
        word = page.cell(number, 1)
        write_text(word, remark.word)
        word.fill = fill(wrong=remark.wrong)
        where = page.cell(number, 2)
        write_text(where, _where(remark, target))
        if target is not None:
            where.hyperlink = Hyperlink(ref=where.coordinate, location=_address(target))
            where.font = _LINK
        raw = remark.entry.get("raw")
        texts = ("" if raw is None else str(raw), remark.offered, remark.message)
        for column, text in enumerate(texts, start=3):
            if text:
                write_text(page.cell(number, column), text)
        for column in range(1, len(_HEADINGS) + 1):
            page.cell(number, column).alignment = _WRAPPED
        # Not every program makes a row as high as its wrapped texts by itself.
        wrapped = zip([*_WIDTHS.values()][1:], (_where(remark, target), *texts), strict=True)
        page.row_dimensions[number].height = _LINE * max(1, *(-(-len(text) // width) for width, text in wrapped))


def _where(remark: Remark, target: Cell | None) -> str:
    """In one cell with its words around it: a title such as `Nom`, alone, would read as a column of names."""
    entry = remark.entry
    parts = [f"feuille « {entry['sheet']} »"] if entry.get("sheet") else []
    if target is not None:
        parts.append(f"cellule {target.coordinate}")
    elif entry.get("row") is not None:
        parts.append(f"ligne {entry['row']}")
    parts += [f"colonne « {entry['column']} »"] if entry.get("column") else []
    return ", ".join(parts) or "le fichier entier"


def _address(target: Cell) -> str:
    sheet = target.parent.title.replace("'", "''")
    return f"'{sheet}'!{target.coordinate}"


def _bold(cell: AnyCell, text: str) -> None:
    write_text(cell, text)
    cell.font = _BOLD
