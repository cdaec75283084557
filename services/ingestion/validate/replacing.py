"""A file that replaces the whole report: what it no longer holds is withdrawn, by name."""

from collections.abc import Sequence
from dataclasses import replace

from services.ingestion.notes import Note, Severity
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Status

# What is withdrawn because its file no longer has it stands in no row.
NO_ROW = 0
# A title that is not known may be one misspelt, and a sheet that was not read may hold the rest of the report.
_NAMED = 5
_NOT_READ = frozenset({"column_ignored", "sheet_ignored", "sheet_hidden"})


def replace_report(
    outcome: Outcome, standing_figures: Sequence[Figure], standing_entries: Sequence[ReadEntry]
) -> Outcome:
    """The file with a withdrawn version of all that stands and it does not hold, or why it replaces nothing."""
    if outcome.errors:
        return _refused(outcome, "replacement_has_errors", count=len(outcome.errors))
    whole = withdraw_entries(withdraw_figures(outcome, standing_figures), standing_entries)
    unread = [n for n in outcome.repairs if n.code in _NOT_READ]
    if unread and len(whole.recorded) > len(outcome.recorded):
        names = ", ".join(dict.fromkeys(n.column or n.sheet for n in unread[:_NAMED]))
        return _refused(outcome, "replacement_not_whole", names=names)
    return whole


def withdraw_figures(outcome: Outcome, standing: Sequence[Figure]) -> Outcome:
    """Add a withdrawn version of each standing figure that the file does not state."""
    stated = {figure.cell for figure in outcome.figures}
    gone = [
        replace(
            figure, value=None, numerator=None, denominator=None, status=Status.withdrawn, qualifier="=",
            sheet="", row=NO_ROW, column="",
        )
        for figure in standing
        if figure.cell not in stated
    ]  # fmt: skip
    notes = [
        Note(
            "withdrawn_by_replacement",
            Severity.repair,
            params={"territory": figure.territory, "indicator": figure.indicator, "period": figure.period},
        )
        for figure in gone
    ]
    return replace(outcome, figures=[*outcome.figures, *gone], repairs=[*outcome.repairs, *notes])


def withdraw_entries(outcome: Outcome, standing: Sequence[ReadEntry]) -> Outcome:
    """The same for the entries of a register."""
    stated = {read.entry.id for read in outcome.entries}
    gone = [
        replace(read, status=Status.withdrawn, sheet="", row=NO_ROW, column="")
        for read in standing
        if read.entry.id not in stated
    ]
    notes = [Note("entry_withdrawn_by_replacement", Severity.repair, params={"id": read.entry.id}) for read in gone]
    return replace(outcome, entries=[*outcome.entries, *gone], repairs=[*outcome.repairs, *notes])


def _refused(outcome: Outcome, code: str, **params: object) -> Outcome:
    """A file that replaces nothing: what it failed to say would be withdrawn."""
    return replace(outcome, figures=[], entries=[], errors=[Note(code, Severity.error, params=params), *outcome.errors])
