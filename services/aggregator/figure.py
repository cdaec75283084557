"""The current version of one cell, as the rollup and the checks read it."""

from dataclasses import dataclass
from decimal import Decimal

from shared.domain.observation import Basis, Status


@dataclass(frozen=True)
class Figure:
    """Newest version of a cell. A ratio has value in percent, numerator and denominator; the rest only a value."""

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

    @property
    def withdrawn(self) -> bool:
        """Say whether the reporter took this figure back."""
        return self.status is Status.withdrawn


def newest_by_territory(figures: list[Figure], basis: Basis) -> dict[str, Figure]:
    """One figure per territory: the newest that stands or, where all were withdrawn, the newest withdrawn one."""
    chosen: dict[str, Figure] = {}
    for figure in figures:
        if figure.basis is not basis:
            continue
        kept = chosen.get(figure.territory)
        if kept is None or (not figure.withdrawn, figure.submission_seq) > (not kept.withdrawn, kept.submission_seq):
            chosen[figure.territory] = figure
    return chosen
