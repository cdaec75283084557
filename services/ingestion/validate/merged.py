"""Merged cells under a header: a text holds for each of its rows, a number for none of them."""

from collections.abc import Sequence

from services.ingestion.notes import Note, Severity, shown
from services.ingestion.parse.rows import Broken, Cell, Merge, Row, Sheet
from services.ingestion.validate.table import is_blank


def unmerge(
    sheet: Sheet, rows: Sequence[Row], labels: dict[int, str], figures: frozenset[int]
) -> tuple[Sequence[Row], list[Note]]:
    """The rows with their merged cells written out, and a remark for each merged text.

    `labels`: columns of places, names, periods and words, with their titles; `figures`: columns of figures. A merged
    number stands in each of its cells as Broken (`merged_number`), so that it is refused there.
    """
    if not rows or not sheet.merges:
        return rows, []
    first, last = rows[0].number, rows[-1].number
    merges = sorted((m for m in sheet.merges if first <= m.first_row <= last), key=lambda m: m.first_row)
    by_number = {row.number: list(row.cells) for row in rows}
    written: dict[int, int] = {}
    notes: list[Note] = []
    for merge in merges:
        anchor = by_number.get(merge.first_row, [])
        value = anchor[merge.first_column] if merge.first_column < len(anchor) else None
        if is_blank(value):
            continue
        # Ranges never overlap in a sound workbook; in another one each cell is written once all the same.
        reach = range(merge.first_row, min(merge.last_row, last) + 1)
        if merge.first_column in labels:
            fresh = reach[max(1, written.get(merge.first_column, 0) + 1 - reach.start) :]
            written[merge.first_column] = reach.stop - 1
            notes += _spread(sheet, merge, value, fresh, by_number, labels[merge.first_column])
            continue
        broken = Broken("merged_number", shown(value) or "")
        for column in figures.intersection(range(merge.first_column, merge.last_column + 1)):
            for number in reach[max(0, written.get(column, 0) + 1 - reach.start) :]:
                if number in by_number:
                    _write(by_number[number], column, broken)
            written[column] = reach.stop - 1
    return [Row(row.number, by_number[row.number]) for row in rows], notes


def _spread(
    sheet: Sheet, merge: Merge, value: Cell, numbers: Sequence[int], by_number: dict[int, list[Cell]], title: str
) -> list[Note]:
    """Write a text on each row that holds something else: a note under the table may be merged over empty rows."""
    column = merge.first_column
    filled = [merge.first_row]
    for number in numbers:
        cells = by_number.get(number, [])
        if any(not is_blank(cell) for cell in cells):
            _write(cells, column, value)
            filled.append(number)
    if len(filled) == 1:
        return []
    params = {"value": shown(value), "rows": f"{filled[0]}-{filled[-1]}"}
    return [Note("merged_cell", Severity.repair, sheet.name, filled[0], title, shown(value), params, column)]


def _write(cells: list[Cell], column: int, value: Cell) -> None:
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value
