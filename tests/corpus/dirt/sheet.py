"""Where the rows of a dirty table come to stand: titles above, blank rows and headers between, notes under."""

from hypothesis import strategies as st

from tests.corpus.dirt.clean import NUMBERS
from tests.corpus.dirt.parts import BodyRow, Column, Dirty
from tests.corpus.dirt.spelling import SHEETS
from tests.corpus.writers.grid import Grid, Value

_TITLE_ROWS = ("Remontée des services", "Retour au sommaire", "Direction de la solidarité")
_NOTE_ROWS = ("Source : services du département", "* chiffre à confirmer", "Champ : ensemble des dossiers")


@st.composite
def laid_out(draw: st.DrawFn, columns: list[Column], body: list[BodyRow], dirty: Dirty) -> tuple[Grid, list[int]]:
    """The rows of the sheet, and the number of each body row."""
    header: list[Value] = [column.title for column in columns]
    if dirty.form in ("json", "ndjson"):
        return Grid([header, *[[c.shown for c in row.cells] for row in body]]), list(range(1, len(body) + 1))
    rows, merges = draw(_above(columns, dirty))
    rows.append(header)
    places = []
    one_line = not any(column.period for column in columns)
    for row in body:
        spread = next((i for i, cell in enumerate(row.cells) if cell.merged), None)
        if spread is not None:
            start = _start_of(merges, spread, len(rows))
            merges.append(f"{start}:{_letter(spread)}{len(rows) + 1}")
        elif draw(st.integers(0, 9)) == 0:
            dirty.dirt.add("blank row")
            rows.append([None] * len(columns))
        elif one_line and draw(st.integers(0, 14)) == 0:
            dirty.dirt.add("repeated header")
            rows.append(header)
        rows.append([cell.shown for cell in row.cells])
        places.append(len(rows))
    if columns[0].key in ("territory", "name"):
        for text in draw(st.lists(st.sampled_from(_NOTE_ROWS), max_size=2, unique=True)):
            dirty.dirt.add("note rows")
            rows.append([text, *[None] * (len(columns) - 1)])
    return Grid(rows, merges=merges), places


@st.composite
def _above(draw: st.DrawFn, columns: list[Column], dirty: Dirty) -> tuple[list[list[Value]], list[str]]:
    """Title rows, and a line that groups the columns of figures."""
    rows: list[list[Value]] = []
    merges = []
    for text in draw(st.lists(st.sampled_from(_TITLE_ROWS), max_size=2, unique=True)):
        dirty.dirt.add("title rows")
        rows.append([text, *[None] * (len(columns) - 1)])
        if dirty.form in SHEETS and draw(st.booleans()):
            merges.append(f"A{len(rows)}:B{len(rows)}")
    if draw(st.integers(0, 3)) == 0:
        rows.append([None] * len(columns))
    # Over a title as general as `Montant` or `Valeur`, a group could say of what: that may be refused.
    if dirty.feed in ("ase-exits", "rsa-delays") and draw(st.integers(0, 2)) == 0:
        dirty.dirt.add("header of two lines")
        numeric = [i for i, column in enumerate(columns) if column.key in NUMBERS[dirty.feed]]
        rows.append(["Chiffres déclarés" if i == numeric[0] else None for i in range(len(columns))])
        if dirty.form in SHEETS and len(numeric) > 1 and numeric[-1] - numeric[0] == len(numeric) - 1:
            merges.append(f"{_letter(numeric[0])}{len(rows)}:{_letter(numeric[-1])}{len(rows)}")
    return rows, merges


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _start_of(merges: list[str], column: int, row: int) -> str:
    """Where the merged range begins that ends in this row of this column; it is taken out, to be made longer."""
    end = f"{_letter(column)}{row}"
    found = next((merge for merge in merges if merge.endswith(f":{end}")), None)
    if found is None:
        return end
    merges.remove(found)
    return found.partition(":")[0]
