"""The totals of a call for projects: what it states, what its listed projects add up to, and both by department."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from shared.computation.total import Total, counted, shared_out, stated, summed
from shared.contracts.register import EntryReported
from shared.domain.observation import Basis, Cell
from shared.domain.register import Project, ProjectCall, Scale
from shared.domain.territory import Level, level_of

STATED: dict[str, Callable[[ProjectCall], Decimal | int | None]] = {
    "ax0.calls.budget": lambda c: c.budget,
    "ax0.calls.submitted": lambda c: c.submitted,
    "ax0.calls.selected": lambda c: c.selected,
    "ax0.calls.selected_regional": lambda c: c.selected_regional,
    "ax0.calls.selected_departmental": lambda c: c.selected_departmental,
    "ax0.calls.awarded": lambda c: c.awarded,
}
SCALES = {"national": Scale.country, "regional": Scale.regional, "departmental": Scale.departmental}
# The three fields of the calls of Plan de relance, as their results print them, by the themes of the register.
FIELDS = {
    "food": {"alimentation", "hygiène"},
    "rights": {"accès aux droits", "numérique", "lien social"},
    "insertion": {"insertion"},
}
Listed = list[tuple[EntryReported, Project]]


def cells_of_call(source: str, standing: Sequence[EntryReported]) -> dict[Cell, Total]:
    """Every total of a call from the versions that stand: the call itself, if it is known, and its projects.

    Without the call only what a department or a project has of its own can be said.
    """
    call = next(((v, v.entry) for v in standing if isinstance(v.entry, ProjectCall)), None)
    listed = [(v, v.entry) for v in standing if isinstance(v.entry, Project)]
    cells = {**_of_projects(source, listed), **_by_department(source, listed)}
    if call is not None:
        cells |= _of_call(source, *call, listed)
    return {cell: total for cell, total in cells.items() if total is not None}


def _of_call(source: str, version: EntryReported, call: ProjectCall, listed: Listed) -> dict[Cell, Total | None]:
    declared = {
        code: stated(read(call), version, call.awarded_qualifier if code == "ax0.calls.awarded" else "=")
        for code, read in STATED.items()
    }
    computed = _of_listed(listed) if listed else {}
    return {
        **{Cell(code, call.territory, call.period, source, Basis.declared): t for code, t in declared.items()},
        **{Cell(code, call.territory, call.period, source, Basis.computed): t for code, t in computed.items()},
    }


def _of_listed(listed: Listed) -> dict[str, Total | None]:
    """Counts and amounts over all listed projects, by scale, and the share of the departmental ones."""
    of = [v for v, _ in listed]
    amount = summed([p.amount for _, p in listed], of)
    found: dict[str, Total | None] = {
        "ax0.calls.listed": counted(len(listed), of),
        "ax0.calls.amount_listed": amount,
        "ax0.calls.unpriced": counted(sum(p.amount is None for _, p in listed), of),
    }
    for name, scale in SCALES.items():
        part = [p for _, p in listed if p.scale is scale]
        found[f"ax0.calls.listed_{name}"] = counted(len(part), of)
        found[f"ax0.calls.amount_{name}"] = summed([p.amount for p in part], of)
    for name, themes in FIELDS.items():
        found[f"ax0.calls.listed_{name}"] = counted(sum(p.theme.casefold() in themes for _, p in listed), of)
    departmental = sum(p.scale is Scale.departmental for _, p in listed)
    found["ax0.calls.departmental_share"] = shared_out(Decimal(departmental), Decimal(len(listed)), of)
    part_amount = found["ax0.calls.amount_departmental"]
    if amount and amount.value is not None and part_amount and part_amount.value is not None:
        found["ax0.calls.departmental_amount_share"] = shared_out(part_amount.value, amount.value, of)
    return found


def _of_projects(source: str, listed: Listed) -> dict[Cell, Total | None]:
    """What each project was granted, in its territory."""
    return {
        Cell("ax0.projects.amount", p.territory, p.period, f"{source}/{p.id}", Basis.declared): stated(p.amount, v)
        for v, p in listed
    }


def _by_department(source: str, listed: Listed) -> dict[Cell, Total | None]:
    """The departmental projects of each department or metropole and year, however many years a call takes."""
    places: dict[tuple[str, str], Listed] = defaultdict(list)
    for version, project in listed:
        below = level_of(project.territory) in {Level.department, Level.metropole}
        if project.scale is Scale.departmental and below:
            places[project.territory, project.period].append((version, project))
    cells: dict[Cell, Total | None] = {}
    for (territory, period), here in places.items():
        of = [v for v, _ in here]
        for code, total in (
            ("ax0.projects.departmental", counted(len(here), of)),
            ("ax0.projects.departmental_amount", summed([p.amount for _, p in here], of)),
        ):
            cells[Cell(code, territory, period, source, Basis.computed)] = total
    return cells
