"""Find the header of a feed in the rows of a sheet: one to three lines, under titles, over notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.ingestion.notes import shown
from services.ingestion.parse.rows import Cell, Row, Sheet
from services.ingestion.validate.header_periods import whole_period
from services.ingestion.validate.headers import Doubt, Title, Titles

_TITLE_ROWS = 60
_MOST_LINES = 3
_NUMBER = re.compile(r"^[-+(]?[\d\s\u00a0\u202f.,]+\)?\s*[%€*]*$")


@dataclass(frozen=True, slots=True)
class Header:
    """The lines of a header: `first` and `last` are positions in the rows of the sheet, columns count from 0.

    `found`: what each column is; `stacks`: the texts that it was read from, the uppermost first. `units`: how
    many columns are told apart by a `Nombre` or a `%`. `respelled`: columns whose title has a letter wrong.
    """

    first: int
    last: int
    found: dict[int, Title | Doubt]
    stacks: dict[int, tuple[Cell, ...]]
    width: int
    units: int
    respelled: frozenset[int] = frozenset()

    def text(self, column: int) -> str:
        """A column's title as the file writes it."""
        stack = self.stacks.get(column, ())
        if len(stack) == 1:
            return shown(stack[0]) or ""
        return " / ".join(dict.fromkeys(shown(part) or "" for part in stack))

    def says_what(self, titles: Titles) -> bool:
        """Say whether a column of it holds what the feed is about, doubtful or not."""
        keys = {k for t in self.found.values() for k in ((t.key,) if isinstance(t, Title) else t.keys)}
        return any(titles.is_content(key) for key in keys)


def find_headers(sheet: Sheet, titles: Titles) -> list[Header]:
    """Every header of the feed in a sheet, from the top; those that overlap give way to the one that says most."""
    spans = _Spans(sheet)
    rows = sheet.rows
    ranked = [h for start in range(min(len(rows), _TITLE_ROWS)) for h in _from(start, sheet, titles, spans)]
    if not ranked:
        return []
    least = min(2, max(_columns(h) for h in ranked))
    texts = {part for h in ranked for column in h.found for part in h.stacks[column] if isinstance(part, str)}
    # Further down, a header is looked for only where a row repeats a title of those above.
    below = {
        start
        for position in range(_TITLE_ROWS, len(rows))
        if not texts.isdisjoint(rows[position].cells)
        for start in range(max(_TITLE_ROWS, position - _MOST_LINES + 1), position + 1)
    }
    ranked += [h for start in sorted(below) for h in _from(start, sheet, titles, spans)]
    if len(ranked) == 1 and not below:
        return ranked
    ranked = [h for h in ranked if _columns(h) >= least and not _begins_above_a_reprint(h, rows)]
    taken: set[int] = set()
    kept: list[Header] = []
    for header in sorted(ranked, key=_rank):
        lines = set(range(header.first, header.last + 1))
        if taken.isdisjoint(lines):
            taken |= lines
            kept.append(header)
    return sorted(kept, key=lambda h: h.first)


def _begins_above_a_reprint(header: Header, rows: Sequence[Row]) -> bool:
    """Say whether its last line was printed before, without those above it: they are the end of the table before."""
    block = [row.cells for row in rows[header.first : header.last + 1]]
    lines = len(block)
    if lines == 1:
        return False
    before = [at for at in range(header.first) if rows[at].cells == block[-1]]
    return bool(before) and not any([row.cells for row in rows[at - lines + 1 : at + 1]] == block for at in before)


def _columns(header: Header) -> int:
    return len({title for title in header.found.values() if isinstance(title, Title)}) + _doubts(header)


def _doubts(header: Header) -> int:
    return sum(isinstance(title, Doubt) for title in header.found.values())


def _rank(header: Header) -> tuple[int, ...]:
    dated = sum(isinstance(title, Title) and title.period is not None for title in header.found.values())
    lines = header.last - header.first
    return -_columns(header), -dated, -_doubts(header), -header.units, lines, header.first


def _from(start: int, sheet: Sheet, titles: Titles, spans: "_Spans") -> Iterator[Header]:
    """The headers of one, two and three lines that begin at a row."""
    for lines in range(1, _MOST_LINES + 1):
        rows = sheet.rows[start : start + lines]
        if len(rows) < lines or rows[-1].number - rows[0].number != lines - 1 or _has_figures(rows[-1], titles):
            return
        header = _read(start, rows, titles, spans)
        if header is not None:
            yield header


def _has_figures(row: Row, titles: Titles) -> bool:
    """Say whether a row holds numbers that are no periods, more of them than titles: then it is no header."""
    cells = [cell for cell in row.cells if not _empty(cell)]
    numbers = sum(_is_number(cell) and whole_period(cell, []) is None for cell in cells)
    return numbers > 0 and numbers >= sum(titles.key(cell) is not None for cell in cells)


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, str) or _NUMBER.match(cell.strip()) is not None


