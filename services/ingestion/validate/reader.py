"""Read the cells of one line, turning what cannot be read into located notes instead of exceptions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from services.ingestion.feeds.model import ColumnKind, Feed
from services.ingestion.notes import LONGEST_EXCERPT, LONGEST_RAW, Note, Severity, shown
from services.ingestion.repair.digits import written
from services.ingestion.repair.numbers import read_number
from services.ingestion.repair.outcome import LONGEST_CELL, Number, UnreadableError, refuse_broken, refuse_long
from services.ingestion.repair.periods import read_period
from services.ingestion.validate.table import Line, Table
from shared.domain.observation import Status
from shared.domain.period import PeriodKind

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
        self._kinds = {key: feed.columns[key].kind for key in table.columns}
        # Cells whose reason is noted: a register reads some of its texts twice.
        self._refused: set[tuple[int, int | None, str]] = set()
        # What a mark behind a row's period says of its figures.
        self._statuses: dict[int, Status] = {}

    @property
    def epoch_1904(self) -> bool:
        """Whether bare numbers of days count from 1904 in this sheet."""
        return self._table.sheet.epoch_1904

    def status_of(self, line: Line) -> Status | None:
        """What a mark behind the period of a line says of its figures, `2020 (p)`."""
        return self._statuses.get(line.row)

    def has(self, key: str) -> bool:
        """Say whether the table has a column."""
        return key in self._kinds

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
        raw = shown(line.written.get(key, line[key]), longest) if key else None
        position = line.positions.get(key)
        self._notebook.add(Note(code, severity, line.sheet, line.row, self.title(key), raw, params, position))

    def attempt(self, line: Line, key: str, read: Callable[[], T], most: int = LONGEST_CELL) -> T | None:
        """The result of a reading, or None with its reason noted at the cell.

        Too long a cell, or one that shows an error, is not read at all.
        """
        try:
            cell = line[key]
            refuse_broken(cell)
            refuse_long(cell, most)
            return read()
        except UnreadableError as refused:
            self.refuse(line, key, refused)
            return None

    def refuse(self, line: Line, key: str, refused: UnreadableError) -> None:
        """List why a cell cannot be read, once."""
        place = (line.row, line.positions.get(key), f"{key} {refused.code}")
        if place not in self._refused:
            self._refused.add(place)
            self.error(refused.code, line, key, **refused.params)

    def number(
        self, line: Line, key: str | None, *, optional: bool = False, exact: bool = False,
        kind: ColumnKind | None = None,
    ) -> Number | None:  # fmt: skip
        """The number of a column that may be absent; None when it is absent or unreadable.

        A blank cell of an `optional` column says nothing, so nothing is noted. `exact`: what was written rounded is
        refused, because nothing could say later that it was. `kind`: what the row says that the number is, where the
        column does not.
        """
        if key is None or key not in self._kinds:
            return None
        cell = line.cells.get(key)
        try:
            if type(cell) is str and len(cell) > LONGEST_CELL:
                refuse_long(cell)
            number = read_number(cell, kind or self._kinds[key])
            if exact and number.qualifier != "=" and number.value is not None:
                raise UnreadableError("rounded_entry", {"proposal": written(number.value)})
        except UnreadableError as refused:
            self.refuse(line, key, refused)
            return None
        if number.repairs:
            value = None if number.value is None else format(number.value, "f")
            for repair in number.repairs:
                self.repair(repair, line, key, value=value)
        if number.missing and not (optional and number.missing == "missing_blank"):
            self.repair(number.missing, line, key)
        return number

    def left_with_neighbour(self, line: Line, cells: Mapping[str, Number | None]) -> None:
        """Say of the good ones of some cells that nothing is recorded of them, because another cannot be read."""
        faulty = next((key for key, number in cells.items() if number is None and key in self._kinds), None)
        for key, number in cells.items():
            if faulty is not None and number is not None and number.value is not None:
                self.repair("left_with_neighbour", line, key, neighbour=self.title(faulty))

    def within(self, line: Line, keys: Sequence[str], most: int = LONGEST_CELL) -> bool:
        """Say whether none of these cells is too long; those that are get noted."""
        return not keys or None not in [self.attempt(line, key, lambda: True, most) for key in keys]

    def unreadable(self, key: str | None, number: Number | None) -> bool:
        """Say whether a column is there and its cell could not be read."""
        return number is None and key is not None and key in self._kinds

    def period(self, line: Line, given: str | None, kinds: Sequence[PeriodKind]) -> str | None:
        """The period of a line: its own cell, else the one given with the file; None with a note."""
        if "period" not in self._table.columns or line.blank(["period"]):
            if given is None:
                self.error("period_missing", line, "period")
            return given
        epoch = self.epoch_1904
        found = self.attempt(line, "period", lambda: read_period(line["period"], kinds, epoch_1904=epoch))
        if found is None:
            return None
        if given is not None and found.code != given:
            self.error("period_mismatch", line, "period", given=given, found=found.code)
            return None
        for repair in found.repairs:
            self.repair(repair, line, "period", value=found.code)
        if found.status is not None:
            self._statuses[line.row] = found.status
        return found.code
