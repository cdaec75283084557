"""Registers in PostgreSQL: every version of every entry, and the totals that follow from them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from shared.computation.totals import Group
from shared.contracts.observation import ObservationReported
from shared.contracts.register import EntryReported
from shared.domain.register import Action, Entry, Milestone, Project, ProjectCall, Register
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))
_SAVE = {
    Register.project_call: QUERIES.save_project_call,
    Register.project: QUERIES.save_project,
    Register.action: QUERIES.save_action,
    Register.milestone: QUERIES.save_milestone,
}
# Columns of every register beside the fields of its entry, in the order of the tables.
_ENVELOPE = (
    "receipt_id",
    "sheet",
    "feed",
    "source",
    "status",
    "simulated",
    "received_at",
    "submission_seq",
    "event_id",
)


async def lock(connection: Connection) -> None:
    """Hold the registers until the end of the transaction."""
    await connection.execute(QUERIES.lock_registers)


async def save_versions(connection: Connection, entries: Sequence[EntryReported]) -> None:
    """Store every version; those already stored are skipped."""
    for register, query in _SAVE.items():
        rows = [_row(e) for e in entries if e.entry.register_name is register]
        await connection.executemany(query, rows)


def _row(reported: EntryReported) -> tuple[Any, ...]:
    """The row of a version: id, envelope, then the fields of the entry in their declared order."""
    fields = reported.entry.model_dump(exclude={"register_name", "id", "territory", "period", "note"})
    entry = reported.entry
    return (
        entry.id, reported.submission_seq, reported.event_id, reported.receipt_id, reported.sheet, reported.row,
        reported.feed, reported.source, reported.status.value, reported.simulated, reported.received_at,
        entry.territory, entry.period, entry.note, *fields.values(),
    )  # fmt: skip


async def groups_of(connection: Connection, entries: Sequence[EntryReported]) -> list[Group]:
    """Every group that any version of these entries belongs to, in a fixed order."""
    ids: dict[Register, list[str]] = {register: [] for register in Register}
    for reported in entries:
        ids[reported.entry.register_name].append(reported.entry.id)
    calls = [r["call"] for r in await connection.fetch(QUERIES.calls_of_projects, ids[Register.project])]
    conventions = await connection.fetch(QUERIES.conventions_of_actions, ids[Register.action])
    found = {Group("project-call", call) for call in (*calls, *ids[Register.project_call])}
    found |= {Group("convention", f"{r['territory']} {r['period']}") for r in conventions}
    return sorted(found)


async def versions_of(connection: Connection, group: Group) -> list[EntryReported]:
    """All versions of every entry that ever was in a group."""
    if group.kind == "convention":
        territory, _, period = group.name.partition(" ")
        rows = await connection.fetch(QUERIES.versions_of_actions, territory, period)
        return [_version(Action, row) for row in rows]
    calls = await connection.fetch(QUERIES.versions_of_call, group.name)
    projects = await connection.fetch(QUERIES.versions_of_projects, group.name)
    return [_version(ProjectCall, row) for row in calls] + [_version(Project, row) for row in projects]


def _version(model: type[ProjectCall | Project | Action | Milestone], row: asyncpg.Record) -> EntryReported:
    values = dict(row)
    entry: Entry = model(**{name: values[name] for name in model.model_fields if name in values})
    return EntryReported(row=values["row_number"], entry=entry, **{name: values[name] for name in _ENVELOPE})


async def replace_totals(
    connection: Connection, sources: Iterable[str], totals: Sequence[ObservationReported], at: datetime
) -> list[tuple[str, str, str]]:
    """Make these the totals of these sources; rows that would not change are left alone.

    Returns (indicator, period, territory) of every total that there is or was.
    """
    wanted = {_total(o)[:6]: _total(o) for o in totals}
    rows = await connection.fetch(QUERIES.totals_of_sources, list(sources))
    found = {tuple(row)[:6]: tuple(row) for row in rows}
    stale = [key for key, row in found.items() if wanted.get(key) != row]
    fresh = [row for key, row in wanted.items() if found.get(key) != row]
    await connection.executemany(QUERIES.delete_total, sorted(stale))
    await connection.executemany(QUERIES.save_total, [(*row, at) for row in fresh])
    return sorted({key[:3] for key in (*wanted, *found)})


def _total(o: ObservationReported) -> tuple[Any, ...]:
    """A total as the columns of QUERIES.totals_of_sources."""
    return (
        o.indicator, o.period, o.territory, o.source, o.basis.value, o.submission_seq, o.event_id, o.receipt_id, o.feed,
        o.definition_version, o.value, o.numerator, o.denominator, o.status.value, o.qualifier, o.simulated,
        o.received_at,
    )  # fmt: skip
