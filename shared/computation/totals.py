"""What the entries of a register add up to, at every moment of their history. Pure: same versions, same observations.

A total is an observation like any other: it has versions, one for each submission that changed it, so that `as_of`
finds it as it was known. All are computed again from all versions of the entries, whatever their order of arrival.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.computation.call_totals import cells_of_call
from shared.computation.convention_totals import cells_of_convention
from shared.computation.total import Total
from shared.contracts.observation import ObservationReported, event_id
from shared.contracts.register import EntryReported
from shared.domain.observation import Cell, Status
from shared.domain.register import Action, Entry, Project, ProjectCall

FEED = "registers"
"""The feed of every total: no sender has it, so that totals are told from what a file said."""
DEFINITION_VERSION = 1
_GONE = Total(None, status=Status.withdrawn)


@dataclass(frozen=True, order=True)
class Group:
    """What totals are made over. `kind`: project-call or convention; `name`: the call's id, `EPCI-242100410 2021`."""

    kind: str
    name: str

    @property
    def source(self) -> str:
        """The source of its totals; what one project states has `/` and its id behind."""
        return f"{self.kind}:{self.name}"


def group_of(entry: Entry) -> Group | None:
    """The group whose totals an entry is part of; None for a milestone, which adds up to nothing."""
    match entry:
        case ProjectCall() | Project():
            return Group("project-call", entry.group)
        case Action():
            return Group("convention", entry.group)
        case _:
            return None


def totals(group: Group, versions: Iterable[EntryReported]) -> list[ObservationReported]:
    """Every version of every total of a group, in the order of submissions and cells.

    `versions`: all versions of every entry that ever was in the group, those that say it is elsewhere included. A total
    that ceases to be has a withdrawn version, so that its earlier one stands no longer.
    """
    batches: dict[int, list[EntryReported]] = defaultdict(list)
    for version in versions:
        batches[version.submission_seq].append(version)
    newest: dict[tuple[str, str], EntryReported] = {}
    told: dict[Cell, Total] = {}
    made: list[ObservationReported] = []
    for _, batch in sorted(batches.items()):
        newest |= {(v.entry.register_name.value, v.entry.id): v for v in batch}
        standing = [
            v for _, v in sorted(newest.items()) if v.status is not Status.withdrawn and group_of(v.entry) == group
        ]
        now = _cells(group, standing)
        for cell in sorted(told.keys() | now.keys()):
            total = now.get(cell, _GONE)
            if told.get(cell) != total:
                told[cell] = total
                made.append(_observation(cell, total, batch[0]))
    return made


def _cells(group: Group, standing: list[EntryReported]) -> dict[Cell, Total]:
    if group.kind == "convention":
        return cells_of_convention(group.source, standing)
    return cells_of_call(group.source, standing)


def _observation(cell: Cell, total: Total, cause: EntryReported) -> ObservationReported:
    """The version of a total that a submission caused; all entries of a batch come from one receipt."""
    return ObservationReported(
        event_id=event_id(cause.receipt_id, cell),
        receipt_id=cause.receipt_id,
        submission_seq=cause.submission_seq,
        feed=FEED,
        source=cell.source,
        basis=cell.basis,
        indicator=cell.indicator,
        definition_version=DEFINITION_VERSION,
        territory=cell.territory,
        period=cell.period,
        value=total.value,
        numerator=total.numerator,
        denominator=total.denominator,
        status=total.status,
        qualifier=total.qualifier,
        simulated=total.simulated,
        received_at=cause.received_at,
    )