def _read(start: int, rows: Sequence[Row], titles: Titles, spans: "_Spans") -> Header | None:
    grid = spans.grid(rows, titles)
    stacks: dict[int, tuple[Cell, ...]] = {}
    found: dict[int, Title | Doubt] = {}
    for column in range(len(grid[-1])):
        stack = tuple(line[column] for line in grid if not _empty(line[column]))
        if not stack:
            continue
        stacks[column] = stack
        title = titles.read(stack)
        if title is not None:
            found[column] = title
    like = _like(stacks, found, titles)
    found |= {column: title for column, title in like.items() if isinstance(title, Title)}
    keys = {t.key for t in found.values() if isinstance(t, Title)}
    about = any(titles.is_content(key) for key in keys) or any(isinstance(t, Doubt) for t in found.values())
    # A period alone heads a column only beside one that says what its rows are about.
    alone = all(isinstance(t, Doubt) or t.alone for t in found.values())
    if not about or alone or _years_as_figures(grid, found, keys, titles):
        return None
    units = sum(len(stack) > 1 and titles.is_unit(stack[-1]) for stack in stacks.values())
    respelled = frozenset(column for column, title in like.items() if isinstance(title, Title))
    return Header(start, start + len(rows) - 1, found | like, stacks, len(grid[-1]), units, respelled)


def _like(
    stacks: dict[int, tuple[Cell, ...]], found: dict[int, Title | Doubt], titles: Titles
) -> dict[int, Title | Doubt]:
    """Unknown titles beside known ones that are nearly those of missing columns."""
    present = {key for t in found.values() for key in ((t.key,) if isinstance(t, Title) else t.keys)}
    if not any(isinstance(t, Title) and not t.alone for t in found.values()):
        return {}
    like: dict[int, Title | Doubt] = {}
    for column, stack in stacks.items():
        text = stack[0]
        if column in found or len(stack) != 1 or not isinstance(text, str):
            continue
        title = titles.spelled(text, present)
        if title is not None:
            like[column] = title
    certain = [t.key for t in like.values() if isinstance(t, Title) and t.period is None]
    # Two unknown titles for one column: neither is certain.
    twice = {key for key in certain if certain.count(key) > 1}
    return {
        n: Doubt("column_unknown", (t.key,), {"proposal": titles.feed.columns[t.key].title})
        if isinstance(t, Title) and t.key in twice
        else t
        for n, t in like.items()
    }


def _years_as_figures(grid: list[list[Cell]], found: dict[int, Title | Doubt], keys: set[str], titles: Titles) -> bool:
    """Say whether the last line may be the only row of a table without places: one number for each title."""
    bottom = [cell for cell in grid[-1] if not _empty(cell)]
    periods = all(whole_period(cell, []) is not None for cell in bottom)
    return len(grid) > 1 and periods and len(keys) == len(found) and all(titles.is_content(key) for key in keys)


class _Spans:
    """How far each cell of a header line reaches: over its merged range, or over the empty cells at its right."""

    def __init__(self, sheet: Sheet) -> None:
        self._merged = {(m.first_row, m.first_column): m for m in sheet.merges}
        self._rows = {m.first_row for m in sheet.merges}

    def grid(self, rows: Sequence[Row], titles: Titles) -> list[list[Cell]]:
        """The lines of a header with each cell written over all the columns that it heads."""
        width = max(len(row.cells) for row in rows)
        grid = [[*row.cells, *[None] * (width - len(row.cells))] for row in rows]
        for number in range(len(grid) - 1):
            below = [[line[c] for line in grid[number + 1 :] if not _empty(line[c])] for c in range(width)]
            filled = [c for c in range(width) if not _empty(grid[number][c])]
            for column in filled:
                cell = grid[number][column]
                last = self._last(rows[number], column, grid[number])
                heads = [c for c in range(column, last + 1) if c == column or below[c]]
                labels = [bool(below[c]) and titles.is_label(below[c][-1]) for c in heads]
                mixed = any(labels) and not all(labels)
                title = (len(heads) > 1 and (mixed or filled == [0])) or _is_lone(cell, filled, heads, titles)
                for c in heads:
                    grid[number][c] = None if title else cell
        return grid

    def _last(self, row: Row, column: int, line: list[Cell]) -> int:
        merge = self._merged.get((row.number, column))
        if merge is not None:
            return min(merge.last_column, len(line) - 1)
        if row.number in self._rows:
            return column
        last = column
        while last + 1 < len(line) and _empty(line[last + 1]):
            last += 1
        return last


def _is_lone(cell: Cell, filled: list[int], heads: list[int], titles: Titles) -> bool:
    """Say whether a text stands alone over one column by chance, such as `Page 1/2`."""
    alone = len(filled) == 1 and len(heads) == 1
    return alone and titles.key(cell) is None and whole_period(cell, []) is None


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
