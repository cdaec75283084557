"""One row or one YAML entry on its way to a model of the domain, with the line of each of its values."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.catalogue.fault import Fault

M = TypeVar("M", bound=BaseModel)

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
# pydantic would also read 20211231 as a number of seconds; a catalogue date has one shape.
_DATES = frozenset({"due", "due_on", "baseline_date", "valid_from", "valid_to"})


@dataclass(frozen=True)
class Record:
    """Raw values by field: text, or lists and mappings of text. Blank ones are left out.

    `lines` gives the line of a path ("members.3.due_on") where it differs from the record's own.
    """

    file: str
    line: int
    values: dict[str, Any]
    lines: dict[str, int]

    def fault(self, field: str, message: str) -> Fault:
        """A fault at the line of this field, or of the nearest thing that holds it."""
        path = field
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return Fault(self.file, self.lines.get(path, self.line), field, message)


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """The text of a file (UTF-8, with or without BOM); None and a fault when there is none to read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(path.as_posix(), line, "", "is not UTF-8 text; save it again as UTF-8"))
    except OSError as error:
        faults.append(Fault(path.as_posix(), 1, "", f"cannot be read: {error.strerror}"))
    return None


def build(model: type[M], record: Record, faults: list[Fault]) -> M | None:
    """The model that a record describes; None when it has faults, which are added to `faults`."""
    found = [
        record.fault(field, f"unknown field; expected one of {', '.join(model.model_fields)}")
        for field in record.values
        if field not in model.model_fields
    ]
    misshapen = {path: raw for path, raw in _dates(record.values) if not _DAY.match(str(raw))}
    found += [record.fault(path, f"{raw!r} is not a date; write YYYY-MM-DD") for path, raw in misshapen.items()]
    built = None
    try:
        built = model.model_validate(record.values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = ".".join(str(part) for part in detail["loc"])
            if path not in misshapen:
                found.append(record.fault(path, _in_words(detail["type"], detail)))
    faults.extend(found)
    return None if found else built


def build_all(
    model: type[M], records: list[Record], key: Callable[[M], object], field: str, faults: list[Fault]
) -> Iterator[tuple[Record, M]]:
    """Each record with its model, the faulty left out. A key met before is a fault on `field`."""
    seen: dict[object, Record] = {}
    for record in records:
        built = build(model, record, faults)
        if built is None:
            continue
        first = seen.setdefault(key(built), record)
        if first is not record:
            faults.append(record.fault(field, f"repeats {first.file}:{first.line}; keep one of the two"))
            continue
        yield record, built


def _dates(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every (path, raw value) that should be a date, however deep."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for name, value in pairs:
        here = f"{path}.{name}" if path else str(name)
        if name in _DATES:
            yield here, value
        else:
            yield from _dates(value, here)


def _in_words(kind: str, detail: Any) -> str:
    """One pydantic error as a sentence that names the value and what was expected."""
    match kind:
        case "missing":
            return "is missing"
        case "enum":
            return f"{detail['input']!r} is unknown; expected {detail['ctx']['expected']}"
        case _:
            message = str(detail["msg"])
            return f"{detail['input']!r}: {message[:1].lower()}{message[1:]}"
