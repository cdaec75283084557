"""What an accepted row gives: figures, with the place each was read from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal

from services.ingestion.repair.digits import exponent_of, written
from services.ingestion.repair.numbers import LARGEST
from services.ingestion.repair.outcome import Number, UnreadableError
from shared.domain.observation import Basis, Cell, Status

_PLACES = Decimal("0.0001")
_TENTH = Decimal("0.1")
# Points of percent between 0.3 and what it may have been rounded from.
_MOST_ROUNDED = Decimal(5)
# The largest number over the smallest has 31; the 28 of Python's usual context would raise.
_EXACT = Context(prec=60)
_SURE = frozenset((None, Status.final))
_LESS_SURE = (Status.withdrawn, Status.estimated, Status.provisional)


# Not frozen, though nothing changes one: setting its 15 fields would take as long as all the rest of reading a figure.
@dataclass(slots=True)
class Figure:
    """One version of one cell, before it has a receipt. `ratio`: its value is a percentage of two counts.

    `rest`: a hash of what its row says beside its figures; None for a total, which has no other row like it.
    """

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
    rest: int | None = field(default=None, compare=False, repr=False)

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
    computed. Raises UnreadableError when nothing tells what a bare 0.312 means: no counts, or counts that give neither.
    """
    counted = _counted(numerator, denominator)
    if stated is None or stated.value is None:
        return counted, False
    if stated.percent or stated.value == 0 or abs(stated.value) > 1:
        return stated.value, False
    # Excel shows 31,2 % and stores 0.312.
    as_percent = stated.value * 100
    if counted is None:
        raise UnreadableError("ambiguous_percentage", _two_readings(as_percent, stated.value))
    half = Decimal(5).scaleb(exponent_of(stated.value) - 1) + _PLACES
    # 1 is 100 % exactly, never something rounded to a whole.
    fits_fraction = abs(as_percent - counted) <= min(half * 100, _MOST_ROUNDED)
    fits_percent = abs(stated.value - counted) <= half
    if not fits_fraction and not fits_percent:
        said = f"{written(counted.quantize(_TENTH))} %"
        raise UnreadableError("percentage_against_counts", {"counted": said, "proposal": said})
    as_fraction = abs(as_percent - counted) < abs(stated.value - counted)
    return (as_percent if as_fraction else stated.value), as_fraction


def _two_readings(as_percent: Decimal, as_it_is: Decimal) -> dict[str, str]:
    large, small = written(as_percent), written(as_it_is)
    return {"percent": large, "proposal": f"{large} % ou {small} %"}


def roundness(numbers: Iterable[Number | None], said: str = "=") -> str:
    """The qualifier of a figure: what its row says, else `~` where one of its numbers was written rounded."""
    if said != "=":
        return said
    for number in numbers:
        if number is not None and number.qualifier == "~":
            return "~"
    return "="


def _counted(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Numerator over denominator in percent; raises UnreadableError when that is no figure any more."""
    if numerator is None or not denominator:
        return None
    counted = _EXACT.divide(_EXACT.multiply(100, numerator), denominator).quantize(_PLACES, context=_EXACT)
    if abs(counted) >= LARGEST:
        raise UnreadableError("number_out_of_range")
    return counted


def weakest(statuses: Iterable[Status | None]) -> Status:
    """The least sure of several statuses."""
    said = set(statuses) - _SURE
    return next(status for status in _LESS_SURE if status in said) if said else Status.final
