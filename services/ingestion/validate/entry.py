"""What an accepted row of a register gives: an entry, with the place it was read from."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.ingestion.notes import Note, Severity
from services.ingestion.validate.reader import Notebook
from services.ingestion.validate.repeats import named_rows
from shared.domain.observation import Status
from shared.domain.register import Entry


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One version of one entry, before it has a receipt."""

    entry: Entry
    source: str
    status: Status
    sheet: str
    row: int
    column: str

    @property
    def territory(self) -> str:
        """The territory it is about."""
        return self.entry.territory

    @property
    def period(self) -> str:
        """The period it is about."""
        return self.entry.period

    def note(self, code: str, severity: Severity, **params: str) -> Note:
        """A remark at the identifier of the entry."""
        said = {"id": self.entry.id, **params}
        return Note(code, severity, self.sheet, self.row, self.column, self.entry.id, said)


def settle_repeats(entries: Sequence[ReadEntry], notebook: Notebook) -> list[ReadEntry]:
    """One row per entry: identical repeats are kept once and said, different ones are all refused."""
    by_id: dict[str, list[ReadEntry]] = {}
    for entry in entries:
        by_id.setdefault(entry.entry.id, []).append(entry)
    settled: list[ReadEntry] = []
    for same in by_id.values():
        first, *others = same
        agree = all((first.entry, first.status) == (other.entry, other.status) for other in others)
        if agree:
            settled.append(first)
        code, severity = ("repeated_entry", Severity.repair) if agree else ("conflicting_entries", Severity.error)
        rows = named_rows(e.row for e in same)
        for entry in others if agree else same:
            notebook.add(entry.note(code, severity, rows=rows))
    return settled
