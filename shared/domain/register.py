"""The registers beside the figures: calls for projects, projects, actions of conventions, milestones.

An entry is replaced by a later version of itself as an observation is; what the entries add up to are observations of
basis `computed`, and what a call or a convention states about itself observations of basis `declared`.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.domain.period import Period
from shared.domain.territory import level_of


class Register(StrEnum):
    """Which register an entry belongs to."""

    project_call = "project_call"
    project = "project"
    action = "action"
    milestone = "milestone"


# Sources of the totals that Vigie makes of its registers: `project-call:<call>`, `convention:<territory> <period>`.
TOTALS = ("project-call:", "convention:")


class Scale(StrEnum):
    """Whether a project acts in one department or across a region."""

    country = "country"
    regional = "regional"
    departmental = "departmental"


class _Entry(BaseModel):
    """What all entries share. `id` is unique in its register; `territory` a typed code; `period` a canonical code.

    `register_name`, in each of them, tells them apart on the wire (every class already has a `register`, of ABCMeta).
    """

    model_config = ConfigDict(frozen=True)

    id: str
    territory: str
    period: str
    note: str = ""

    @field_validator("territory")
    @classmethod
    def _typed_territory(cls, code: str) -> str:
        level_of(code)
        return code

    @field_validator("period")
    @classmethod
    def _canonical_period(cls, code: str) -> str:
        return Period.parse(code).code

    @property
    def group(self) -> str:
        """What the totals are made over: a call with its projects, a convention with its actions."""
        return self.id


class ProjectCall(_Entry):
    """A call for projects or for expressions of interest (AAP, AMI). Counts are of files, amounts in euros.

    Dates are as precise as the source: 2021, 2021-06 or 2021-06-30.
    """

    register_name: Literal[Register.project_call] = Register.project_call
    kind: str
    name: str
    launched_by: str = ""
    scale: Scale
    launched: str = ""
    closed: str = ""
    decided: str = ""
    budget: Decimal | None = None
    submitted: int | None = None
    selected: int | None = None
    selected_regional: int | None = None
    selected_departmental: int | None = None
    awarded: Decimal | None = None
    awarded_qualifier: str = "="


class Project(_Entry):
    """A project that a call retained. amount: euros granted, None where the source gives none."""

    register_name: Literal[Register.project] = Register.project
    call: str
    organisation: str = ""
    title: str
    theme: str = ""
    amount: Decimal | None = None
    scale: Scale
    locality: str = ""

    @property
    def group(self) -> str:
        return self.call


class ActionKind(StrEnum):
    """A heading, an action with its cost, or the total that the convention states."""

    axis = "axis"
    action = "action"
    declared_total = "declared_total"


class Action(_Entry):
    """A line of a convention of a department or metropole. cost: euros, None where the line gives none."""

    register_name: Literal[Register.action] = Register.action
    code: str
    kind: ActionKind
    parent: str = ""
    title: str
    cost: Decimal | None = None
    continued: bool | None = None

    @property
    def group(self) -> str:
        return f"{self.territory} {self.period}"


class MilestoneState(StrEnum):
    """Where a milestone stands."""

    planned = "planned"
    reached = "reached"
    dropped = "dropped"


class Milestone(_Entry):
    """Something promised for a day. `subject`: the call, convention or indicator that it is a step of, if any."""

    register_name: Literal[Register.milestone] = Register.milestone
    title: str
    subject: str = ""
    due: date
    reached_on: date | None = None
    state: MilestoneState = MilestoneState.planned


Entry = Annotated[ProjectCall | Project | Action | Milestone, Field(discriminator="register_name")]
