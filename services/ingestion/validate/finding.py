"""The tables of a feed in the sheets of a file, one under the other or one on each sheet."""

from collections.abc import Sequence
from itertools import pairwise

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.feeds.own_parts import is_own_sheet, is_reminder
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError, Row, Sheet
from services.ingestion.validate.header_lines import Header, find_headers
from services.ingestion.validate.header_periods import period_inside
from services.ingestion.validate.headers import Doubt, Title, Titles
from services.ingestion.validate.merged import unmerge
from services.ingestion.validate.periods_across import settle_periods
from services.ingestion.validate.table import Table, is_blank


def find_tables(sheets: Sequence[Sheet], feed: Feed, given: str | None = None) -> list[Table]:
    """Every table of the visible sheets; `given` is the period stated with the file.

    Raises FileRefusedError (no_table, duplicate_column, periods_twice, period_missing, period_missing_titled).
    """
    titles = Titles(feed)
    tables: list[Table] = []
    around: list[Note] = []
    read = [sheet for sheet in sheets if not is_own_sheet(sheet.name)]
    headers = [[] if sheet.hidden else find_headers(sheet, titles) for sheet in read]
    # Years over nothing that says what they measure are a fault in the only table, a remark beside a clear one.
    clear = any(header.says_what(titles) for of_sheet in headers for header in of_sheet)
    for sheet, of_sheet in zip(read, headers, strict=True):
        found = _tables(sheet, [h for h in of_sheet if not clear or h.says_what(titles)], feed, given)
        if not found and sheet.rows:
            around.append(Note("sheet_hidden" if sheet.hidden else "sheet_ignored", Severity.repair, sheet.name))
        elif found:
            remarks = [Note(r.code, Severity.repair, sheet.name, params=r.params) for r in sheet.remarks]
            found[0].notes.extend(remarks)
        tables += found
    if not tables:
        wanted = ", ".join(feed.sought())
        raise FileRefusedError("no_table", {"expected": wanted, "feed": feed.title})
    tables[0].notes.extend(around)
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
    tables = [_table(sheet, header, rows, feed, given) for header, rows in parts]
    for table, notes in zip(tables, again, strict=True):
        table.notes.extend(notes)
    return tables


def _goes_on(sheet: Sheet, before: Header, header: Header, lines: Sequence[Row]) -> bool:
    """Say whether a header is the one before, printed again at the top of a page: the same table goes on."""
    printed = [row.cells for row in sheet.rows[before.first : before.last + 1]]
    return header.found == before.found or all(row.cells in printed for row in lines)


def _table(sheet: Sheet, header: Header, rows: Sequence[Row], feed: Feed, given: str | None) -> Table:
    line = sheet.rows[header.last]
    _refuse_doubles(sheet, header, line.number)
    labels = {
        column: header.text(column)
        for column, title in header.found.items()
        if isinstance(title, Title) and feed.columns[title.key].kind is ColumnKind.text
    }
    figures = frozenset(header.found) - frozenset(labels)
    rows, merged = unmerge(sheet, rows, labels, figures if feed.shape is not Shape.register else frozenset())
    table = settle_periods(sheet, header, rows, feed, given, _in_titles(sheet, header, feed))
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


def _in_titles(sheet: Sheet, header: Header, feed: Feed) -> str:
    """The one period that the rows above a header name, to be proposed; empty for none or several."""
    texts = [cell for row in sheet.rows[: header.first] for cell in row.cells if isinstance(cell, str)]
    found = [p[1] for text in texts if len(text) < 300 and (p := period_inside(text, feed.period_kinds))]
    codes = {period.code for period in found if period.fault is None}
    return codes.pop() if len(codes) == 1 else ""


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
        elif not any(is_reminder(str(part)) for part in stack):
            notes.append(Note("column_ignored", Severity.repair, sheet.name, row, text, position=column))
    wanted = {c for m in feed.measures for c in (m.value, m.numerator, m.denominator) if c}
    expected = [c.title for key, c in feed.columns.items() if (key in wanted or c.required) and key not in known]
    if expected:
        params = {"columns": " ; ".join(expected)}
        notes.append(Note("columns_absent", Severity.repair, sheet.name, row, params=params))
    return notes
