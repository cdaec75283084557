"""Checks (contrôles de cohérence): a check flags a figure as in doubt, it never edits, refuses or quarantines."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.domain.territory import Level


class CheckKind(StrEnum):
    """What is compared with what."""

    declared_vs_computed = "declared_vs_computed"
    part_of = "part_of"
    sums_to = "sums_to"
    ratio_of = "ratio_of"


class CheckState(StrEnum):
    """Outcome. `unknown`: some operand is missing, which is neither fine nor wrong."""

    holds = "holds"
    fails = "fails"
    unknown = "unknown"


class Operand(StrEnum):
    """Which side of a figure is compared."""

    value = "value"
    numerator = "numerator"
    denominator = "denominator"


class Check(BaseModel):
    """One declared comparison, evaluated per territory and period.

    part_of: each of `parts` <= `whole`. sums_to: sum of `parts` = `whole`.
    ratio_of: the stated percentage of `whole` = numerator / denominator; `denominator_indicator` stands in for a
    denominator that is not stated.
    declared_vs_computed: the declared figure of `whole` = Vigie's own.
    `decimals` rounds (half up) the computed side of declared_vs_computed, as the stated one was; ratio_of compares at
    the decimals that the percentage was stated with.
    `tolerance` is the largest accepted difference, in the unit of the indicator.
    `operand` is the side of the parts, `whole_operand` that of the whole (None: the same).
    `levels` empty means every level. Checks of one `group` share indicators and are evaluated under one lock.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: CheckKind
    label: str
    group: str = ""
    whole: str
    parts: list[str] = []
    operand: Operand = Operand.value
    whole_operand: Operand | None = None
    tolerance: str = "0"
    decimals: int = 0
    denominator_indicator: str | None = None
    denominator_operand: Operand = Operand.value
    levels: list[Level] = []
    source: str = ""

    def indicators(self) -> list[str]:
        """Every indicator the check reads, the whole first."""
        others = [*self.parts, *([self.denominator_indicator] if self.denominator_indicator else [])]
        return [self.whole, *others]
