"""XLSX -> rows. Runs in a child process only: 5 kB with one cell in the far corner abort an interpreter."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from services.ingestion.parse.rows import Cell, FileRefusedError, Row, Sheet, check_size
from services.ingestion.parse.text import clean

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 300_000_000
_MAIN = "xl/workbook.xml"
# A formula that Excel never computed has no stored result and would read as 0, which is not missing.
_EMPTY_FORMULA = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b[^<]*(?:</f>)?\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


def parse_workbook(content: bytes) -> list[Sheet]:
    """Every worksheet, hidden ones marked; raises FileRefusedError."""
    _check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _sheet(book, meta.name, hidden=meta.visible != SheetVisibleEnum.Visible)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except CalamineError as error:
        raise FileRefusedError("unreadable_workbook") from error
    if not any(sheet.rows for sheet in sheets):
        raise FileRefusedError("empty_file")
    return sheets


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if _MAIN not in names:
                raise FileRefusedError("unsupported_file", {"kind": "ZIP"})
            if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED_BYTES:
                raise FileRefusedError("workbook_too_large")
            if any(entry.flag_bits & 1 for entry in entries):
                raise FileRefusedError("old_workbook", {"kind": "XLSX"})
            for name in sorted(names):
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_formulas(archive.read(name))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise FileRefusedError("unreadable_workbook") from error


def _check_formulas(xml: bytes) -> None:
    cells = [m.decode() for m in _EMPTY_FORMULA.findall(xml)]
    if cells:
        raise FileRefusedError("formula_without_value", {"cells": ", ".join(cells[:5]), "count": len(cells)})


def _sheet(book: CalamineWorkbook, name: str, *, hidden: bool) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows: list[Row] = []
    cells = 0
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells += len(values)
        row = [_cell(v) for v in values]
        if any(c not in (None, "") for c in row):
            rows.append(Row(number, row))
        check_size(len(rows), cells, name)
    return Sheet(str(clean(name)), rows, hidden=hidden)


def _cell(value: Any) -> Cell:
    """A cell as plain data; dates become ISO text, which the period reader knows."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, str | int | float | bool):
        return clean(value)
    return clean(str(value))
