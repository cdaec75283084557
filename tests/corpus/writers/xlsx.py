"""Grids -> XLSX by openpyxl, with what openpyxl cannot write put into the XML afterwards."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tests.corpus.writers.grid import Fault, Formula, Grid, Percent

_MACROS = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def as_xlsx(
    grids: Sequence[Grid], *, epoch_1904: bool = False, macros: bool = False, computed_on_load: bool = False
) -> bytes:
    """A workbook; with `macros` it is an .xlsm that holds an (inert) project.

    `computed_on_load`: written by a program that leaves formulas to the next one, and a zero under them meanwhile.
    """
    book = Workbook()
    book.calculation.fullCalcOnLoad = computed_on_load
    book.remove(book.active)  # type: ignore[arg-type]
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    cached = [_fill(book.create_sheet(grid.name), grid) for grid in grids]
    target = io.BytesIO()
    book.save(target)
    return _finished(target.getvalue(), cached, macros=macros)


def _fill(sheet: Worksheet, grid: Grid) -> dict[str, float]:
    """Write the cells; the results that formulas are to keep, by reference."""
    cached: dict[str, float] = {}
    for y, row in enumerate(grid.rows, start=1):
        for x, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(y, x)
            match value:
                case Formula(text, result):
                    cell.value = text
                    if result is not None:
                        cached[cell.coordinate] = result
                case Fault(text):
                    cell.value = text
                    cell.data_type = "e"
                case Percent(fraction):
                    cell.value = fraction
                    cell.number_format = "0.0%"
                case str():
                    cell.value = value
                    cell.data_type = "s"  # a text that begins with = or # stays a text
                case _:
                    cell.value = value
                    if isinstance(value, date):
                        cell.number_format = "mmm-yy"
    for merge in grid.merges:
        sheet.merge_cells(merge)
    if grid.hidden:
        sheet.sheet_state = "hidden"
    return cached


def _finished(content: bytes, cached: Sequence[dict[str, float]], *, macros: bool) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if found := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                part = _with_results(part, cached[int(found[1]) - 1])
            if macros and name == "[Content_Types].xml":
                part = part.replace(_PLAIN, _WITH_MACROS).replace(b"</Types>", _MACROS)
            new.writestr(name, part)
        if macros:
            new.writestr("xl/vbaProject.bin", b"not a project")
    return target.getvalue()


def _with_results(xml: bytes, results: dict[str, float]) -> bytes:
    for reference, result in results.items():
        pattern = rf'(<c r="{reference}"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?'.encode()
        xml, count = re.subn(pattern, rb"\g<1><v>" + str(result).encode() + b"</v>", xml)
        assert count == 1, f"no formula at {reference}"
    return xml
