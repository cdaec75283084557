"""ODS -> rows, streamed: a sheet of a million repeated blank rows takes no room. Runs in a child process."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.ingestion.parse.archive import Archive
from services.ingestion.parse.ods_cells import in_table, read_cell
from services.ingestion.parse.rows import DEFAULT_LIMITS, Cell, FileRefusedError, Limits, Merge, Remark, Row, Sheet
from services.ingestion.parse.size import Size
from services.ingestion.parse.text import clean_text

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TABLE, _ROW = in_table("table"), in_table("table-row")
_CELLS = (in_table("table-cell"), in_table("covered-table-cell"))


def parse_ods(archive: Archive, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """Every sheet, hidden ones marked; raises FileRefusedError.

    An error and a formula without a result are Broken; a percentage is the text that a reader sees (0.312 -> "31.2%");
    comments are no part of the text.
    """
    if archive.has("META-INF/manifest.xml") and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise FileRefusedError("protected_workbook")
    archive.refuse_declarations()
    reader = _Reader(Size(limits))
    try:
        with archive.open("content.xml") as content:
            for event, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
                reader.see(event, element)
    except DefusedXmlException as error:
        raise FileRefusedError("entities_in_workbook") from error
    except (ParseError, ValueError, LookupError, OSError, EOFError) as error:
        raise FileRefusedError("unreadable_workbook") from error
    if reader.sheets and archive.has_macros():
        reader.sheets[0].remarks.append(Remark("macros_ignored"))
    return reader.sheets


class _Reader:
    """Follows the events of the XML; rows are read when they end, and forgotten."""

    def __init__(self, size: Size) -> None:
        self.sheets: list[Sheet] = []
        self._size = size
        self._hidden: set[str] = set()
        self._depth = 0
        self._number = 0

    def see(self, event: str, element: Element) -> None:
        """Take one event in."""
        if event == "start":
            if element.tag == _TABLE:
                self._depth += 1
                if self._depth == 1:
                    self._begin(element)
            return
        if element.tag == _TABLE:
            self._depth -= 1
            element.clear()
        elif element.tag == _ROW and self._depth == 1:
            self._row(element)
            element.clear()
        elif element.tag == f"{_STYLE}style":
            shown = element.find(f"{_STYLE}table-properties")
            if shown is not None and shown.get(in_table("display")) == "false":
                self._hidden.add(element.get(f"{_STYLE}name", ""))

    def _begin(self, table: Element) -> None:
        self._size.check_sheets(len(self.sheets) + 1)
        name = clean_text(table.get(in_table("name"), ""))
        hidden = table.get(in_table("style-name"), "") in self._hidden
        self._size.begin(name)
        self._number = 0
        self.sheets.append(Sheet(name, [], hidden=hidden))

    def _row(self, element: Element) -> None:
        sheet, first = self.sheets[-1], self._number + 1
        times = _times(element, "number-rows-repeated")
        self._number += times
        cells: list[Cell] = []
        for column, cell, value in self._cells(element, first):
            cells.extend([None] * (column - len(cells)))
            cells.append(value)
            self._add_merge(cell, first, column)
        if not any(value is not None for value in cells):
            return
        for number in range(first, first + times):
            self._size.add_row(len(cells), number)
            sheet.rows.append(Row(number, list(cells)))

    def _cells(self, row: Element, number: int) -> Iterator[tuple[int, Element, Cell]]:
        """The cells that say something or begin a merged range, with their columns from 0."""
        column = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            times = _times(cell, "number-columns-repeated")
            # What stands under a merged range is not shown: only its first cell says something.
            value = read_cell(cell) if cell.tag == _CELLS[0] else None
            if value is not None or _spans(cell) != (1, 1):
                self._size.check_columns(column + times, number)
                yield from ((column + n, cell, value) for n in range(times))
            column += times

    def _add_merge(self, cell: Element, row: int, column: int) -> None:
        columns, rows = _spans(cell)
        if (columns, rows) != (1, 1):
            self._size.add_merges()
            self.sheets[-1].merges.append(Merge(row, column, row + rows - 1, column + columns - 1))


def _spans(cell: Element) -> tuple[int, int]:
    return _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")


def _times(element: Element, name: str) -> int:
    return max(int(element.get(in_table(name), "1")), 1)
