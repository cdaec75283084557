"""Sheets + feed + catalogue + reporter -> figures or entries, and notes. The whole judgement of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.ingestion.feeds.model import Feed, Shape
from services.ingestion.notes import Note
from services.ingestion.parse.rows import FileRefusedError, Limits, Sheet
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.validate.dating import Dater
from services.ingestion.validate.entry import ReadEntry, settle_repeats
from services.ingestion.validate.figures import Figure, weakest
from services.ingestion.validate.finding import find_tables
from services.ingestion.validate.headers import titles_of
from services.ingestion.validate.long import LongReader
from services.ingestion.validate.parts import Dated, Part, split, without_section_totals
from services.ingestion.validate.persons import refuse_persons
from services.ingestion.validate.places import PlaceReader
from services.ingestion.validate.reader import LineReader, Notebook
from services.ingestion.validate.register import RegisterReader
from services.ingestion.validate.repeats import settle_figures
from services.ingestion.validate.table import Line, Table
from services.ingestion.validate.translating import Translator
from services.ingestion.validate.unplaced import without_unplaced
from services.ingestion.validate.wide import WideReader
from shared.domain.catalogue import Catalogue

MOST_FIGURES = Limits().rows


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


def validate(
    sheets: Sequence[Sheet],
    feed: Feed,
    catalogue: Catalogue,
    reporter: str,
    period: str | None,
    most: int = MOST_FIGURES,
) -> Outcome:
    """Judge a file sent by `reporter`; raises FileRefusedError when it is no table of this feed or about persons.

    `period`: the code given with the file, if any; `most`: how many figures or entries one file may give.
    """
    gazetteer = Gazetteer(catalogue.territories, feed)
    refuse_persons(sheets, gazetteer, titles_of(feed).in_words)
    notebook = Notebook()
    figures: list[Figure] = []
    entries: list[ReadEntry] = []
    inside = outside = 0
    for table in find_tables(sheets, feed, period):
        _check_columns(table, feed)
        for note in table.notes:
            notebook.add(note)
        reader = LineReader(table, feed, notebook)
        has_column = "territory" in table.columns or "name" in table.columns
        places = PlaceReader(feed, catalogue.territories, gazetteer, reader, reporter, has_column)
        errors = len(notebook.errors)
        lines = Translator(feed, reader).lines(_lines(table, notebook))
        table_is_whole = len(notebook.errors) == errors
        placed = places.place(lines)
        inside, outside = inside + places.inside, outside + places.outside
        for part in split(table, feed, placed, places.apart, reader, notebook):
            dater = Dater(part.table, feed, catalogue, part.reader, period)
            dated, aside = dater.dated(part.placed, notebook)
            if not has_column and feed.shape is Shape.wide:
                dated = without_unplaced(dated, feed, part.reader)
            if feed.shape is Shape.register:
                register = RegisterReader(feed, part.reader)
                entries += [entry for one, found in dated if (entry := register.entry(one, found))]
                continue
            complete = table_is_whole and len(dated) + aside == len(part.placed)
            dated = without_section_totals(part, dated, feed, catalogue.territories, complete=complete)
            figures += _figures(part, dated, feed, catalogue)
    if len(figures) + len(entries) > most:
        raise FileRefusedError("too_many_rows", {"most": most})
    settled, entries = settle_figures(figures, notebook), settle_repeats(entries, notebook)
    return Outcome(settled, _in_order(notebook.repairs), _in_order(notebook.errors), inside, outside, entries)


def _figures(part: Part, dated: Sequence[Dated], feed: Feed, catalogue: Catalogue) -> list[Figure]:
    if feed.shape is Shape.wide:
        wide = WideReader(feed, catalogue, part.reader, part.table)
        return [figure for placed, found in dated for figure in wide.figures(placed, found)]
    rows = LongReader(feed, catalogue, part.reader)
    read = [figure for placed, found in dated for figure in rows.figures(placed, found)]
    marks = list(part.table.statuses.values())
    return [replace(f, status=weakest([f.status, *marks])) for f in read] if marks else read


def _in_order(notes: list[Note]) -> list[Note]:
    """As the sender meets them going down the file; notes about a whole sheet come first."""
    return sorted(notes, key=lambda n: (n.sheet, n.row or 0))


def _check_columns(table: Table, feed: Feed) -> None:
    """Refuse what would be the same error on every row."""
    filters = [key for key, column in feed.columns.items() if column.only]
    needed = {Shape.long: ["indicator", *filters], Shape.register: feed.content(), Shape.wide: []}[feed.shape]
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
