"""What a dirty file is made of, before it is laid out."""

from dataclasses import dataclass, field

from tests.corpus.dirt.clean import CleanRow, Said, Truth
from tests.corpus.writers.grid import Value


@dataclass
class Column:
    """A column of the file. `key` as the feed has it; `period` where the column holds one period of several."""

    key: str
    title: Value
    period: str = ""
    status: str = "final"


@dataclass
class BodyRow:
    """A row under the header: what it says, column by column, and the clean rows that it says it of.

    `twin`: it stands in the file twice; `rival`: twice, with another number.
    """

    of: list[CleanRow]
    cells: list[Said]
    twin: bool = False
    rival: bool = False
    total: bool = False


@dataclass
class Dirty:
    """A file with its truth. `dirt` names what was done to it."""

    feed: str
    form: str
    period: str | None
    content: bytes = b""
    truth: Truth = field(default_factory=Truth)
    dirt: set[str] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)

    def cell_of(self, row: int | None, position: int | None, title: str) -> tuple[int | None, int | None]:
        """The cell of a note, by its position or else by the title of its column."""
        if position is None and title in self.titles:
            position = self.titles.index(title)
        return row, position
