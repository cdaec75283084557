"""Indicators: what is measured, in which unit, which way is better, and how it may be added up."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Direction(StrEnum):
    """Which way is better."""

    up = "up"
    down = "down"
    none = "none"


class Method(StrEnum):
    """How values of children make the value of their parent. Additivity belongs to the indicator."""

    none = "none"
    ratio = "ratio"
    sum = "sum"
    last = "last"
    max = "max"
    mean = "mean"


class MetropolePolicy(StrEnum):
    """What a metropole's figure is to its department's: added to it, already inside it, or not asked."""

    added = "added"
    inside = "inside"
    not_asked = "not_asked"


class Sources(StrEnum):
    """What several sources of one figure are to each other: rivals of which one speaks, or parts of a whole."""

    rival = "rival"
    parts = "parts"


class Indicator(BaseModel):
    """One indicator in one version of its definition, in force for the periods that begin in [valid_from, valid_to].

    `unit` is as shown to people (%, EUR, jeunes). `method` adds up over territories, `over_time` over the quarters or
    months of a year: a stock adds over territories and not over time. `small_cell`: counts of people from 1 to one less
    than this are not shown in public (0: all are).
    """

    model_config = ConfigDict(frozen=True)

    code: str
    definition_version: int = 1
    label: str
    axis: int
    measure: str
    kind: str
    unit: str
    direction: Direction = Direction.none
    frequency: str = "annual"
    method: Method = Method.none
    metropoles: MetropolePolicy = MetropolePolicy.not_asked
    numerator_label: str = ""
    denominator_label: str = ""
    denominator_indicator: str | None = None
    reporter: str = ""
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    over_time: Method = Method.none
    sources: Sources = Sources.rival
    small_cell: int = Field(0, ge=0)

    def in_force(self, on: date) -> bool:
        """Say whether this version defines a period that begins on this day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)
