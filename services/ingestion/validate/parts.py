"""The placed rows of a table, once for each period that its columns state; and their totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import shown
from services.ingestion.validate.places import Placed
from services.ingestion.validate.reader import LineReader, Notebook
from services.ingestion.validate.table import Line, Table
from services.ingestion.validate.totals import Counted, Role, check_totals, sections_called_total
from shared.domain.territory import TerritoryTree

Dated = tuple[Placed, str]


@dataclass(frozen=True)
class Part:
    """Rows by the columns of one period. `apart`: rows that give no figure and matter to totals."""

    table: Table
    reader: LineReader
    notebook: Notebook
    placed: Sequence[Placed]
    apart: Sequence[tuple[Line, Role]]


def split(
    table: Table, feed: Feed, placed: Sequence[Placed], apart: Sequence[tuple[Line, Role]], reader: LineReader,
    notebook: Notebook,
) -> Iterator[Part]:  # fmt: skip
    """The rows of a table by period. A row without any figure is said once, a blank among figures at its cell."""
    if not table.across:
        yield Part(table, reader, notebook, placed, apart)
        return
    content = feed.content()
    filled = [one for one in placed if not one.line.blank(content)]
    for one in placed:
        if one.line.blank(content):
            reader.repair("blank_line", one.line)
    lines = [parts for _, parts in table.parts([one.line for one in filled])]
    beside = [parts for _, parts in table.parts([line for line, _ in apart])]
    for number, view in enumerate(table.views()):
        own = LineReader(view, feed, notebook)
        figures = [key for key in content if key in view.columns]
        kept: list[Placed] = []
        others = [(parts[number], role) for parts, (_, role) in zip(beside, apart, strict=True)]
        for one, parts in zip(filled, lines, strict=True):
            line = parts[number]
            if line.blank(figures):
                own.repair("missing_blank", line, figures[0])
                others.append((line, Role.lost))
            else:
                kept.append(Placed(line, one.territory, one.basis, one.role))
        yield Part(view, own, notebook, kept, others)


def without_section_totals(
    part: Part, dated: Sequence[Dated], feed: Feed, tree: TerritoryTree, *, complete: bool
) -> list[Dated]:
    """The rows without totals of a section that are called just `Total`; what totals do not add up to is listed.

    `complete`: no row was lost on the way here; else nothing is compared.
    """
    roles = {one.role for one in part.placed} | {role for _, role in part.apart}
    if not complete or not roles & {Role.whole, Role.section}:
        return list(dated)
    counted = _counted(part, dated, tree)
    sections = sections_called_total(counted, part.table.columns, feed)
    if sections:
        counted = [Counted(c.line, Role.section, c.key) if c.line.row in sections else c for c in counted]
        _rename(part, sections)
    check_totals(counted, part.table.columns, feed, part.reader)
    return [one for one in dated if one[0].line.row not in sections]


def _counted(part: Part, dated: Sequence[Dated], tree: TerritoryTree) -> list[Counted]:
    keys = dict.fromkeys(_key(one.line, period) for one, period in dated)
    rows = [
        Counted(
            one.line, one.role, _key(one.line, period),
            _under(one.territory, dated, tree) if one.role is Role.section else None,
        )
        for one, period in dated
    ]  # fmt: skip
    for line, role in part.apart:
        # What was lost may have been of any period; so may the total of a section that does not say its own.
        said = shown(line["period"]) if "period" in part.table.columns else None
        rows += [Counted(line, role, key) for key in keys if role is Role.lost or said in (None, key[0])]
    return sorted(rows, key=lambda row: row.line.row)


def _key(line: Line, period: str) -> tuple[str, ...]:
    return period, *((shown(line["indicator"]) or "",) if "indicator" in line.cells else ())


def _under(territory: str, dated: Sequence[Dated], tree: TerritoryTree) -> "_Under":
    return _Under(frozenset(one.line.row for one, _ in dated if tree.covers(territory, one.territory)))


@dataclass(frozen=True)
class _Under:
    """Whether a row is about a territory or one under it."""

    rows: frozenset[int]

    def __call__(self, line: Line) -> bool:
        return line.row in self.rows


def _rename(part: Part, sections: set[int]) -> None:
    """What was listed as the total of everything is that of its section."""
    notes = part.notebook.repairs
    wrong = [n for n in notes if n.code == "total_line" and n.row in sections and n.sheet == part.table.sheet.name]
    for note in wrong:
        notes.remove(note)
    for one in part.placed:
        if one.line.row in sections:
            part.reader.repair("subtotal_line", one.line, "territory" if "territory" in one.line.cells else "name")
