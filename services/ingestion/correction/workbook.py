"""A file + what its receipt found -> the same workbook with every remark at its cell."""

import io
import warnings
import zipfile
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from services.ingestion.correction.findings import Findings, Remark
from services.ingestion.correction.marking import mark, unmark
from services.ingestion.correction.outward import neutralise
from services.ingestion.correction.pages import Page
from services.ingestion.correction.rebuilt import rebuilt
from services.ingestion.correction.report_page import add_report
from services.ingestion.correction.results import Result, results, with_results
from services.ingestion.feeds.own_parts import is_report
from services.ingestion.parse.rows import Sheet

_MAIN = "xl/workbook.xml"
# What openpyxl raises on workbooks that Excel opens and it does not understand.
_NOT_UNDERSTOOD = (
    AttributeError, IndexError, InvalidFileException, KeyError, NotImplementedError, OSError, ParseError, TypeError,
    ValueError, zipfile.BadZipFile,
)  # fmt: skip


def corrected(content: bytes, findings: Findings, read: Callable[[], Sequence[Sheet]]) -> bytes:
    """The XLSX to send back. `read` gives the rows of a file that is no XLSX, or that openpyxl cannot open.

    An XLSX comes back as it was: values, formulas with their results, formats, widths, merged cells, other sheets. A
    formula that reaches outside gives way to its last result. What openpyxl does not know is lost: macros, pictures and
    shapes, form controls, slicers, sparklines, threaded comments (their plain text stays), signatures, links to other
    workbooks, and what newer Excel adds to charts, conditional formats and lists of values.
    Of another file the rows stay, as they were read, in a new workbook.
    Raises FileRefusedError as `read` does; memory and time are the caller's to bound.
    """
    found = _opened(content)
    book, pages, stored = found or (*rebuilt(read()), {})
    outward = neutralise(book, stored) if found else []
    placed = _mark(pages, findings)
    add_report(book, (findings if found else findings.rebuilt()).neutralised(outward), placed)
    book.calculation.fullCalcOnLoad = True
    buffer = io.BytesIO()
    book.save(buffer)
    ranks = {sheet.title: rank for rank, sheet in enumerate(book.worksheets, start=1)}
    return with_results(buffer.getvalue(), {ranks[title]: of_sheet for title, of_sheet in stored.items()})


def _opened(content: bytes) -> tuple[Workbook, dict[str, Page], dict[str, dict[str, Result]]] | None:
    """The workbook of an XLSX without the report of an earlier correction, its pages, the results of its formulas.

    None for anything else.
    """
    if not content.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _MAIN not in archive.namelist():
                return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what it does not keep; said in `corrected`
            book = load_workbook(io.BytesIO(content), keep_vba=False, keep_links=False, rich_text=True)
        stored = results(content, [sheet.title for sheet in book.worksheets])
    except _NOT_UNDERSTOOD:
        return None
    earlier = [sheet for sheet in book.worksheets if is_report(sheet.title)]
    if earlier:
        unmark(book)
    for sheet in earlier:
        book.remove(sheet)
    pages = {sheet.title: Page(sheet) for sheet in book.worksheets}
    return (book, pages, {title: of_sheet for title, of_sheet in stored.items() if title in pages}) if pages else None


def _mark(pages: dict[str, Page], findings: Findings) -> list[tuple[Remark, Cell | None]]:
    """Mark each cell once, with all that is said of it; every remark with its cell, if it has one."""
    placed: list[tuple[Remark, Cell | None]] = []
    of_cells: dict[tuple[str, str], tuple[Cell, list[Remark]]] = {}
    for remark in findings.remarks():
        page = pages.get(str(remark.entry.get("sheet") or ""))
        cell = page.cell(remark.entry, wrong=remark.wrong) if page else None
        placed.append((remark, cell))
        if cell is not None:
            of_cells.setdefault((cell.parent.title, cell.coordinate), (cell, []))[1].append(remark)
    for cell, remarks in of_cells.values():
        mark(cell, remarks)
    return placed
