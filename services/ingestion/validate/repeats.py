"""Figures that a file states more than once."""

from collections.abc import Sequence

from services.ingestion.notes import Note, Severity
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.reader import Notebook
from shared.domain.observation import Cell


def settle_figures(figures: Sequence[Figure], notebook: Notebook) -> list[Figure]:
    """One figure per cell: identical repeats are kept once and said, different ones are all refused."""
    first_of: dict[Cell, Figure] = {}
    repeated: dict[Cell, list[Figure]] = {}
    for figure in figures:
        cell = figure.cell
        first = first_of.setdefault(cell, figure)
        if first is not figure:
            repeated.setdefault(cell, [first]).append(figure)
    for cell, same in repeated.items():
        first, *others = same
        agree = all(first.says_the_same(other) for other in others)
        if not agree:
            del first_of[cell]
        for figure in others if agree else same:
            rows = ", ".join(str(f.row) for f in same)
            code, severity = ("repeated_line", Severity.repair) if agree else ("conflicting_lines", Severity.error)
            params = {"rows": rows, "indicator": figure.indicator, "territory": figure.territory}
            notebook.add(Note(code, severity, figure.sheet, figure.row, figure.column, params=params))
    return list(first_of.values())
