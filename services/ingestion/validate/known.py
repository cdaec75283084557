"""A judged file against what Vigie already holds: what it may not overwrite, what it leaves as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from services.ingestion.notes import Note, Severity
from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.validate.figures import Figure, percentage
from services.ingestion.validate.validation import Outcome
from shared.contracts.message import plain
from shared.domain.observation import Cell, Status

Sides = tuple[Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Known:
    """The current version of a cell, as far as Vigie has it: stored, or accepted and on its way."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    simulated: bool = False
    status: Status = Status.final

    @property
    def sides(self) -> Sides:
        """Value, numerator and denominator."""
        return self.value, self.numerator, self.denominator


def refuse_simulated_over_real(outcome: Outcome, current: Mapping[Cell, Known]) -> Outcome:
    """Keep the figures of a simulated file out of the cells that hold a real one."""
    kept: list[Figure] = []
    errors = list(outcome.errors)
    for figure in outcome.figures:
        known = current.get(figure.cell)
        if known is None or known.simulated:
            kept.append(figure)
        else:
            errors.append(_note("simulated_over_real", Severity.error, figure))
    return replace(outcome, figures=kept, errors=errors)


def keep_what_blanks_would_erase(
    outcome: Outcome, current: Mapping[Cell, Known], *, simulated: bool = False
) -> Outcome:
    """In patch mode a blank never erases: a figure that lacks a side which is known gets it, or leaves the old cell.

    It gets it when nothing that it says differs from what is known. Otherwise it would mix two reports in one ratio.
    """
    kept: list[Figure] = []
    repairs = list(outcome.repairs)
    for figure in outcome.figures:
        known = current.get(figure.cell)
        if known is None or (known.simulated and not simulated) or not _erases(figure, known):
            kept.append(figure)
            continue
        completed = _completed(figure, known)
        if completed is not None:
            kept.append(completed)
        repairs.append(_note("blank_kept", Severity.repair, figure, known=_written(known)))
    return replace(outcome, figures=kept, repairs=repairs)


def refuse_empty_withdrawals(outcome: Outcome, current: Mapping[Cell, Known]) -> Outcome:
    """Keep out what withdraws nothing: no figure of that source stands, so it would only look as if it had worked."""
    kept: list[Figure] = []
    errors = list(outcome.errors)
    for figure in outcome.figures:
        # What is withdrawn already may be so again: a file sent twice is a repeat.
        if figure.status is Status.withdrawn and figure.cell not in current:
            errors.append(
                _note("nothing_to_withdraw", Severity.error, figure, period=figure.period, source=figure.source)
            )
        else:
            kept.append(figure)
    return replace(outcome, figures=kept, errors=errors)


def count_unchanged(outcome: Outcome, current: Mapping[Cell, Known]) -> int:
    """How many figures say what Vigie already holds. They are published all the same: a later submission confirms."""
    return sum(f.cell in current and _sides(f) == current[f.cell].sides for f in outcome.figures)


def _sides(figure: Figure) -> Sides:
    return figure.value, figure.numerator, figure.denominator


def _erases(figure: Figure, known: Known) -> bool:
    """Say whether publishing it as it is would lose a side. Withdrawing is said, and 0 / 0 has no percentage."""
    if Status.withdrawn in (figure.status, known.status):
        return False
    if figure.ratio and None not in (figure.numerator, figure.denominator):
        return False
    return any(new is None and old is not None for new, old in zip(_sides(figure), known.sides, strict=True))


def _completed(figure: Figure, known: Known) -> Figure | None:
    """The figure with the known sides that it lacks; None when it contradicts one of them."""
    pairs = list(zip(_sides(figure), known.sides, strict=True))
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        return None
    value, numerator, denominator = (old if new is None else new for new, old in pairs)
    if value is None and figure.ratio:
        try:
            value, _ = percentage(None, numerator, denominator)
        except UnreadableError:
            return None
    return replace(figure, value=value, numerator=numerator, denominator=denominator)


def _written(known: Known) -> str:
    value, numerator, denominator = ("…" if side is None else plain(side).replace(".", ",") for side in known.sides)
    counts = "" if known.numerator is None and known.denominator is None else f" ({numerator} / {denominator})"
    return value + counts


def _note(code: str, severity: Severity, figure: Figure, **params: str) -> Note:
    said = {"territory": figure.territory, "indicator": figure.indicator, **params}
    return Note(code, severity, figure.sheet, figure.row, figure.column, params=said)
