"""RollupUpdated: the figures of one indicator and period that a batch touched."""

from shared.contracts.message import Message, Number
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level


class Rollup(Message):
    """One figure with all that says how far it can be trusted.

    coverage = reported / expected, None when no collection says who is expected. low and high bound a ratio if the
    absentees were at 0 % or 100 %. version: digest of the contributors' (territory, submission_seq) and the definition.
    """

    territory: str
    level: Level
    method: Method
    definition_version: int
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    reported: int
    expected: int | None
    absent: list[str] = []
    unpaired: list[str] = []
    coverage: Number | None = None
    coverage_weight: Number | None = None
    low: Number | None = None
    high: Number | None = None
    min: Number | None = None
    median: Number | None = None
    max: Number | None = None
    status: Status
    basis: Basis
    simulated: bool = False
    version: str


class RollupUpdated(Message):
    """All rollups of one indicator and period named by a batch. `receipts`: the submissions behind the batch."""

    indicator: str
    period: str
    rollups: list[Rollup]
    receipts: list[str] = []
