"""The tables of a feed in the sheets of a file, one under the other or one on each sheet."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.feeds.own_parts import is_own_sheet, is_reminder
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError, Row, Sheet
from services.ingestion.validate.header_lines import Header, find_headers
from services.ingestion.validate.header_periods import period_inside
from services.ingestion.validate.headers import Doubt, Title, titles_of
from services.ingestion.validate.merged import unmerge
from services.ingestion.validate.periods_across import settle_periods
from services.ingestion.validate.qualifiers import sets_apart
from services.ingestion.validate.table import Table, is_blank
from services.ingestion.validate.titles_above import against_period, named, said_above, with_units

_LONGEST_TITLE = 300


def find_tables(sheets: Sequence[Sheet], feed: Feed, given: str | None = None) -> list[Table]:
    """Every table of the visible sheets; `given` is the period stated with the file.

    Raises FileRefusedError (no_table, duplicate_column, periods_twice, period_missing, period_missing_titled).
    """
    titles = titles_of(feed)
    tables: list[Table] = []
    around: list[Note] = []
    apart: list[Note] = []
    read = [sheet for sheet in sheets if not is_own_sheet(sheet.name)]
    headers = [[] if sheet.hidden else find_headers(sheet, titles) for sheet in read]
    # Years over nothing that says what they measure are a fault in the only table, a remark beside a clear one.
    clear = any(header.says_what(titles) for of_sheet in headers for header in of_sheet)
    found_in = [
        s.name for s, of in zip(read, headers, strict=True) if any(not clear or h.says_what(titles) for h in of)
    ]
    for sheet, of_sheet in zip(read, headers, strict=True):
        found = _tables(sheet, [h for h in of_sheet if not clear or h.says_what(titles)], feed, given)
        if not found and sheet.rows:
            around.append(Note("sheet_hidden" if sheet.hidden else "sheet_ignored", Severity.repair, sheet.name))
        elif found and len(found_in) > 1 and sets_apart(sheet.name) and any(not sets_apart(n) for n in found_in):
            params = {"said": sets_apart(sheet.name)}
            apart.append(Note("sheet_set_apart", Severity.error, sheet.name, params=params))
            continue
        elif found:
            if len(found_in) > 1:
                found[0].notes.append(Note("sheet_read", Severity.repair, sheet.name))
            remarks = [Note(r.code, Severity.repair, sheet.name, params=r.params) for r in sheet.remarks]
            found[0].notes.extend(remarks)
        tables += found
    if not tables:
        wanted = ", ".join(feed.sought())
        raise FileRefusedError("no_table", {"expected": wanted, "feed": feed.title})
    tables[0].notes.extend([*around, *apart])
    return tables


def _tables(sheet: Sheet, headers: Sequence[Header], feed: Feed, given: str | None) -> list[Table]:
    parts: list[tuple[Header, list[Row]]] = []
    again: list[list[Note]] = []
    for header, following in pairwise([*headers, None]):
        assert header is not None  # only the last of the pairs ends with None
        lines = sheet.rows[header.first : header.last + 1]
        rows = sheet.rows[header.last + 1 : following.first if following else len(sheet.rows)]
        if parts and _goes_on(sheet, parts[-1][0], header, lines):
            parts[-1][1].extend([*lines, *rows])
        else:
            parts.append((header, list(rows)))
            again.append([])
    for number, (header, rows) in enumerate(parts):
        # Titles stand above the first table; above the next one stand the rows of the one before.
        first = header.first if number else 0
        printed = [row.cells for row in sheet.rows[first : header.last + 1] if not all(map(is_blank, row.cells))]
        gone = {row.number for row in rows if row.cells in printed}
        if gone:
            again[number] = [Note("line_ignored", Severity.repair, sheet.name, row) for row in sorted(gone)]
            parts[number] = header, [row for row in rows if row.number not in gone]
    periods = _PeriodsAbove(sheet, feed)
    tables = [
        _table(sheet, header, rows, feed, given, periods.before(header.first), first=number == 0)
        for number, (header, rows) in enumerate(parts)
    ]
    for table, notes in zip(tables, again, strict=True):
        table.notes.extend(notes)
    return tables


def _goes_on(sheet: Sheet, before: Header, header: Header, lines: Sequence[Row]) -> bool:
    """Say whether a header is the one before, printed again at the top of a page: the same table goes on."""
    printed = [row.cells for row in sheet.rows[before.first : before.last + 1]]
    return header.found == before.found or all(row.cells in printed for row in lines)


def _table(
    sheet: Sheet, header: Header, rows: Sequence[Row], feed: Feed, given: str | None, in_titles: str, *, first: bool
) -> Table:
    line = sheet.rows[header.last]
    _refuse_doubles(sheet, header, line.number)
    labels = {
        column: header.text(column)
        for column, title in header.found.items()
        if isinstance(title, Title) and feed.columns[title.key].kind is ColumnKind.text
    }
    figures = frozenset(header.found) - frozenset(labels)
    rows, merged = unmerge(sheet, rows, labels, figures if feed.shape is not Shape.register else frozenset())
    above = said_above(sheet, header, first=first)
    kept, rows, of_units, lost = with_units(above, header, sheet.rows[header.first].number, rows, feed)
    table = settle_periods(sheet, kept, rows, feed, given, in_titles)
    table = against_period(replace(table, refused=table.refused | lost), above, given)
    table.notes.extend(named(of_units, sheet.name))
    table.notes[:0] = _header_notes(sheet, header, feed, line.number)
    table.notes.extend(merged)
    return table


def _refuse_doubles(sheet: Sheet, header: Header, row: int) -> None:
    seen: dict[tuple[str, str | None], int] = {}
    for column, title in header.found.items():
        if isinstance(title, Doubt):
            continue
        other = seen.setdefault((title.key, title.period), column)
        if other != column:
            params = {"first": header.text(other), "second": header.text(column)}
            raise FileRefusedError("duplicate_column", params, sheet.name, row)


class _PeriodsAbove:
    """The one period that the rows above a header name, to be proposed. Rows are looked at once, from the top."""

    def __init__(self, sheet: Sheet, feed: Feed) -> None:
        self._sheet = sheet
        self._kinds = feed.period_kinds
        self._next = 0
        self._codes: set[str] = set()

    def before(self, position: int) -> str:
        """Empty for none or several. Positions are asked in growing order."""
        for row in self._sheet.rows[self._next : position]:
            texts = [cell for cell in row.cells if isinstance(cell, str) and len(cell) < _LONGEST_TITLE]
            found = [p[1] for text in texts if (p := period_inside(text, self._kinds))]
            self._codes.update(period.code for period in found if period.fault is None)
        self._next = max(self._next, position)
        return next(iter(self._codes)) if len(self._codes) == 1 else ""


def _header_notes(sheet: Sheet, header: Header, feed: Feed, row: int) -> list[Note]:
    notes: list[Note] = []
    if header.last > header.first:
        count = header.last - header.first + 1
        notes.append(Note("header_lines", Severity.repair, sheet.name, row, params={"count": count}))
    known: set[str] = set()
    for column, stack in header.stacks.items():
        title = header.found.get(column)
        text = header.text(column)
        if isinstance(title, Doubt):
            known.update(title.keys)
            params = {**title.params}
            notes.append(Note(title.code, Severity.error, sheet.name, row, text, text, params, column))
        elif title is not None:
            known.add(title.key)
            if column in header.respelled:
                params = {"value": feed.columns[title.key].title}
                notes.append(Note("column_spelling", Severity.repair, sheet.name, row, text, text, params, column))
        elif not any(is_reminder(str(part)) for part in stack):
            notes.append(Note("column_ignored", Severity.repair, sheet.name, row, text, position=column))
    wanted = {c for m in feed.measures for c in (m.value, m.numerator, m.denominator) if c}
    expected = [c.title for key, c in feed.columns.items() if (key in wanted or c.required) and key not in known]
    if expected:
        params = {"columns": " ; ".join(expected)}
        notes.append(Note("columns_absent", Severity.repair, sheet.name, row, params=params))
    return notes
