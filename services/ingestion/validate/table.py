"""Find the table of a feed in a sheet: the header may stand under title rows, its columns in any order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import Note, Severity, shown
from services.ingestion.parse.rows import Cell, FileRefusedError, Row, Sheet
from services.ingestion.words import header, without_asides

_TITLE_ROWS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, by column of the feed."""

    sheet: str
    row: int
    cells: dict[str, Cell]

    def __getitem__(self, key: str) -> Cell:
        return self.cells.get(key)

    def blank(self, keys: Sequence[str]) -> bool:
        """Say whether all these cells are blank."""
        return all(self[k] is None or not str(self[k]).strip() for k in keys)


@dataclass(frozen=True)
class Table:
    """A header and the rows under it. `titles`: each column of the feed as the file writes it."""

    sheet: Sheet
    header: Row
    columns: dict[str, int]
    titles: dict[str, str]
    notes: list[Note] = field(default_factory=list)

    def lines(self) -> Iterator[Line | Note]:
        """The rows under the header; a note instead where cells run past the header."""
        width = len(self.header.cells)
        for row in self.sheet.rows:
            if row.number <= self.header.number:
                continue
            if self.sheet.strict_width and any(str(c or "").strip() for c in row.cells[width:]):
                yield Note("too_many_cells", Severity.error, self.sheet.name, row.number, params={"expected": width})
                continue
            cells = {key: row.cells[index] for key, index in self.columns.items() if index < len(row.cells)}
            if any(c is not None and str(c).strip() for c in cells.values()):
                yield Line(self.sheet.name, row.number, cells)


def find_tables(sheets: Sequence[Sheet], feed: Feed) -> list[Table]:
    """The table of each visible sheet that has one; raises FileRefusedError (no_table, duplicate_column)."""
    tables = [t for sheet in sheets if not sheet.hidden and (t := _find(sheet, feed)) is not None]
    if not tables:
        wanted = ", ".join(c.title for c in feed.columns.values() if c.required)
        raise FileRefusedError("no_table", {"expected": wanted, "feed": feed.title})
    read = {id(t.sheet) for t in tables}
    for sheet in sheets:
        if id(sheet) not in read and sheet.rows:
            code = "sheet_hidden" if sheet.hidden else "sheet_ignored"
            tables[0].notes.append(Note(code, Severity.repair, sheet.name))
    return tables


def _find(sheet: Sheet, feed: Feed) -> Table | None:
    best: tuple[int, Row, dict[int, str]] | None = None
    for row in sheet.rows[:_TITLE_ROWS]:
        known = {i: key for i, cell in enumerate(row.cells) if (key := _key(cell, feed)) is not None}
        says_something = not set(feed.content()).isdisjoint(known.values())
        if says_something and (best is None or len(set(known.values())) > best[0]):
            best = (len(set(known.values())), row, known)
    if best is None:
        return None
    _, row, known = best
    columns: dict[str, int] = {}
    for index, key in known.items():
        if key in columns:
            first, second = shown(row.cells[columns[key]]), shown(row.cells[index])
            raise FileRefusedError("duplicate_column", {"first": first, "second": second}, sheet.name, row.number)
        columns[key] = index
    titles = {key: shown(row.cells[index]) or key for key, index in columns.items()}
    return Table(sheet, row, columns, titles, _header_notes(sheet, row, known, feed))


def _key(cell: Cell, feed: Feed) -> str | None:
    """The column that a header stands for, first as it is, then without parentheses, years and stars."""
    if not isinstance(cell, str) or not cell.strip() or len(cell) > 200:
        return None
    return feed.key_of(header(cell)) or feed.key_of(without_asides(cell))


def _header_notes(sheet: Sheet, row: Row, known: dict[int, str], feed: Feed) -> list[Note]:
    notes = [
        Note("column_ignored", Severity.repair, sheet.name, row.number, shown(cell) or "")
        for index, cell in enumerate(row.cells)
        if index not in known and cell is not None and str(cell).strip()
    ]
    wanted = {c for m in feed.measures for c in (m.value, m.numerator, m.denominator) if c}
    required = {key for key, column in feed.columns.items() if column.required}
    for key, column in feed.columns.items():
        if key in wanted | required and key not in known.values():
            notes.append(Note("column_absent", Severity.repair, sheet.name, row.number, column.title))
    return notes
