"""The cells of one line of a register, read as the fields of an entry."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import LONGEST_TEXT, Code
from services.ingestion.repair.statuses import read_qualifier
from services.ingestion.repair.words_of_entries import read_day, read_id, read_moment, read_scale, read_text
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line
from shared.domain.observation import Status
from shared.domain.register import Scale
from shared.domain.territory import level_of

T = TypeVar("T")
# What an integer column of the database holds.
_MOST_FILES = 2**31 - 1


class RefusedRowError(Exception):
    """A cell of the row has its error noted: the row gives no entry."""


class EntryRow:
    """Cells of one line as the fields of an entry; a faulty one is noted and makes the row `faulty`."""

    def __init__(self, line: Line, reader: LineReader) -> None:
        self._line = line
        self._reader = reader
        self._statuses: list[Status | None] = [reader.status_of(line)]
        self._rounded = False
        self.faulty = False

    def __getitem__(self, key: str) -> str:
        return self.read(key, lambda: read_text(self._line[key])) or ""

    def read(self, key: str, read: Callable[[], T]) -> T | None:
        """A cell through its reading; None where that failed."""
        found = self._reader.attempt(self._line, key, lambda: (read(),), LONGEST_TEXT)
        self.faulty |= found is None
        return found[0] if found else None

    def needed(self, key: str, read: Callable[[], T]) -> T:
        """The same for what an entry cannot be made without; raises RefusedRowError."""
        if self._line.blank([key]):
            self._reader.error("cell_missing", self._line, key, expected=self._reader.title(key) or key)
            found = None
        else:
            found = self.read(key, read)
        if found is None:
            raise RefusedRowError
        return found

    def text(self, key: str) -> str:
        """A text that must be there."""
        return self.needed(key, lambda: read_text(self._line[key]))

    def code(self, key: str, read: Callable[[], Code]) -> str:
        """A code whose repair is listed; empty where it could not be read."""
        found = self.read(key, read)
        if found is None:
            return ""
        for repair in found.repairs:
            self._reader.repair(repair, self._line, key, value=found.code, name="")
        return found.code

    def moment(self, key: str) -> str:
        """A date as precise as the cell."""
        return self.code(key, lambda: read_moment(self._line[key], epoch_1904=self._reader.epoch_1904))

    def day(self, key: str) -> date | None:
        """A whole date; None for a blank cell."""
        found = self.code(key, lambda: read_day(self._line[key], epoch_1904=self._reader.epoch_1904))
        return date.fromisoformat(found) if found else None

    def amount(self, key: str, *, exact: bool = True) -> Decimal | None:
        """Euros; a blank is unknown, and not noted: the register counts what has no amount.

        `exact`: the entry has no sign for what is rounded, so `6,34 M€` is refused.
        """
        number = self._reader.number(self._line, key, optional=True, exact=exact)
        self.faulty |= self._reader.unreadable(key, number)
        if number is None:
            return None
        self._statuses.append(number.status)
        self._rounded |= number.qualifier != "="
        if number.value is not None and number.value < 0:
            self._reader.error("negative_amount", self._line, key)
            self.faulty = True
        return number.value

    def count(self, key: str) -> int | None:
        """A number of files."""
        number = self.amount(key)  # a column of kind count takes whole numbers only
        if number is not None and number > _MOST_FILES:
            self._reader.error("number_out_of_range", self._line, key)
            self.faulty = True
        return None if number is None else int(number)

    def scale(self, territory: str) -> Scale:
        """The scale; the department's own stands in for one that could not be read, in a row that is refused."""
        found = self.code("scale", lambda: read_scale(self._line["scale"], level_of(territory)))
        return Scale(found or Scale.departmental)

    def qualifier(self, key: str) -> str:
        """The sign of an amount: what the row says, else `~` where an amount was written rounded."""
        said = self.read(key, lambda: read_qualifier(self._line[key])) or "="
        return "~" if said == "=" and self._rounded else said

    def cell(self, key: str) -> Cell:
        """The raw cell."""
        return self._line[key]

    def identifier(self, key: str) -> str:
        """An identifier that must be there."""
        return self.needed(key, lambda: read_id(self._line[key]))

    def weakest(self, said: Status) -> Status:
        """What the row says of itself, or what a mark behind an amount says."""
        if said is not Status.final:
            return said
        return next((s for s in (Status.provisional, Status.estimated) if s in self._statuses), said)
