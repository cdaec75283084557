"""What the titles above a table, the name of its sheet and its rows of totals say against its period or its units."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.ingestion.feeds.model import ColumnKind, Feed
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import Row, Sheet
from services.ingestion.validate.header_lines import Header
from services.ingestion.validate.headers import Title
from services.ingestion.validate.qualifiers import qualifier
from services.ingestion.validate.scales import is_of_money, scale_said, scaled
from services.ingestion.validate.table import Table, is_blank
from services.ingestion.words import plain

_MOST_ROWS = 60
_LONGEST = 200
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PART = re.compile(
    r"\b(?:1er|2e|2eme|2nd|3e|3eme|4e|4eme|premier|deuxieme|second|troisieme|quatrieme)\s(semestre|trimestre)\b"
)
# A year that tells the age of something else than the figures, or a day and not a period.
_OTHER = re.compile(
    r"\b(?:strategie|plan|pacte|convention\w*|avenant\w*|loi|decret|arrete|circulaire|version|edition|edite\w*|publi\w+"
    r"|mis\w* a jour|mise|maj|extrait|extraction|source|depuis|avant|apres|recensement|insee|janv\w*|fevr\w*|mars|avril"
    r"|mai|juin|juil\w*|aout|sept\w*|oct\w*|nov\w*|dec\w*|objectif\w*)\b"
)
_TOTAL = re.compile(r"^(?:sous |s )?(?:total|totaux|ensemble|cumul)\b(?: \w+)? ((?:19|20)\d{2})$")


@dataclass(frozen=True, slots=True)
class Said:
    """A text above a table; `row` is None for the name of the sheet."""

    text: str
    row: int | None
    position: int | None = None


def said_above(sheet: Sheet, header: Header, *, first: bool) -> list[Said]:
    """The name of the sheet and the titles directly above a header: above a later table, rows of one text each."""
    above = [Said(sheet.name, None)]
    for row in reversed(sheet.rows[max(0, header.first - _MOST_ROWS) : header.first]):
        filled = [(n, cell) for n, cell in enumerate(row.cells) if not is_blank(cell)]
        if not first and (len(filled) != 1 or not isinstance(filled[0][1], str)):
            break
        above += [Said(c, row.number, n) for n, c in filled if isinstance(c, str) and len(c) <= _LONGEST]
    return above


def with_units(
    above: Sequence[Said], header: Header, header_row: int, rows: Sequence[Row], feed: Feed
) -> tuple[Header, Sequence[Row], list[Note], frozenset[str]]:
    """The table with the units of its columns; a unit above is refused, with the columns that it may be about."""
    units = {n: t.unit for n, t in header.found.items() if isinstance(t, Title) and t.unit}
    notes: list[Note] = []
    lost: dict[int, Title] = {}
    for said in above:
        unit = scale_said(said.text)
        if unit is None or said.row is None:
            continue
        lost = {n: t for n, t in header.found.items() if isinstance(t, Title) and _may_have(t, unit, feed)}
        if not lost:
            continue
        title = header.text(min(lost))
        params = {"unit": unit, "proposal": f"{title} (en {unit})"}
        notes = [Note("unit_in_title", Severity.error, "", said.row, "", said.text, params, said.position)]
        break
    for said in above:
        # A word alone over one column, in the row above its title.
        title_of = header.found.get(said.position or 0)
        if said.row != header_row - 1 or not isinstance(title_of, Title) or said.position in lost:
            continue
        column = feed.columns[title_of.key]
        if column.kind is not ColumnKind.text and (word := qualifier([said.text], title_of.key, feed)):
            lost[said.position or 0] = title_of
            params = {"said": word, "proposal": column.title}
            text = header.text(said.position or 0)
            notes.append(Note("header_qualified", Severity.error, "", said.row, text, said.text, params, said.position))
    kept = {n: t for n, t in header.found.items() if n not in lost}
    return replace(header, found=kept), scaled(rows, units), notes, frozenset(t.key for t in lost.values())


def _may_have(title: Title, unit: str, feed: Feed) -> bool:
    kind = feed.columns[title.key].kind
    if title.unit is not None or kind in (ColumnKind.text, ColumnKind.date, ColumnKind.percentage):
        return False
    return kind is not ColumnKind.count or not is_of_money(unit)


def against_period(table: Table, above: Sequence[Said], given: str | None) -> Table:
    """The table without its rows where a title states another period, and without totals of another year."""
    period = table.period or given
    if not table.rows or period is None or table.across or "period" in table.columns or not period[:4].isdigit():
        return table
    stated = {_period(said.text): said for said in reversed(above) if _period(said.text)}
    if len(stated) == 1:
        (found, said), *_ = stated.items()
        if not _agrees(found, period):
            params = {"found": said.text.strip(), "given": period}
            code = "title_period_mismatch"
            note = Note(code, Severity.error, table.sheet.name, said.row, "", said.text, params, said.position)
            return replace(table, rows=(), notes=[*table.notes, note])
    wrong = dict(_totals_of_another_year(table.rows, period))
    if not wrong:
        return table
    notes = [
        Note("total_of_another_period", Severity.error, table.sheet.name, row, "", text, {"given": period}, position)
        for row, (text, position) in wrong.items()
    ]
    return replace(table, rows=[r for r in table.rows if r.number not in wrong], notes=[*table.notes, *notes])


def _period(text: str) -> str:
    """The one period that a text clearly states: `2019`, `2020 semestre`; empty for none, several, or a doubt."""
    said = plain(text)
    years: set[str] = set(_YEAR.findall(said))
    if len(years) != 1 or _OTHER.search(said) or re.search(r"\d{4}\s?[-/]\s?\d{2}|\d[/-]\d{4}", text):
        return ""
    part = _PART.search(said)
    return years.pop() + (f" {part[1]}" if part else "")


def _agrees(found: str, period: str) -> bool:
    year, _, part = found.partition(" ")
    if year not in _YEAR.findall(period) and year != period[:4]:
        return False
    # `2020` above a month or a quarter of it says less, nothing else.
    whole_year = len(period) == len(year)
    return not (part and whole_year)


def _totals_of_another_year(rows: Sequence[Row], period: str) -> Iterator[tuple[int, tuple[str, int]]]:
    years = set(_YEAR.findall(period))
    for row in rows:
        for position, cell in enumerate(row.cells):
            if isinstance(cell, str) and cell and len(cell) <= _LONGEST:
                found = _TOTAL.match(plain(cell)) if cell[-1:].isdigit() else None
                if found and years and found[1] not in years:
                    yield row.number, (cell, position)
                    break


def named(notes: Sequence[Note], sheet: str) -> list[Note]:
    """Notes with the name of their sheet."""
    return [replace(note, sheet=sheet) for note in notes]
