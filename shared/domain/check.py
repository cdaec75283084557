"""Checks (contrôles de cohérence): a check flags a figure as in doubt, it never edits, refuses or quarantines."""

import re
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.domain.operand import Operand, Side, Subject, parse_operand
from shared.domain.territory import Level

_NAME = re.compile(r"[A-Za-z_]\w*")


class CheckKind(StrEnum):
    """What is compared with what. From conflicting_sources on: a fault looked for in whatever indicators apply."""

    declared_vs_computed = "declared_vs_computed"
    part_of = "part_of"
    sums_to = "sums_to"
    ratio_of = "ratio_of"
    compares = "compares"
    conflicting_sources = "conflicting_sources"
    repeated_line = "repeated_line"
    child_with_parent = "child_with_parent"
    unchanged_copy = "unchanged_copy"
    jump = "jump"


class CheckState(StrEnum):
    """Outcome. `unknown`: some operand is missing, which is neither fine nor wrong."""

    holds = "holds"
    fails = "fails"
    unknown = "unknown"


class Relation(StrEnum):
    """How the left side of a comparison should stand to the right one."""

    equal = "="
    at_most = "<="
    below = "<"
    at_least = ">="
    above = ">"


class Against(StrEnum):
    """What a jump is measured from: one's own period before, or the median of the territories of one's level."""

    previous = "previous"
    peers = "peers"


class Place(BaseModel):
    """Where a check is evaluated."""

    model_config = ConfigDict(frozen=True)

    territory: str
    period: str


class Check(BaseModel):
    """One declared comparison, evaluated per territory and period.

    part_of: each of `parts` <= `whole`. sums_to: sum of `parts` = `whole`.
    ratio_of: the stated percentage of `whole` = numerator / denominator; `denominator_indicator` stands in for a
    denominator that is not stated.
    declared_vs_computed: the declared figure of `whole` = Vigie's own.
    compares: `left` `relation` `right`, two expressions over named `operands` (shared.domain.operand); `tolerance` may
    be an expression too. What is expected is the right side.
    conflicting_sources: several sources state different figures. repeated_line: one document states the same figure of
    a territory twice. child_with_parent: a territory states the very figure of one below it, from `minimum` on.
    unchanged_copy: `at_least` figures are those of the period before, to the unit, or those of `copy_of`.
    jump: a figure is one of `factors` times, or that part of, what it is `against`, within the share `tolerance`.

    `decimals` rounds (half up) the computed side before it is compared, as the stated one was; ratio_of compares at the
    decimals that the percentage was stated with. `tolerance` is the largest accepted difference, in the unit of the
    indicator. `operand` is the side of the parts, `whole_operand` that of the whole (None: the same).
    `applies_to`: codes or patterns (`ax5.brsa.*`, `*`) that a kind without operands applies to.
    `at`: evaluated there only; where an operand names a period or a territory there is no telling otherwise.
    `levels` empty means every level. Checks of one `group` share indicators and are evaluated under one lock.
    `control`: rows of the list of known controls that it covers; `{period}` stands for each period of `at`.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    kind: CheckKind
    label: str
    group: str = ""
    whole: str = ""
    parts: list[str] = []
    operand: Side = Side.value
    whole_operand: Side | None = None
    tolerance: str = "0"
    decimals: int | None = None
    denominator_indicator: str | None = None
    denominator_operand: Side = Side.value
    operands: dict[str, str] = {}
    left: str = ""
    relation: Relation = Relation.equal
    right: str = ""
    at: list[Place] = []
    applies_to: list[str] = []
    at_least: int = Field(2, ge=1)
    minimum: str = "0"
    copy_of: str | None = None
    factors: list[str] = []
    against: Against = Against.previous
    levels: list[Level] = []
    control: list[str] = []
    source: str = ""

    @field_validator("control", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @cached_property
    def read_operands(self) -> dict[str, Operand]:
        """The operands by name; raises ValueError for one that cannot be read."""
        return {name: parse_operand(text) for name, text in self.operands.items()}

    def indicators(self) -> list[str]:
        """Every indicator that the check names by its code, each once: the whole first, or as the sides name them."""
        others = [*self.parts, self.denominator_indicator or "", self.copy_of or ""]
        operands = self.read_operands
        named = [
            operands[name] for name in _NAME.findall(f"{self.left} {self.right} {self.tolerance}") if name in operands
        ]
        compared = [o.indicator for o in named if o.subject is Subject.figure]
        return list(dict.fromkeys(code for code in [self.whole, *others, *compared] if code))

    def counts_at(self, level: Level) -> bool:
        """Say whether it is evaluated for territories of a level."""
        return not self.levels or level in self.levels
