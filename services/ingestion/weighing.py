"""PURE a judged file against what Vigie already holds, and what is left of it to record."""

from dataclasses import replace

from services.ingestion.deposit import Judged, Submission
from services.ingestion.messages import span
from services.ingestion.mode import Mode
from services.ingestion.notes import Note, Severity
from services.ingestion.standing import Held
from services.ingestion.validate.known import (
    count_unchanged,
    keep_what_blanks_would_erase,
    refuse_empty_withdrawals,
    refuse_simulated_over_real,
)
from services.ingestion.validate.known_entries import (
    count_unchanged_entries,
    keep_what_is_not_the_senders,
    note_unknown_calls,
)
from services.ingestion.validate.replacing import replace_report
from services.ingestion.validate.validation import Outcome
from shared.domain.territory import TerritoryTree


def weigh(submission: Submission, outcome: Outcome, held: Held, tree: TerritoryTree) -> Judged:
    """The file as it will be recorded, or why nothing of it will be."""
    period = submission.period or span(outcome.recorded)
    outcome = _register(submission, outcome, held, tree) if outcome.entries else _figures(submission, outcome, held)
    unchanged = count_unchanged_entries(outcome, held.entries) + count_unchanged(outcome, held.cells)
    outcome = refuse_empty_withdrawals(outcome, held.cells)
    if submission.mode is Mode.replace:
        outcome = replace_report(outcome, held.standing_figures, held.standing_entries)
    elif submission.nil_return and held.standing_figures:
        note = Note("figures_stand", Severity.repair, params={"count": len(held.standing_figures)})
        outcome = replace(outcome, repairs=[*outcome.repairs, note])
    if outcome.recorded or submission.nil_return:
        return Judged(outcome, None, period, unchanged)
    if outcome.errors:
        return Judged(outcome, outcome.errors[0].code, period)
    note = Note("nothing_to_record", Severity.error)
    return Judged(Outcome([], outcome.repairs, [note], outcome.inside, outcome.outside), note.code, period)


def _figures(submission: Submission, outcome: Outcome, held: Held) -> Outcome:
    if submission.simulated:
        outcome = refuse_simulated_over_real(outcome, held.cells)
    if submission.mode is Mode.replace:
        return outcome  # here a blank is what the file says
    return keep_what_blanks_would_erase(outcome, held.cells, simulated=submission.simulated)


def _register(submission: Submission, outcome: Outcome, held: Held, tree: TerritoryTree) -> Outcome:
    """An entry is replaced as a whole, so a blank erases what its earlier version said."""
    outcome = note_unknown_calls(outcome, held.calls)
    return keep_what_is_not_the_senders(
        outcome, held.entries, tree, submission.reporter, simulated=submission.simulated
    )
