"""The totals of a convention: what its actions cost together, how many have no cost, and the total that it states."""

from collections.abc import Sequence

from shared.computation.total import Total, counted, stated, summed
from shared.contracts.register import EntryReported
from shared.domain.observation import Basis, Cell
from shared.domain.register import Action, ActionKind


def cells_of_convention(source: str, standing: Sequence[EntryReported]) -> dict[Cell, Total]:
    """Every total of a convention from the lines that stand: all of one territory and period."""
    lines = [(v, v.entry) for v in standing if isinstance(v.entry, Action)]
    if not lines:
        return {}
    territory, period = lines[0][1].territory, lines[0][1].period
    actions = [(v, a) for v, a in lines if a.kind is ActionKind.action]
    of = [v for v, _ in actions]
    cells: dict[Cell, Total | None] = {}
    if actions:
        for code, total in (
            ("ax0.convention.actions_cost", summed([a.cost for _, a in actions], of)),
            ("ax0.convention.actions_listed", counted(len(actions), of)),
            ("ax0.convention.actions_unpriced", counted(sum(a.cost is None for _, a in actions), of)),
        ):
            cells[Cell(code, territory, period, source, Basis.computed)] = total
    for version, line in lines:
        if line.kind is ActionKind.declared_total:
            cell = Cell("ax0.convention.declared_total", territory, period, source, Basis.declared)
            cells[cell] = stated(line.cost, version)
    return {cell: total for cell, total in cells.items() if total is not None}
