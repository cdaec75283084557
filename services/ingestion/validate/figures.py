"""What an accepted row gives: figures, with the place each was read from."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from services.ingestion.repair.numbers import LARGEST
from services.ingestion.repair.outcome import Number, UnreadableError
from shared.domain.observation import Basis, Cell, Status

_PLACES = Decimal("0.0001")
# The largest number over the smallest has 31; the 28 of Python's usual context would raise.
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """One version of one cell, before it has a receipt. `ratio`: its value is a percentage of two counts."""

    indicator: str
    definition_version: int
    territory: str
    period: str
    source: str
    basis: Basis
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    ratio: bool
    status: Status
    qualifier: str
    sheet: str
    row: int
    column: str

    @property
    def cell(self) -> Cell:
        """What this is a version of."""
        return Cell(self.indicator, self.territory, self.period, self.source, self.basis)

    def says_the_same(self, other: "Figure") -> bool:
        """Say whether two rows state one figure, wherever they stand in the file."""
        mine = (self.value, self.numerator, self.denominator, self.status, self.qualifier)
        return mine == (other.value, other.numerator, other.denominator, other.status, other.qualifier)


def percentage(
    stated: Number | None, numerator: Decimal | None, denominator: Decimal | None
) -> tuple[Decimal | None, bool]:
    """The percentage of a ratio, and whether a stated fraction (0.312) was read as percent (31.2).

    A stated percentage is kept as it is, even where it contradicts its counts: a check says so later. Without one it is
    computed. Raises UnreadableError when a bare 0.312 has no counts to tell what it means.
    """
    counted = _counted(numerator, denominator)
    if stated is None or stated.value is None:
        return counted, False
    if stated.percent or stated.value == 0 or abs(stated.value) > 1:
        return stated.value, False
    # Excel shows 31,2 % and stores 0.312.
    if counted is None:
        percent = format((stated.value * 100).normalize(), "f").replace(".", ",")
        raise UnreadableError("ambiguous_percentage", {"percent": percent})
    as_fraction = abs(stated.value * 100 - counted) < abs(stated.value - counted)
    return (stated.value * 100 if as_fraction else stated.value), as_fraction


def _counted(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Numerator over denominator in percent; raises UnreadableError when that is no figure any more."""
    if numerator is None or not denominator:
        return None
    with localcontext(prec=_DIGITS):
        counted = (100 * numerator / denominator).quantize(_PLACES)
    if abs(counted) >= LARGEST:
        raise UnreadableError("number_out_of_range")
    return counted


def weakest(statuses: list[Status | None]) -> Status:
    """The least sure of several statuses."""
    for status in (Status.withdrawn, Status.estimated, Status.provisional):
        if status in statuses:
            return status
    return Status.final
