"""XLSX -> rows: values by a compiled library, what it hides from the XML. Runs in a child process."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
    XmlError,
    ZipError,
)

from services.ingestion.parse.archive import Archive
from services.ingestion.parse.formats import percentage_text, scaled_text
from services.ingestion.parse.rows import DEFAULT_LIMITS, Cell, FileRefusedError, Limits, Merge, Remark, Row, Sheet
from services.ingestion.parse.size import Size
from services.ingestion.parse.text import clean_text
from services.ingestion.parse.xlsx_cells import Marks, SheetXml
from services.ingestion.parse.xlsx_parts import Book, read_book

_MAIN = "xl/workbook.xml"
_UNREADABLE = (CalamineError, XmlError, ZipError, WorksheetNotFound, OSError, ValueError)


def parse_xlsx(archive: Archive, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """Every worksheet, hidden ones marked; raises FileRefusedError.

    An error cell and a formula without a result are Broken. A number in a percentage format is the text that a reader
    sees (0.312 -> "31.2%"). Macros are left alone, and said.
    """
    if not archive.has(_MAIN):
        raise FileRefusedError("unsupported_file", {"kind": archive.other_kind()})
    archive.refuse_declarations()
    book, size = read_book(archive), Size(limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(archive.content))
        wanted = [n for n, meta in enumerate(workbook.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
        size.check_sheets(len(wanted))
        sheets = [_sheet(workbook, n, workbook.sheets_metadata[n], archive, book, size) for n in wanted]
    except PasswordError as error:
        raise FileRefusedError("protected_workbook") from error
    except _UNREADABLE as error:
        raise FileRefusedError("unreadable_workbook") from error
    if sheets and archive.has_macros():
        sheets[0].remarks.append(Remark("macros_ignored"))
    return sheets


def _sheet(
    workbook: CalamineWorkbook, index: int, meta: SheetMetadata, archive: Archive, book: Book, size: Size
) -> Sheet:
    name = clean_text(meta.name)
    size.begin(name)
    marks = _marks(archive, index, name, book, size.limits)
    values = workbook.get_sheet_by_index(index)
    rows = _rows(values, marks, size)
    return Sheet(
        name,
        rows,
        hidden=meta.visible != SheetVisibleEnum.Visible,
        merges=_merges(values, size),
        epoch_1904=book.epoch_1904,
        remarks=marks.hidden.remarks(rows),
    )


def _marks(archive: Archive, index: int, name: str, book: Book, limits: Limits) -> Marks:
    if index >= len(book.parts) or not archive.has(book.parts[index]):
        raise FileRefusedError("unreadable_workbook")
    xml = SheetXml(archive.read(book.parts[index]))
    _check_extent(xml, name, limits)
    return xml.marks(book.percentage_styles, book.scaled_styles, computed_on_load=book.computed_on_load)


def _check_extent(xml: SheetXml, name: str, limits: Limits) -> None:
    """The library fills the rectangle from A1 to the last cell: its size is refused before it is taken."""
    rows = min(max(xml.last_row(), 1), limits.rows)
    columns = min(limits.columns, max(limits.cells // rows, 1))
    if (far := xml.filled_beyond(limits.rows, columns - 1)) is None:
        return
    row, column = far
    if row > limits.rows:
        raise FileRefusedError("too_many_rows", {"most": limits.rows}, name, row)
    if column >= limits.columns:
        raise FileRefusedError("too_many_columns", {"most": limits.columns}, name, row)
    raise FileRefusedError("too_many_cells_in_all", {"most": limits.cells}, name, row)


def _merges(values: CalamineSheet, size: Size) -> list[Merge]:
    ranges = values.merged_cell_ranges or []
    size.add_merges(len(ranges))
    return [Merge(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in ranges]


def _rows(values: CalamineSheet, marks: Marks, size: Size) -> list[Row]:
    grid: list[list[Any]] = values.to_python(skip_empty_area=False)
    for row, column in marks.percentages:
        if row <= len(grid) and column < len(grid[row - 1]):
            grid[row - 1][column] = _percentage(grid[row - 1][column])
    for (row, column), scale in marks.scales.items():
        if row <= len(grid) and column < len(grid[row - 1]):
            grid[row - 1][column] = _scaled(grid[row - 1][column], scale)
    for (row, column), broken in marks.broken.items():
        if row > size.limits.rows or column >= size.limits.columns:
            continue
        grid.extend([] for _ in range(row - len(grid)))
        line = grid[row - 1]
        line.extend([None] * (column + 1 - len(line)))
        line[column] = broken
    filled = [(n, line) for n, line in enumerate(grid, start=1) if line.count("") + line.count(None) < len(line)]
    for number, line in filled:
        size.add_row(len(line), number)
    # Most cells are plain numbers and texts, which need no call.
    return [
        Row(n, [v if (c := v.__class__) is float or (c is str and v and "\x00" not in v) else _cell(v) for v in line])
        for n, line in filled
    ]


def _percentage(value: Any) -> Any:
    return percentage_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _scaled(value: Any, scale: str) -> Any:
    return scaled_text(value, scale) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _cell(value: Any) -> Cell:
    """A cell as plain data; dates become ISO text, which the period reader knows."""
    if isinstance(value, str):
        return clean_text(value) if "\x00" in value else value or None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    cell: Cell = value
    return cell
