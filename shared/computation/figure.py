"""The current version of one cell, as rollups and checks read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.message import plain
from shared.domain.observation import Basis, Status

# An indicator and a period: what rollups are computed for.
Key = tuple[str, str]


@dataclass(frozen=True)
class Figure:
    """Newest version of a cell. A ratio has value in percent, numerator and denominator; the rest only a value.

    A figure made of others (several sources that are parts, the quarters of a year) names them in `made_of`, and the
    periods that it was added up from in `from_periods`.
    """

    indicator: str
    period: str
    territory: str
    source: str
    basis: Basis
    submission_seq: int
    definition_version: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: Status
    simulated: bool
    made_of: tuple[str, ...] = ()
    from_periods: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Say whether the reporter took this figure back."""
        return self.status is Status.withdrawn

    @property
    def identity(self) -> str:
        """Names the version with what it says, or the versions that it was made of.

        A total of a register is written again under the same number while its entries arrive: equal names must mean
        equal figures there too.
        """
        if self.made_of:
            return "+".join(self.made_of)
        said = "/".join("" if n is None else plain(n) for n in (self.value, self.numerator, self.denominator))
        kind = f"{self.status.value}{':simulated' * self.simulated}"
        return f"{self.territory}:{self.source}:{self.basis.value}:{self.submission_seq}:{said}:{kind}"


# Every current figure that is at hand, by indicator and period.
Book = Mapping[Key, Sequence[Figure]]


def current(versions: Iterable[Figure]) -> dict[Key, list[Figure]]:
    """The newest version of each cell, by indicator and period."""
    newest: dict[tuple[str, str, str, str, Basis], Figure] = {}
    for figure in versions:
        cell = (figure.indicator, figure.period, figure.territory, figure.source, figure.basis)
        if cell not in newest or newest[cell].submission_seq < figure.submission_seq:
            newest[cell] = figure
    book: dict[Key, list[Figure]] = {}
    for figure in newest.values():
        book.setdefault((figure.indicator, figure.period), []).append(figure)
    return book


def newest_by_territory(figures: Iterable[Figure], basis: Basis) -> dict[str, Figure]:
    """One figure per territory: the newest that stands or, where all were withdrawn, the newest withdrawn one."""
    chosen: dict[str, Figure] = {}
    for figure in figures:
        if figure.basis is not basis:
            continue
        kept = chosen.get(figure.territory)
        if kept is None or rank(figure) > rank(kept):
            chosen[figure.territory] = figure
    return chosen


def rank(figure: Figure) -> tuple[bool, int, str]:
    """Standing before withdrawn, then the newest; a submission that states one cell twice is settled by the source."""
    return not figure.withdrawn, figure.submission_seq, figure.source


def worst_status(figures: Iterable[Figure]) -> Status:
    """Provisional if any part is, else estimated if any part is; withdrawn when nothing stands."""
    statuses = {f.status for f in figures}
    for status in (Status.provisional, Status.estimated, Status.final):
        if status in statuses:
            return status
    return Status.withdrawn
