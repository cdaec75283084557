"""What period the columns of a table are about: their own header, the file, a period column, or the sheet's name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from services.ingestion.feeds.model import Feed, Shape
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError, Row, Sheet
from services.ingestion.validate.header_lines import Header
from services.ingestion.validate.header_periods import whole_period
from services.ingestion.validate.headers import Doubt, Title
from services.ingestion.validate.table import Across, Table
from shared.domain.observation import Status


@dataclass(frozen=True, slots=True)
class _Column:
    index: int
    title: Title
    text: str


class _Placed(TypedDict):
    columns: dict[str, int]
    titles: dict[str, str]
    statuses: dict[str, Status]


def settle_periods(
    sheet: Sheet, header: Header, rows: Sequence[Row], feed: Feed, given: str | None, in_titles: str
) -> Table:
    """The table with its columns sorted by the period that they state.

    `in_titles`: a period that the rows above name; it is proposed where the table says none, never taken. Raises
    FileRefusedError (periods_twice, two_periods_in_header, period_missing, period_missing_titled).
    """
    line = sheet.rows[header.last]
    notes: list[Note] = []
    columns = [_Column(i, t, header.text(i)) for i, t in header.found.items() if isinstance(t, Title)]
    wrong = [c for c in columns if given is not None and c.title.period not in (None, given)]
    notes += [_note("header_period_mismatch", Severity.error, sheet, line, c, given) for c in wrong]
    columns = [c for c in columns if c not in wrong]
    refused = {key for t in header.found.values() if isinstance(t, Doubt) for key in t.keys}
    table = Table(
        sheet, line, {}, {}, notes, rows, header.width, refused=frozenset(refused | {c.title.key for c in wrong})
    )
    if any(c.title.key == "period" for c in columns):
        return _beside_a_column(table, columns)
    notes += [
        _note("period_column", Severity.repair, sheet, line, c, c.title.period)
        for c in columns
        if c.title.period not in (None, given)
    ]
    content = feed.content()
    figures = [c for c in columns if c.title.key in content or c.title.period is not None]
    named = whole_period(sheet.name, feed.period_kinds)
    if named is None or named.fault is not None:
        own = given
    elif given is not None and named.code != given:
        notes.append(Note("sheet_period_mismatch", Severity.error, sheet.name, params={"given": given}))
        return replace(table, rows=())
    else:
        own = named.code
    if any(c.title.period is None for c in figures):
        if own is None:
            stated = next((c.title.period for c in figures if c.title.period is not None), "")
            _refuse_undated(table, in_titles or stated)
        if given is None:
            notes.append(Note("period_from_sheet", Severity.repair, sheet.name, params={"value": own}))
    return _by_period(table, feed, columns, figures, own)


def _beside_a_column(table: Table, columns: list[_Column]) -> Table:
    """A table whose rows say their period: one year in a title may confirm it, columns of periods contradict it."""
    stated = dict.fromkeys(c.title.period for c in columns if c.title.period is not None)
    if len(stated) > 1 or any(c.title.alone for c in columns):
        column = next(c.text for c in columns if c.title.key == "period")
        params = {"title": column, "periods": ", ".join(stated)}
        raise FileRefusedError("periods_twice", params, table.sheet.name, table.header.number)
    return replace(table, period=next(iter(stated), None), **_placed(columns))


def _by_period(table: Table, feed: Feed, columns: list[_Column], figures: list[_Column], own: str | None) -> Table:
    groups: dict[str, list[_Column]] = {}
    for column in figures:
        groups.setdefault(column.title.period or own or "", []).append(column)
    if not groups:
        return replace(table, rows=(), **_placed(columns))
    if len(groups) == 1:
        return replace(table, period=next(iter(groups)), **_placed(columns))
    if feed.shape is Shape.register:
        raise FileRefusedError("two_periods_in_header", {}, table.sheet.name, table.header.number)
    labels = [c for c in columns if c not in figures]
    across = [Across(period, **_placed(group)) for period, group in groups.items()]
    return replace(table, across=across, **_placed(labels))


def _placed(columns: list[_Column]) -> _Placed:
    return {
        "columns": {c.title.key: c.index for c in columns},
        "titles": {c.title.key: c.text for c in columns},
        "statuses": {c.title.key: c.title.status for c in columns if c.title.status is not None},
    }


def _refuse_undated(table: Table, proposal: str | None) -> None:
    if proposal:
        params = {"proposal": proposal}
        raise FileRefusedError("period_missing_titled", params, table.sheet.name, table.header.number)
    raise FileRefusedError("period_missing", {}, table.sheet.name, table.header.number)


def _note(code: str, severity: Severity, sheet: Sheet, line: Row, column: _Column, value: str | None) -> Note:
    return Note(code, severity, sheet.name, line.number, column.text, column.text, {"value": value}, column.index)
