"""Rows and columns of a sheet that its reader does not see: hidden by hand, by a filter or by a group."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.ingestion.parse.rows import Remark, Row, column_letters

_MOST_NAMED = 10
_ELEMENT = re.compile(rb"<(?:[^\s<>/:!?]+:)?(row|col)(?=[\s/>])([^<>]*+)>")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true|on)[\"']")
_NUMBER = re.compile(rb"(?:^|\s)(r|min|max)\s*=\s*[\"'](\d{1,7})[\"']")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Numbers of hidden rows (from 1), and ranges of hidden columns (from 0, both ends included)."""

    rows: frozenset[int] = frozenset()
    columns: tuple[tuple[int, int], ...] = ()

    def remarks(self, rows: Sequence[Row]) -> list[Remark]:
        """What is said of them, for those that hold something."""
        said = []
        numbers = [row.number for row in rows if row.number in self.rows] if self.rows else []
        if numbers:
            said.append(Remark("rows_hidden", {"rows": _listed(list(map(str, numbers))), "count": len(numbers)}))
        if self.columns:
            width = max((len(row.cells) for row in rows), default=0)
            asked = {c for first, last in self.columns for c in range(first, min(last, width - 1) + 1)}
            filled = {c for row in rows for c in asked if c < len(row.cells) and row.cells[c] is not None}
            letters = [column_letters(column) for column in sorted(filled)]
            if letters:
                said.append(Remark("columns_hidden", {"columns": _listed(letters), "count": len(letters)}))
        return said


def hidden_in(xml: bytes) -> Hidden:
    """What the XML of a sheet hides."""
    if b"hidden" not in xml:
        return Hidden()
    rows: set[int] = set()
    columns: list[tuple[int, int]] = []
    number = 0
    for found in _ELEMENT.finditer(xml):
        said = {name: int(value) for name, value in _NUMBER.findall(found[2])}
        if found[1] == b"row":
            number = said.get(b"r", number + 1)
        if not _HIDDEN.search(found[2]):
            continue
        if found[1] == b"row":
            rows.add(number)
        elif b"min" in said:
            columns.append((said[b"min"] - 1, said.get(b"max", said[b"min"]) - 1))
    return Hidden(frozenset(rows), tuple(columns))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
