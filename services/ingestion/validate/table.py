"""A table of a feed in a sheet: its columns, the periods that some of them state, and its lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import Cell, Row, Sheet
from services.ingestion.words import plain
from shared.domain.observation import Status

_LONGEST_LABEL = 200
# What a row says beside its figures.
_LABELS = frozenset({"name", "note", "source", "document", "line"})


# Not frozen, though nothing changes one: a frozen one takes three times as long to make, and each row makes one.
@dataclass(slots=True)
class Line:
    """One row of a table, by column of the feed. `written`: as the file has them, those cells that were translated.

    `rest`: a hash of its labels and of what it says in columns that the feed does not use.
    """

    sheet: str
    row: int
    cells: dict[str, Cell]
    positions: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, Cell] = field(default_factory=dict)
    rest: int = 0

    def __getitem__(self, key: str) -> Cell:
        return self.cells.get(key)

    def blank(self, keys: Sequence[str]) -> bool:
        """Say whether all these cells are blank. A cell that shows an error says nothing, but is not blank."""
        cells = self.cells
        for key in keys:  # noqa: SIM110 - each row asks this several times, a generator would take twice as long
            if not is_blank(cells.get(key)):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Across:
    """Columns that state one period in their header, by column of the feed."""

    period: str
    columns: dict[str, int]
    titles: dict[str, str]
    statuses: dict[str, Status]


@dataclass(frozen=True)
class Table:
    """A header and the rows under it. `titles`: each column of the feed as the file writes it.

    `across`: columns of one period each, in the order of the file; `columns` then holds the others. `period`: what the
    header of the columns, or the name of the sheet, says of every row. `statuses`: what a mark behind a column's period
    says. `refused`: columns whose header has an error.
    """

    sheet: Sheet
    header: Row
    columns: dict[str, int]
    titles: dict[str, str]
    notes: list[Note] = field(default_factory=list)
    rows: Sequence[Row] = ()
    width: int = 0
    across: list[Across] = field(default_factory=list)
    period: str | None = None
    statuses: dict[str, Status] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def lines(self) -> Iterator[Line | Note]:
        """The rows under the header; a note instead where cells run past the header."""
        sheet, width, strict = self.sheet.name, self.width, self.sheet.strict_width
        columns = list(self.columns.items())
        used = {index for key, index in columns if key not in _LABELS}
        used.update(index for across in self.across for index in across.columns.values())
        all_used = len(used) >= width
        for row in self.rows:
            found = row.cells
            length = len(found)
            if strict and length > width and not all(map(is_blank, found[width:])):
                yield Note("too_many_cells", Severity.error, sheet, row.number, params={"expected": width})
                continue
            cells = {key: found[index] for key, index in columns if index < length}
            positions = self.columns
            if self.across:
                cells, positions = self._with_first(cells, found)
            if not all(map(is_blank, cells.values())):
                rest = 0 if all_used and length <= width else _rest(found, used)
                yield Line(sheet, row.number, cells, positions, rest=rest)

    def _with_first(self, cells: dict[str, Cell], row: list[Cell]) -> tuple[dict[str, Cell], dict[str, int]]:
        """A row as its first figure of each measure, whatever its period: enough to say where it belongs."""
        positions = dict(self.columns)
        for across in self.across:
            for key, index in across.columns.items():
                if index < len(row) and (key not in cells or (is_blank(cells[key]) and not is_blank(row[index]))):
                    cells[key], positions[key] = row[index], index
        return cells, positions

    def views(self) -> "list[Table]":
        """The table once for each period that its headers state, and once for the columns that state none."""
        if not self.across:
            return [self]
        return [
            replace(
                self,
                columns={**self.columns, **part.columns},
                titles={**self.titles, **part.titles},
                across=[],
                period=part.period,
                statuses=part.statuses,
            )
            for part in self.across
        ]

    def parts(self, lines: Sequence[Line]) -> "Iterator[tuple[Line, list[Line]]]":
        """Each line with what it is in each of the `views`."""
        views = [view.columns for view in self.views()]
        rows = {row.number: row.cells for row in self.rows}
        for line in lines:
            found = rows[line.row]
            kept = {key: cell for key, cell in line.cells.items() if key in self.columns}
            parts = []
            for columns in views:
                own = {k: found[i] for k, i in columns.items() if k not in self.columns and i < len(found)}
                parts.append(Line(line.sheet, line.row, {**kept, **own}, columns, line.written, line.rest))
            yield line, parts


def _rest(cells: Sequence[Cell], used: set[int]) -> int:
    said = [
        (i, plain(c) if type(c) is str and len(c) <= _LONGEST_LABEL else c)
        for i, c in enumerate(cells)
        if i not in used and not is_blank(c)
    ]
    return hash(tuple(said)) if said else 0


def is_blank(cell: Cell) -> bool:
    """Say whether a cell holds nothing but spaces."""
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))
