"""Rows as they were read -> a new workbook, for files that are no XLSX: CSV, JSON, ODS, XLS."""

import math
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from services.ingestion.correction.neutral import AnyCell, printable, write_text
from services.ingestion.correction.pages import Page
from services.ingestion.parse.rows import Cell, Sheet

_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_UNNAMED = "Données"
_ROWS_MEASURED = 60
# A spreadsheet keeps 15 digits: a longer number would come back as another one.
_LARGEST_INTEGER = 10**15


def rebuilt(sheets: Sequence[Sheet]) -> tuple[Workbook, dict[str, Page]]:
    """A workbook with the rows at their numbers, and its pages by the names of the sheets as read.

    JSON has its keys in row 0: everything stands one row lower then, as `Page.shift` says.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    if any(sheet.epoch_1904 for sheet in sheets):
        book.epoch = CALENDAR_MAC_1904  # its numbers of days go on counting from there
    pages: dict[str, Page] = {}
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.name))
        if sheet.hidden:
            page.sheet_state = "hidden"
        shift = 1 if any(row.number == 0 for row in sheet.rows[:1]) else 0
        _fill(page, sheet, shift)
        pages[sheet.name] = Page(page, shift)
    return book, pages


def _fill(page: Worksheet, sheet: Sheet, shift: int) -> None:
    widths: dict[int, int] = {}
    for rank, row in enumerate(sheet.rows):
        for index, value in enumerate(row.cells, start=1):
            if value is None or value == "":
                continue
            _write(page.cell(row.number + shift, index), value)
            if rank < _ROWS_MEASURED:
                widths[index] = max(widths.get(index, 0), len(str(value)))
    for index, width in widths.items():
        page.column_dimensions[get_column_letter(index)].width = min(max(width + 2, 9), 50)
    for merge in sheet.merges:
        page.merge_cells(
            start_row=merge.first_row + shift,
            start_column=merge.first_column + 1,
            end_row=merge.last_row + shift,
            end_column=merge.last_column + 1,
        )


def _write(cell: AnyCell, value: Cell) -> None:
    # A CSV says text only: 01 must not come back as 1.
    lossy = isinstance(value, float) and not math.isfinite(value)
    lossy = lossy or (isinstance(value, int) and abs(value) >= _LARGEST_INTEGER)
    if isinstance(value, bool | int | float) and not lossy:
        cell.value = value
    else:
        write_text(cell, str(value))


def _title(name: str) -> str:
    """A title that a workbook accepts; openpyxl adds a number to one that is taken."""
    return _NOT_IN_A_TITLE.sub("_", printable(name)).strip("' ")[:_LONGEST_TITLE] or _UNNAMED
