"""Indicators: what is measured, in which unit, which way is better, and how it may be added up."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


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


class Indicator(BaseModel):
    """One indicator in one version of its definition. `unit` is as shown to people (%, EUR, jeunes)."""

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
