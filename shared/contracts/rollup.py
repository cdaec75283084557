"""RollupUpdated: the figures of one indicator and period that a batch touched."""

from shared.contracts.message import Message, Number
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level


class Evolution(Message):
    """How a figure moved since the period before, in the unit of the figure (points for a percentage).

    `change` compares the two figures as they are; `common_change` only what the territories in both of them (`common`)
    gave, so that a department that joined is not taken for progress. `comparable` is False, and all numbers are None,
    where the definition changed in between or one of the two figures is only declared.
    """

    against: str
    comparable: bool
    change: Number | None = None
    common: list[str] = []
    common_before: Number | None = None
    common_now: Number | None = None
    common_change: Number | None = None


class Rollup(Message):
    """One figure with all that says how far it can be trusted.

    reported: territories whose figure is in it; expected: those that a collection asks, None when none says so;
    eligible: departments under a region or the country, so that 13 expected can be read as 13 of 101. Of those expected
    and not in it, `absent` gave nothing, `unpaired` only one side of a ratio, `incomplete` only some of the quarters or
    months. from_periods: the parts that the figure was added up from, empty where it was stated for its own period.
    coverage = reported / expected (0-1); coverage_weight: the same by reference denominators, None when one of those
    missing has none. low and high bound a percentage if those missing were at 0 % or 100 %. min, median and max are
    over the territories in it. version: digest of all that the figure follows from.
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
    incomplete: list[str] = []
    eligible: int | None = None
    from_periods: list[str] = []
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
    evolution: Evolution | None = None
    version: str


class RollupUpdated(Message):
    """All rollups of one indicator and period named by a batch. `receipts`: the submissions behind the batch."""

    indicator: str
    period: str
    rollups: list[Rollup]
    receipts: list[str] = []
