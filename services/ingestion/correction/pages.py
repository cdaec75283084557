"""Find the cell of a remark again in a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from services.ingestion.notes import shown

_HEADER_ROWS = 100
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True)
class Page:
    """One sheet. `shift`: how many rows lower everything stands than where it was read."""

    sheet: Worksheet
    shift: int = 0

    def cell(self, entry: Mapping[str, Any], *, wrong: bool) -> Cell | None:
        """The cell of a remark; None for one about a whole sheet, or about something that is not there.

        An error about a whole row stands at its first cell. What lies under a merged range stands at its first cell.
        """
        row = entry.get("row")
        if not isinstance(row, int) or not 1 <= row + self.shift <= _LAST_ROW:
            return None
        column = self._column(entry)
        if column is None:
            if not wrong:
                return None
            column = 1
        return self._first(row + self.shift, column)

    def _column(self, entry: Mapping[str, Any]) -> int | None:
        position = entry.get("position")
        if isinstance(position, int) and 0 <= position < _LAST_COLUMN:
            return position + 1
        return self._titles.get(str(entry.get("column") or ""))

    @cached_property
    def _titles(self) -> dict[str, int]:
        """Where each text of the first rows stands first, for remarks that name their column only."""
        found: dict[str, int] = {}
        last = min(self.sheet.max_row, _HEADER_ROWS)
        for row in self.sheet.iter_rows(max_row=last, max_col=min(self.sheet.max_column, 1_000)):
            for cell in row:
                if isinstance(cell.value, str) and (text := shown(cell.value)):
                    found.setdefault(text, cell.column)
        return found

    def _first(self, row: int, column: int) -> Cell | None:
        cell = self.sheet.cell(row, column)
        if isinstance(cell, Cell):
            return cell
        for merged in self.sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                first = self.sheet.cell(merged.min_row, merged.min_col)
                return first if isinstance(first, Cell) else None
        return None
