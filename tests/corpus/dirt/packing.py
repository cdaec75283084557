"""A grid as the bytes of a file: encodings, separators, hidden sheets."""

from typing import Any

from hypothesis import strategies as st

from tests.corpus.dirt.spelling import SHEETS
from tests.corpus.writers.grid import Grid
from tests.corpus.writers.ods import as_ods
from tests.corpus.writers.text import as_csv, as_json, as_ndjson, encoded, objects
from tests.corpus.writers.xls import as_xls
from tests.corpus.writers.xlsx import as_xlsx

_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-be-bom", "utf-16-le")
_WRITERS = {"xlsx": as_xlsx, "ods": as_ods, "xls": as_xls}


@st.composite
def packed(draw: st.DrawFn, grid: Grid, form: str, dirt: set[str]) -> tuple[int, bytes]:
    """The file, and by how many rows it pushes the table down."""
    if form in SHEETS:
        grids = [grid]
        if draw(st.integers(0, 3)) == 0:
            dirt.add("hidden sheet")
            junk = [[9999 if isinstance(cell, int | float) else cell for cell in row] for row in grid.rows]
            grids.insert(draw(st.integers(0, 1)), Grid(junk, "Ancien", hidden=True))
        return 0, _WRITERS[form](grids)
    header, *rows = grid.rows
    if form == "csv":
        separator = draw(st.sampled_from(";;;,\t|"))
        dirt.add(f"separator {separator}")
        text, shift = as_csv(grid.rows, separator), 0
        if separator != "\t" and draw(st.integers(0, 7)) == 0:
            dirt.add("sep line")
            text, shift = f"sep={separator}\n{text}", 1
        return shift, draw(_encoded(text, dirt))
    items: list[dict[str, Any]] = objects([str(cell) for cell in header], rows)
    wrapped = draw(st.booleans())
    return 0, draw(_encoded(as_ndjson(items) if form == "ndjson" else as_json(items, wrapped=wrapped), dirt))


@st.composite
def _encoded(draw: st.DrawFn, text: str, dirt: set[str]) -> bytes:
    """In an encoding that has all the letters."""
    encoding = draw(st.sampled_from(_ENCODINGS))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    try:
        content = encoded(text, encoding, newline)
    except UnicodeEncodeError:
        encoding, content = "utf-8", encoded(text, "utf-8", newline)
    dirt.add(encoding)
    return content
