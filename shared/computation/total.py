"""One total of some entries: its figure and how far it may be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from shared.computation.arithmetic import WIDE, divide
from shared.contracts.register import EntryReported
from shared.domain.observation import Status


@dataclass(frozen=True)
class Total:
    """A figure: value, and both counts where it is a percentage. Statuses as in rollups: provisional if any part is."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Status = Status.final
    simulated: bool = False
    qualifier: str = "="


def stated(value: Decimal | int | None, by: EntryReported, qualifier: str = "=") -> Total | None:
    """What one entry says of itself; None where it says nothing."""
    return None if value is None else Total(Decimal(value), None, None, *_trust([by]), qualifier)


def counted(number: int, of: Sequence[EntryReported]) -> Total:
    """A number of entries found among others."""
    return Total(Decimal(number), None, None, *_trust(of))


def summed(amounts: Sequence[Decimal | None], of: Sequence[EntryReported]) -> Total | None:
    """The sum of the amounts that are given; None where none is: missing is not zero."""
    given = [amount for amount in amounts if amount is not None]
    if not given:
        return None
    with localcontext(WIDE):
        return Total(sum(given, Decimal(0)), None, None, *_trust(of))


def shared_out(part: Decimal, whole: Decimal, of: Sequence[EntryReported]) -> Total | None:
    """A part of a whole in percent, with both sides; None of nothing."""
    share = divide(part, whole, 100)
    return None if share is None else Total(share, part, whole, *_trust(of))


def _trust(entries: Sequence[EntryReported]) -> tuple[Status, bool]:
    """Status and whether any of it is simulated."""
    statuses = {e.status for e in entries}
    weakest = next((s for s in (Status.provisional, Status.estimated) if s in statuses), Status.final)
    return weakest, any(e.simulated for e in entries)
