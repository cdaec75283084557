"""ObservationReported: one version of one observation, as ingestion accepted it."""

from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, field_validator

from shared.contracts.message import Instant, Message, Number
from shared.domain.observation import Basis, Cell, Status
from shared.domain.period import Period
from shared.domain.territory import is_code


class ObservationReported(Message):
    """One value for one cell, with the place it was read from.

    A ratio carries value (percent), numerator and denominator together; a count or an amount only value.
    `submission_seq` orders the versions of a cell; `row` and `column` locate the figure in the file.
    """

    event_id: UUID
    receipt_id: str
    submission_seq: int = Field(gt=0)
    sheet: str = ""
    row: int | None = None
    column: str = ""
    feed: str
    source: str
    basis: Basis
    indicator: str
    definition_version: int = 1
    territory: str
    period: str
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    status: Status = Status.final
    qualifier: str = "="
    simulated: bool = False
    reported_at: Instant | None = None
    received_at: Instant

    @field_validator("territory")
    @classmethod
    def _typed_territory(cls, code: str) -> str:
        if not is_code(code):
            msg = f"{code!r} is not a typed territory code"
            raise ValueError(msg)
        return code

    @field_validator("period")
    @classmethod
    def _canonical_period(cls, code: str) -> str:
        return Period.parse(code).code

    @property
    def cell(self) -> Cell:
        """What this is a version of."""
        return Cell(self.indicator, self.territory, self.period, self.source, self.basis)


def event_id(receipt_id: str, cell: Cell) -> UUID:
    """The id of the version that this receipt gives to this cell: derived, so that publishing twice is harmless."""
    parts = (receipt_id, cell.indicator, cell.territory, cell.period, cell.source, cell.basis.value)
    return uuid5(NAMESPACE_URL, "vigie:" + "|".join(parts))
