"""Read the cells of one line, turning what cannot be read into located notes instead of exceptions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import LONGEST_EXCERPT, LONGEST_RAW, Note, Severity, shown
from services.ingestion.repair.numbers import read_number
from services.ingestion.repair.outcome import LONGEST_CELL, Number, UnreadableError, refuse_long
from services.ingestion.repair.periods import read_period
from services.ingestion.validate.table import Line, Table

T = TypeVar("T")


@dataclass
class Notebook:
    """Notes of one submission, in the order of the file."""

    repairs: list[Note] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)

    def add(self, note: Note) -> None:
        """File a note where it belongs."""
        (self.errors if note.severity is Severity.error else self.repairs).append(note)


class LineReader:
    """Cells of one table, read one line at a time."""

    def __init__(self, table: Table, feed: Feed, notebook: Notebook) -> None:
        self._table = table
        self._feed = feed
        self._notebook = notebook

    def title(self, key: str) -> str:
        """A column as the file writes it."""
        return self._table.titles.get(key, "")

    def repair(self, code: str, line: Line, key: str = "", /, **params: object) -> None:
        """List a repair at a cell."""
        self._note(code, Severity.repair, line, key, params)

    def error(self, code: str, line: Line, key: str = "", /, **params: object) -> None:
        """List an error at a cell."""
        self._note(code, Severity.error, line, key, params)

    def _note(self, code: str, severity: Severity, line: Line, key: str, params: dict[str, object]) -> None:
        longest = LONGEST_EXCERPT if code == "cell_too_long" else LONGEST_RAW
        raw = shown(line[key], longest) if key else None
        self._notebook.add(Note(code, severity, line.sheet, line.row, self.title(key), raw, params))

    def attempt(self, line: Line, key: str, read: Callable[[], T], most: int = LONGEST_CELL) -> T | None:
        """The result of a reading, or None with its reason noted at the cell. Too long a cell is not read at all."""
        try:
            refuse_long(line[key], most)
            return read()
        except UnreadableError as refused:
            self.error(refused.code, line, key, **refused.params)
            return None

    def number(self, line: Line, key: str | None, *, optional: bool = False) -> Number | None:
        """The number of a column that may be absent; None when it is absent or unreadable.

        A blank cell of an `optional` column says nothing, so nothing is noted.
        """
        if key is None or key not in self._table.columns:
            return None
        number = self.attempt(line, key, lambda: read_number(line[key], self._feed.columns[key].kind))
        if number is None:
            return None
        for repair in number.repairs:
            self.repair(repair, line, key, value=None if number.value is None else format(number.value, "f"))
        if number.missing and not (optional and number.missing == "missing_blank"):
            self.repair(number.missing, line, key)
        return number

    def within(self, line: Line, keys: Sequence[str], most: int = LONGEST_CELL) -> bool:
        """Say whether none of these cells is too long; those that are get noted."""
        return None not in [self.attempt(line, key, lambda: True, most) for key in keys]

    def unreadable(self, key: str | None, number: Number | None) -> bool:
        """Say whether a column is there and its cell could not be read."""
        return number is None and key is not None and key in self._table.columns

    def period(self, line: Line, given: str | None) -> str | None:
        """The period of a line: its own cell, else the one given with the file; None with a note."""
        if "period" not in self._table.columns or line.blank(["period"]):
            if given is None:
                self.error("period_missing", line, "period")
            return given
        found = self.attempt(line, "period", lambda: read_period(line["period"], self._feed.period_kinds))
        if found is None:
            return None
        if given is not None and found.code != given:
            self.error("period_mismatch", line, "period", given=given, found=found.code)
            return None
        if found.repair:
            self.repair(found.repair, line, "period", value=found.code)
        return found.code
