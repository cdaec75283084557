"""The old XLS -> rows. Runs in a child process.

Of a formula the format keeps the result only, and the library shows only that. A formula that no program computed keeps
an empty text, as does `=""`: the two cannot be told apart, both are blank here, and neither is ever zero.
"""

import contextlib
import io
from datetime import datetime, time

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT
from xlrd.xldate import XLDateError, xldate_as_datetime

from services.ingestion.parse.formats import is_percentage, percentage_text
from services.ingestion.parse.rows import DEFAULT_LIMITS, Broken, Cell, FileRefusedError, Limits, Merge, Row, Sheet
from services.ingestion.parse.size import Size
from services.ingestion.parse.text import clean_text

# Names of streams inside the file, in its own UTF-16.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def parse_xls(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """Every sheet, hidden ones marked; raises FileRefusedError.

    Error cells are Broken. A number in a percentage format is the text that a reader sees (0.312 -> "31.2%").
    """
    if _LOCKED in content:
        raise FileRefusedError("protected_workbook")
    if not any(name in content for name in _WORKBOOKS):
        raise FileRefusedError("unsupported_file", {"kind": "DOC, PPT ou MSG"})
    size = Size(limits)
    try:
        with _opened(content) as book:
            size.check_sheets(book.nsheets)
            return [_sheet(book, index, size) for index in range(book.nsheets)]
    except (FileRefusedError, MemoryError):
        raise
    except xlrd.XLRDError as error:
        locked = "encrypted" in str(error).lower()
        raise FileRefusedError("protected_workbook" if locked else "unreadable_workbook") from error
    except Exception as error:
        # On damaged bytes the library fails in any way that an index or a struct can.
        raise FileRefusedError("unreadable_workbook") from error


def _opened(content: bytes) -> xlrd.Book:
    """The workbook with its formats. What the library says of a file must not reach a log."""
    return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True, on_demand=True)


def _sheet(book: xlrd.Book, index: int, size: Size) -> Sheet:
    sheet = book.sheet_by_index(index)
    name = clean_text(sheet.name)
    size.begin(name)
    percentages = {n for n, style in enumerate(book.xf_list) if _is_percentage(book, style.format_key)}
    rows: list[Row] = []
    for number in range(sheet.nrows):
        cells = [
            _cell(kind, value, style in percentages, book.datemode)
            for kind, value, style in zip(
                sheet.row_types(number),
                sheet.row_values(number),
                (sheet.cell_xf_index(number, column) for column in range(sheet.row_len(number))),
                strict=True,
            )
        ]
        if any(cell is not None for cell in cells):
            size.add_row(len(cells), number + 1)
            rows.append(Row(number + 1, cells))
    size.add_merges(len(sheet.merged_cells))
    merges = [Merge(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    visible = sheet.visibility == 0
    book.unload_sheet(index)
    return Sheet(name, rows, hidden=not visible, merges=merges, epoch_1904=book.datemode == 1)


def _is_percentage(book: xlrd.Book, key: int) -> bool:
    number_format = book.format_map.get(key)
    return number_format is not None and is_percentage(number_format.format_str)


def _cell(kind: int, value: float | str, percentage: bool, datemode: int) -> Cell:
    if kind == XL_CELL_TEXT:
        return clean_text(str(value)) or None
    if kind == XL_CELL_NUMBER:
        return percentage_text(float(value)) if percentage else float(value)
    if kind == XL_CELL_DATE:
        # A day before March 1900 has two readings in Excel itself: its number is kept.
        with contextlib.suppress(XLDateError, OverflowError):
            return _date(float(value), datemode)
        return float(value)
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_ERROR:
        return Broken("formula_error", xlrd.error_text_from_code.get(int(value), "#?"))
    return None


def _date(number: float, datemode: int) -> str:
    found: datetime = xldate_as_datetime(number, datemode)
    if number < 1:
        return found.time().isoformat()
    return found.date().isoformat() if found.time() == time() else found.isoformat(sep=" ")
