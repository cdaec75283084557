"""The truth of a dirty file: its figures, and the cells that must be refused or spoken of."""

from dataclasses import replace

from tests.corpus.dirt.clean import NUMBERS, means, weakest
from tests.corpus.dirt.parts import BodyRow, Column, Dirty


def settle(columns: list[Column], body: list[BodyRow], places: list[int], dirty: Dirty) -> None:
    """Write down what must come back, body rows standing at these places."""
    territory = min((c.key == "name", i) for i, c in enumerate(columns) if c.key in ("territory", "name"))[1]
    dated = next((i for i, c in enumerate(columns) if c.key == "period"), None)
    numeric = [i for i, c in enumerate(columns) if c.key in NUMBERS[dirty.feed]]
    faulty_rows = False
    for row, place in zip(body, places, strict=True):
        at_fault = [i for i in (territory, dated) if i is not None and row.cells[i].refused]
        says_something = any(row.cells[i].shown is not None for i in numeric)
        if at_fault:
            faulty_rows = True
            dirty.truth.refused |= {(place, at_fault[0])} if says_something else set()
            dirty.truth.excused |= {(place, i) for i in range(len(columns))}
        elif row.rival:
            dirty.truth.refused |= {(place, i) for i in numeric}
        else:
            if says_something:
                dirty.truth.noted |= {(place, i) for i, cell in enumerate(row.cells) if cell.noted}
            status = row.cells[dated].status if dated is not None else "final"
            _settle_row(row, place, columns, numeric, status, dirty)
    if faulty_rows or any(row.twin for row in body):
        dirty.truth.differing = None
    else:
        dirty.truth.differing = _wrong_totals(body, places, numeric)


def _settle_row(row: BodyRow, place: int, columns: list[Column], numeric: list[int], status: str, dirty: Dirty) -> None:
    truth = dirty.truth
    truth.refused |= {(place, i) for i, cell in enumerate(row.cells) if cell.refused}
    for clean_row in row.of:
        here = [i for i in numeric if columns[i].period in ("", clean_row.period)]
        cells = {columns[i].key: replace(row.cells[i], about=row.cells[i].about.replace("!", "=")) for i in here}
        sure = weakest([status, *(columns[i].status for i in here)])
        figures, asked = means(clean_row, dirty.feed, cells, sure)
        truth.figures |= {replace(figure, basis="declared" if row.total else "reported") for figure in figures}
        for i in here:
            truth.refused |= {(place, i)} if columns[i].key in asked else set()
            if columns[i].key == "cer_signed_share" and any(cell.number is None for cell in cells.values()):
                truth.noted.discard((place, i))  # read with its counts, or not at all


def _wrong_totals(body: list[BodyRow], places: list[int], numeric: list[int]) -> set[tuple[int, int]]:
    """Totals that are not the sum of their rows, where each of these has its number."""
    return {
        (place, i)
        for row, place in zip(body, places, strict=True)
        for i in numeric
        if row.total and row.cells[i].about == "!"
        if all(other.cells[i].number is not None for other in body if other is not row)
    }
