"""PURE Outcome <-> lines of JSON, as the process that judges a large file sends it back.

JSON and not pickle: whoever reads it must not execute what a file made another process say. Short lines, so that the
reader can do something else in between. Everything comes back equal; `params` of notes are plain JSON already, since
receipts keep them so.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import TypeAdapter

from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Basis, Status
from shared.domain.register import Entry

_AT_ONCE = 200
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_BASIS = {basis.value: basis for basis in Basis}
_STATUS = {status.value: status for status in Status}
_SEVERITY = {severity.value: severity for severity in Severity}

T = TypeVar("T")


def outcome_lines(outcome: Outcome) -> Iterator[bytes]:
    """An outcome as lines, the last of which says that it is whole."""
    yield from _batches("figures", outcome.figures, _plain_figure)
    yield from _batches("entries", outcome.entries, _plain_entry)
    yield from _batches("repairs", outcome.repairs, _plain_note)
    yield from _batches("errors", outcome.errors, _plain_note)
    yield _line({"inside": outcome.inside, "outside": outcome.outside})


def refusal_line(refused: FileRefusedError) -> bytes:
    """A refused file as a line."""
    place = [refused.sheet, refused.row, refused.column]
    return _line({"refused": refused.code, "params": refused.params, "place": place})


class OutcomeReader:
    """Builds an outcome again, line by line. `outcome` is None until the last line was taken."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None
        self._figures: list[Figure] = []
        self._entries: list[ReadEntry] = []
        self._notes: dict[str, list[Note]] = {"repairs": [], "errors": []}

    def take(self, line: bytes) -> None:
        """Take one line in; raises FileRefusedError when it says that the file is refused."""
        said: dict[str, Any] = json.loads(line)
        if "refused" in said:
            sheet, row, column = said["place"]
            raise FileRefusedError(said["refused"], said["params"], sheet, row, column)
        if "inside" in said:
            notes = self._notes
            self.outcome = Outcome(
                self._figures, notes["repairs"], notes["errors"], said["inside"], said["outside"], self._entries
            )
            return
        self._figures += map(_figure, said.get("figures", ()))
        self._entries += map(_entry, said.get("entries", ()))
        for kind, so_far in self._notes.items():
            so_far.extend(map(_note, said.get(kind, ())))


def _batches(name: str, items: Sequence[T], plain: Callable[[T], list[Any]]) -> Iterator[bytes]:
    for start in range(0, len(items), _AT_ONCE):
        yield _line({name: [plain(item) for item in items[start : start + _AT_ONCE]]})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _plain_figure(f: Figure) -> list[Any]:
    place = [f.indicator, f.definition_version, f.territory, f.period, f.source, f.basis.value]
    numbers = [_text(f.value), _text(f.numerator), _text(f.denominator)]
    return [*place, *numbers, f.ratio, f.status.value, f.qualifier, f.sheet, f.row, f.column]


def _figure(plain: list[Any]) -> Figure:
    indicator, version, territory, period, source, basis, value, numerator, denominator, *rest = plain
    ratio, status, qualifier, sheet, row, column = rest
    return Figure(
        indicator,
        version,
        territory,
        period,
        source,
        _BASIS[basis],
        _number(value),
        _number(numerator),
        _number(denominator),
        ratio,
        _STATUS[status],
        qualifier,
        sheet,
        row,
        column,
    )


def _plain_entry(read: ReadEntry) -> list[Any]:
    return [read.entry.model_dump(mode="json"), read.source, read.status.value, read.sheet, read.row, read.column]


def _entry(plain: list[Any]) -> ReadEntry:
    entry, source, status, sheet, row, column = plain
    return ReadEntry(_ENTRY.validate_python(entry, strict=False), source, _STATUS[status], sheet, row, column)


def _plain_note(n: Note) -> list[Any]:
    return [n.code, n.severity.value, n.sheet, n.row, n.column, n.raw, n.params, n.position]


def _note(plain: list[Any]) -> Note:
    code, severity, *place_and_more = plain
    return Note(code, _SEVERITY[severity], *place_and_more)
