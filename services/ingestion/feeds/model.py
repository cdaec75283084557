"""What a feed declares: its columns with their French synonyms, and which indicators they make."""

from enum import Enum, StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.ingestion.words import header, plain
from shared.domain.observation import Basis
from shared.domain.period import PeriodKind
from shared.domain.register import Register
from shared.domain.territory import Level

_FEW = 5
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
    """One column under all the headers it is known by; the first is the one we print.

    `values`: what the cells say by somebody else's list -> what that is here; written in the declaration, or a CSV
    file beside it (`values_file`). `only`: rows that say something else in this column are left aside.
    """

    headers: list[str] = Field(min_length=1)
    kind: ColumnKind = ColumnKind.text
    required: bool = False
    values: dict[str, str] = {}
    values_file: str = ""
    only: list[str] = []

    @property
    def title(self) -> str:
        """The header to show to people."""
        return self.headers[0]

    @cached_property
    def meanings(self) -> dict[str, str]:
        """`values` by their text without case, accents and punctuation."""
        return {plain(text): meaning for text, meaning in self.values.items()}

    @cached_property
    def kept(self) -> frozenset[str]:
        """`only`, in the same way."""
        return frozenset(plain(text) for text in self.only)


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

    `others`: the names of the feeds beside it, which the loader knows and no declaration says.
    `register_name`: the register whose entries it holds; its columns are then named after the fields of an entry.
    `period_of_indicator`: a date stands for the period that its row's indicator is measured over.
    What else a declaration must hold together is judged in `feeds/consistency.py`.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    title: str
    description: str = ""
    shape: Shape
    register_name: Register | None = None
    senders: list[Sender] = Field(min_length=1)
    levels: list[Level] = Field(min_length=1)
    bare_code: Level = Level.department
    basis: dict[Level, Basis]
    group_lines: bool = False
    period_kinds: list[PeriodKind] = []
    period_of_indicator: bool = False
    columns: dict[str, Column]
    measures: list[Measure] = []
    others: frozenset[str] = frozenset()

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {header(known): key for key, column in reversed(self.columns.items()) for known in column.headers}

    def key_of(self, normalised: str) -> str | None:
        """The column that a normalised header (`words.header`) stands for."""
        return self._keys.get(normalised)

    def content(self) -> list[str]:
        """Columns without which a row says nothing: figures or, in a register, what every entry must have."""
        if self.shape is Shape.register:
            return [key for key, column in self.columns.items() if column.required]
        return [key for key, column in self.columns.items() if column.kind is not ColumnKind.text]

    def sought(self) -> list[str]:
        """Titles by which a table is recognised: those that it must have, else the first that hold figures."""
        required = [column.title for column in self.columns.values() if column.required]
        return required or [self.columns[key].title for key in self.content()[:_FEW]]

    def indicators(self) -> list[str]:
        """The indicators that its declaration names; empty where the rows name them."""
        named = self.columns["indicator"].values.values() if "indicator" in self.columns else ()
        return list(dict.fromkeys([*(m.indicator for m in self.measures), *named]))
