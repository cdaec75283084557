"""A judged register against what Vigie already holds: what it may not replace, what it leaves as it was."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from services.ingestion.notes import Note, Severity
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Status
from shared.domain.register import Entry, Project
from shared.domain.territory import TerritoryTree


@dataclass(frozen=True)
class KnownEntry:
    """The current version of an entry, as ingestion accepted it."""

    entry: Entry
    status: Status
    simulated: bool


def keep_what_is_not_the_senders(
    outcome: Outcome, known: Mapping[str, KnownEntry], tree: TerritoryTree, reporter: str, *, simulated: bool
) -> Outcome:
    """Refuse entries that would replace somebody else's, and simulated ones that would replace a real one.

    An identifier is all that tells versions of one entry: taken by mistake, it would erase a stranger's.
    """
    kept: list[ReadEntry] = []
    errors = list(outcome.errors)
    for read in outcome.entries:
        old = known.get(read.entry.id)
        if old is not None and not tree.covers(reporter, old.entry.territory):
            errors.append(read.note("entry_of_another", Severity.error, territory=old.entry.territory))
        elif old is not None and simulated and not old.simulated:
            errors.append(read.note("simulated_entry_over_real", Severity.error))
        else:
            kept.append(read)
    return replace(outcome, entries=kept, errors=errors)


def note_unknown_calls(outcome: Outcome, calls: Collection[str]) -> Outcome:
    """Say which projects name a call that nobody has sent yet: late, or mistyped."""
    notes: list[Note] = [
        read.note("call_not_known", Severity.repair, call=read.entry.call)
        for read in outcome.entries
        if isinstance(read.entry, Project) and read.entry.call not in calls
    ]
    return replace(outcome, repairs=[*outcome.repairs, *notes])


def count_unchanged_entries(outcome: Outcome, known: Mapping[str, KnownEntry]) -> int:
    """How many entries say what Vigie already holds."""
    return sum(
        (old := known.get(read.entry.id)) is not None and (old.entry, old.status) == (read.entry, read.status)
        for read in outcome.entries
    )
