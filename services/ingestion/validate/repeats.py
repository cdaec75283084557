"""Figures that a file states more than once."""

from collections.abc import Iterable, Sequence

from services.ingestion.notes import Note, Severity
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.reader import Notebook
from shared.domain.observation import Basis

# The parts of `Figure.cell`: a tuple is made and looked up five times as fast.
_Cell = tuple[str, str, str, str, Basis]
# More rows than these are not named: each of them has its own remark.
_MOST_NAMED = 10


def settle_figures(figures: Sequence[Figure], notebook: Notebook) -> list[Figure]:
    """One figure per cell: a row repeated whole is kept once and said; rows that differ anywhere are all refused.

    `31;F;20` and `31;G;20` are no repeat, though the feed has no column for what tells them apart.
    """
    first_of: dict[_Cell, Figure] = {}
    repeated: dict[_Cell, list[Figure]] = {}
    for figure in figures:
        cell = (figure.indicator, figure.territory, figure.period, figure.source, figure.basis)
        first = first_of.setdefault(cell, figure)
        if first is not figure:
            repeated.setdefault(cell, [first]).append(figure)
    if not repeated:
        return list(first_of.values())
    sheets = _Sheets(figures)
    apart = {cell for cell, same in repeated.items() if not all(sheets.agree(same[0], other) for other in same[1:])}
    # Rows of which one figure differs are not the same rows, whatever their other figures say.
    disputed = {(f.sheet, f.row) for cell in apart for f in repeated[cell]}
    for cell, same in repeated.items():
        if cell in apart or sum((f.sheet, f.row) in disputed for f in same) > 1:
            del first_of[cell]
            _note("conflicting_lines", Severity.error, same, same, notebook)
        else:
            _note("repeated_line", Severity.repair, same[1:], same, notebook)
    return list(first_of.values())


def named_rows(rows: Iterable[int]) -> str:
    """Rows as a remark names them: `2, 3, 7`, the first few of many."""
    found = list(rows)
    return ", ".join(map(str, found[:_MOST_NAMED])) + (", …" if len(found) > _MOST_NAMED else "")


def _note(code: str, severity: Severity, at: Sequence[Figure], same: Sequence[Figure], notebook: Notebook) -> None:
    params = {"rows": named_rows(f.row for f in same), "indicator": same[0].indicator, "territory": same[0].territory}
    for figure in at:
        notebook.add(Note(code, severity, figure.sheet, figure.row, figure.column, params=params))


class _Sheets:
    """What each sheet says: a row may come again on another sheet only if the two sheets are the same."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures
        self._said: dict[str, frozenset[tuple[object, ...]]] = {}

    def agree(self, one: Figure, other: Figure) -> bool:
        """Say whether two rows say the same, in the columns that the feed uses and in the others."""
        if not one.says_the_same(other):
            return False
        if None not in (one.rest, other.rest) and one.rest != other.rest:
            return False
        return one.sheet == other.sheet or self._all(one.sheet) == self._all(other.sheet)

    def _all(self, sheet: str) -> frozenset[tuple[object, ...]]:
        if sheet not in self._said:
            self._said[sheet] = frozenset(
                (f.indicator, f.territory, f.period, f.source, f.value, f.numerator, f.denominator, f.rest)
                for f in self._figures
                if f.sheet == sheet
            )
        return self._said[sheet]
