"""Sheets + feed + catalogue + reporter -> figures or entries, and notes. The whole judgement of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.ingestion.feeds.model import Feed, Shape
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError, Sheet
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.validate.entry import ReadEntry, settle_repeats
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.long import LongReader
from services.ingestion.validate.persons import refuse_persons
from services.ingestion.validate.places import PlaceReader
from services.ingestion.validate.reader import LineReader, Notebook
from services.ingestion.validate.register import RegisterReader
from services.ingestion.validate.table import Line, Table, find_tables
from services.ingestion.validate.wide import WideReader
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Cell

MOST_FIGURES = 20_000


@dataclass(frozen=True)
class Outcome:
    """What became of a file: figures, or entries of a register.

    `outside` rows lie beyond the reporter's territories, `inside` ones do not.
    """

    figures: list[Figure]
    repairs: list[Note]
    errors: list[Note]
    inside: int = 0
    outside: int = 0
    entries: list[ReadEntry] = field(default_factory=list)

    @property
    def recorded(self) -> "list[Figure] | list[ReadEntry]":
        """What is to be recorded: a feed gives one or the other."""
        return self.entries or self.figures


def validate(sheets: Sequence[Sheet], feed: Feed, catalogue: Catalogue, reporter: str, period: str | None) -> Outcome:
    """Judge a file sent by `reporter`; raises FileRefusedError when it is no table of this feed or about persons."""
    gazetteer = Gazetteer(catalogue.territories, feed)
    refuse_persons(sheets, gazetteer)
    notebook = Notebook()
    figures: list[Figure] = []
    entries: list[ReadEntry] = []
    inside = outside = 0
    for table in find_tables(sheets, feed):
        _check_columns(table, feed, period)
        for note in table.notes:
            notebook.add(note)
        reader = LineReader(table, feed, notebook)
        has_column = "territory" in table.columns or "name" in table.columns
        places = PlaceReader(feed, catalogue.territories, gazetteer, reader, reporter, has_column)
        placed_lines = places.place(_lines(table, notebook))
        dated = [(placed, found) for placed in placed_lines if (found := reader.period(placed.line, period))]
        if feed.shape is Shape.register:
            register = RegisterReader(feed, reader)
            entries += [entry for placed, found in dated if (entry := register.entry(placed, found))]
        else:
            rows = (WideReader if feed.shape is Shape.wide else LongReader)(feed, catalogue, reader)
            figures += [figure for placed, found in dated for figure in rows.figures(placed, found)]
        inside, outside = inside + places.inside, outside + places.outside
    if len(figures) + len(entries) > MOST_FIGURES:
        raise FileRefusedError("too_many_rows", {"most": MOST_FIGURES})
    settled, entries = _settle_repeats(figures, notebook), settle_repeats(entries, notebook)
    return Outcome(settled, _in_order(notebook.repairs), _in_order(notebook.errors), inside, outside, entries)


def _in_order(notes: list[Note]) -> list[Note]:
    """As the sender meets them going down the file; notes about a whole sheet come first."""
    return sorted(notes, key=lambda n: (n.sheet, n.row or 0))


def _check_columns(table: Table, feed: Feed, period: str | None) -> None:
    """Refuse what would be the same error on every row."""
    if period is None and "period" not in table.columns:
        raise FileRefusedError("period_missing", {}, table.sheet.name, table.header.number)
    needed = {Shape.long: ["indicator"], Shape.register: feed.content(), Shape.wide: []}[feed.shape]
    for key in needed:
        if key not in table.columns:
            title = feed.columns[key].title
            raise FileRefusedError("column_missing", {"expected": title}, table.sheet.name, table.header.number)


def _lines(table: Table, notebook: Notebook) -> list[Line]:
    lines: list[Line] = []
    for line in table.lines():
        if isinstance(line, Note):
            notebook.add(line)
        else:
            lines.append(line)
    return lines


def _settle_repeats(figures: Sequence[Figure], notebook: Notebook) -> list[Figure]:
    """One figure per cell: identical repeats are kept once and said, different ones are both refused."""
    by_cell: dict[Cell, list[Figure]] = {}
    for figure in figures:
        by_cell.setdefault(figure.cell, []).append(figure)
    settled: list[Figure] = []
    for same in by_cell.values():
        first, *others = same
        agree = all(first.says_the_same(other) for other in others)
        if agree:
            settled.append(first)
        for figure in others if agree else same:
            rows = ", ".join(str(f.row) for f in same)
            code, severity = ("repeated_line", Severity.repair) if agree else ("conflicting_lines", Severity.error)
            params = {"rows": rows, "indicator": figure.indicator, "territory": figure.territory}
            notebook.add(Note(code, severity, figure.sheet, figure.row, figure.column, params=params))
    return settled
