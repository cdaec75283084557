"""What a feed declares: its columns with their French synonyms, and which indicators they make."""

from enum import Enum, StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.ingestion.words import header
from shared.domain.observation import Basis
from shared.domain.period import PeriodKind
from shared.domain.register import Register
from shared.domain.territory import Level

Sender = Literal["department", "commissioner", "operator"]


class Shape(StrEnum):
    """wide: one row per territory, one column per figure. long: one row per figure. register: one row per entry."""

    wide = "wide"
    long = "long"
    register = "register"


class ColumnKind(Enum):
    """How the cells of a column are read. A count is whole and not negative; a number may be anything.

    Not a StrEnum: `count` is a method of every string.
    """

    count = "count"
    amount = "amount"
    number = "number"
    percentage = "percentage"
    date = "date"
    text = "text"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Strict):
    """One column under all the headers it is known by; the first is the one we print."""

    headers: list[str] = Field(min_length=1)
    kind: ColumnKind = ColumnKind.text
    required: bool = False

    @property
    def title(self) -> str:
        """The header to show to people."""
        return self.headers[0]


class Measure(_Strict):
    """One indicator made of columns: `value`, or `numerator` and `denominator` with a `percentage` if stated."""

    indicator: str
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    percentage: str | None = None

    def columns(self) -> list[str]:
        """The columns it reads."""
        return [c for c in (self.value, self.numerator, self.denominator, self.percentage) if c is not None]


class Feed(_Strict):
    """A feed. `bare_code`: the level that an untyped code such as 31 stands for.

    `register_name`: the register whose entries it holds; its columns are then named after the fields of an entry.
    """

    name: str
    title: str
    description: str = ""
    shape: Shape
    register_name: Register | None = None
    senders: list[Sender]
    levels: list[Level]
    bare_code: Level = Level.department
    basis: dict[Level, Basis]
    group_lines: bool = False
    period_kinds: list[PeriodKind] = []
    columns: dict[str, Column]
    measures: list[Measure] = []

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [level for level in self.levels if level not in self.basis]
        if missing:
            msg = f"feed {self.name}: no basis for level {', '.join(missing)}"
            raise ValueError(msg)
        if (self.shape is Shape.register) != (self.register_name is not None):
            msg = f"feed {self.name}: shape register and register_name go together"
            raise ValueError(msg)
        used = {c for m in self.measures for c in m.columns()}
        needed = used | ({"indicator", "value"} if self.shape is Shape.long else set())
        unknown = sorted(needed - set(self.columns))
        if unknown:
            msg = f"feed {self.name}: measures name columns that are not declared: {', '.join(unknown)}"
            raise ValueError(msg)
        seen: dict[str, str] = {}
        for key, column in self.columns.items():
            for known in column.headers:
                other = seen.setdefault(header(known), key)
                if other != key:
                    msg = f"feed {self.name}: header {known!r} stands for both {other} and {key}"
                    raise ValueError(msg)
        return self

    def key_of(self, normalised: str) -> str | None:
        """The column that a normalised header (`words.header`) stands for."""
        for key, column in self.columns.items():
            if any(header(known) == normalised for known in column.headers):
                return key
        return None

    def content(self) -> list[str]:
        """Columns without which a row says nothing: figures or, in a register, what every entry must have."""
        if self.shape is Shape.register:
            return [key for key, column in self.columns.items() if column.required]
        return [key for key, column in self.columns.items() if column.kind is not ColumnKind.text]
