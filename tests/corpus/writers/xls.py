"""Grids -> the old XLS by xlwt. It has no formulas here: xlwt gives each of them the result 0."""

import io
from collections.abc import Sequence
from datetime import date

import xlwt

from tests.corpus.writers.grid import Fault, Formula, Grid, Percent, Value, box

_DATE = xlwt.easyxf(num_format_str="mmm-yy")
_PERCENT = xlwt.easyxf(num_format_str="0.0%")
_PLAIN = xlwt.easyxf()


def as_xls(grids: Sequence[Grid], *, epoch_1904: bool = False) -> bytes:
    """A workbook of Excel 97."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch_1904
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        merged = {box(m)[:2]: box(m) for m in grid.merges}
        covered = {
            (y, x) for top, left, bottom, right in merged.values()
            for y in range(top, bottom + 1) for x in range(left, right + 1)
        }  # fmt: skip
        for y, row in enumerate(grid.rows):
            for x, value in enumerate(row):
                if (y, x) in merged:
                    top, left, bottom, right = merged[y, x]
                    sheet.write_merge(top, bottom, left, right, *_written(value))
                elif value is not None and (y, x) not in covered:
                    if isinstance(value, Fault):
                        sheet.row(y).set_cell_error(x, value.text)
                    else:
                        sheet.write(y, x, *_written(value))
        sheet.visibility = int(grid.hidden)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _written(value: Value) -> tuple[object, object]:
    match value:
        case Formula() | Fault():
            raise ValueError(value)
        case Percent(fraction):
            return fraction, _PERCENT
        case date():
            return value, _DATE
        case _:
            return value, _PLAIN
