"""What the read API answers, one model per view; the field names are those of shared.contracts. Numbers are numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer

from shared.contracts.rollup import Rollup


def as_number(value: Decimal) -> int | float:
    """A decimal as a JSON number: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(as_number, return_type=int | float, when_used="json")]
T = TypeVar("T")


class Item(BaseModel):
    """Base of all items: one row of a published view."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Items(BaseModel, Generic[T]):
    """Every list is answered under `items`."""

    items: list[T]


class IndicatorItem(Item):
    code: str
    definition_version: int
    label: str
    axis: int
    measure: str
    kind: str
    unit: str
    direction: str
    frequency: str
    method: str
    metropoles: str
    numerator_label: str
    denominator_label: str
    denominator_indicator: str | None
    reporter: str
    source: str
    valid_from: date | None
    valid_to: date | None


class TerritoryItem(Item):
    code: str
    name: str
    level: str
    parent: str | None
    zone: str
    holidays: str


class ObservationItem(Item):
    """The newest version of one cell. suppressed, here and below: withheld, it would tell of few people."""

    indicator: str
    territory: str
    level: str
    period: str
    source: str
    basis: str
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    status: str
    qualifier: str
    simulated: bool
    definition_version: int
    feed: str
    submission_seq: int
    receipt_id: str
    sheet: str
    row: int | None
    column: str
    event_id: UUID
    reported_at: datetime | None
    received_at: datetime
    suppressed: bool = False


class EvolutionItem(Item):
    """The move since the period before: as it is, and among the territories in both (shared.contracts.rollup)."""

    against: str
    comparable: bool
    change: Number | None
    common: list[str]
    common_before: Number | None
    common_now: Number | None
    common_change: Number | None


class RollupItem(Item):
    """One figure with all that says how far it can be trusted (shared.contracts.rollup)."""

    indicator: str
    territory: str
    level: str
    period: str
    method: str
    definition_version: int
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    reported: int
    expected: int | None
    absent: list[str]
    unpaired: list[str]
    incomplete: list[str]
    eligible: int | None
    from_periods: list[str]
    coverage: Number | None
    coverage_weight: Number | None
    low: Number | None
    high: Number | None
    min: Number | None
    median: Number | None
    max: Number | None
    status: str
    basis: str
    simulated: bool
    evolution: EvolutionItem | None
    version: str
    suppressed: bool = False

    @classmethod
    def of(cls, key: tuple[str, str], rollup: Rollup) -> "RollupItem":
        """A rollup that was just computed, for an (indicator, period)."""
        return cls(indicator=key[0], period=key[1], **rollup.model_dump())


class AlertItem(Item):
    """One open episode. `inputs`: what the rule looked at when it decided.

    data_status: whether the figures behind it still come; None about the past, where it is not kept.
    """

    id: str
    alert_key: str
    episode: int
    rule: str
    rule_label: str | None
    kind: str
    rule_version: int
    severity: str
    territory: str
    level: str
    indicator: str | None
    collection: str | None
    period: str
    state: str
    seq: int
    data_status: str | None
    inputs: dict[str, Any]
    simulated: bool
    owner: str | None
    ack_reason: str | None
    commitment_date: date | None
    opened_at: datetime
    changed_at: datetime
    suppressed: bool = False


class ReportItem(Item):
    """One expected report: who owes what, by when, and where it stands."""

    collection: str
    collection_label: str | None
    indicators: list[str]
    territory: str
    level: str
    feed: str
    period: str
    due_at: datetime
    state: str
    received_at: datetime | None
    receipt_id: str | None
    simulated: bool
    source_text: str


class CheckItem(Item):
    """One outcome of one check. expected and computed: the two sides compared.

    subject: the indicator that a check of whatever indicators found it in, which its label then names.
    """

    code: str
    subject: str = ""
    label: str | None
    kind: str
    territory: str
    level: str
    period: str
    state: str
    indicators: list[str]
    expected: Number | None
    computed: Number | None
    difference: Number | None
    detail: dict[str, Any]
    simulated: bool
    evaluated_at: datetime
    suppressed: bool = False


class TargetItem(Item):
    indicator: str
    territory: str
    level: str
    period: str | None
    due: date | None
    value: Number
    comparator: str
    baseline: Number | None
    baseline_date: date | None
    commitment: str
    simulated: bool
    source: str
    version: int
