"""JSON and NDJSON -> rows: flat objects, whose keys play the part of headers."""

import json
import math
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from services.ingestion.parse.rows import DEFAULT_LIMITS, Cell, FileRefusedError, Limits, Remark, Row, Sheet
from services.ingestion.parse.size import Size
from services.ingestion.parse.text import clean, decode


class _Repeated(dict[str, Any]):
    """An object that says one key twice: whoever read it would believe one value and drop the other."""

    key = ""


def parse_json(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """One sheet of a list of objects, or of {"rows": [...]}; row 0 holds the keys, row 1 is the first object.

    A file of one object per line (NDJSON) is recognised, and its rows are numbered as its lines. Numbers stay exact:
    one with more digits than a float holds arrives as its text. Raises FileRefusedError.
    """
    text, encoding = decode(content)
    objects = _by_line(text) if _is_ndjson(text) else _document(text)
    sheet = _sheet(objects, Size(limits))
    if encoding != "utf-8":
        sheet.remarks.append(Remark("text_encoding", {"encoding": encoding}))
    return [sheet]


def _document(text: str) -> Iterable[tuple[int, Any]]:
    document = _load(text, 1)
    objects = document.get("rows") if isinstance(document, dict) else document
    if not isinstance(objects, list):
        raise FileRefusedError("json_shape")
    return enumerate(objects, start=1)


def _is_ndjson(text: str) -> bool:
    """More than one line, and the first says a whole object: not the first line of a longer document."""
    first, _, rest = text.lstrip().partition("\n")
    if not (first.startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{")):
        return False
    try:
        return isinstance(_load(first, 1), dict)
    except FileRefusedError:
        return False


def _by_line(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _load(line, number)


def _load(text: str, line: int) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_exact, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        place = {"line": line + error.lineno - 1, "position": error.colno}
        raise FileRefusedError("unreadable_json", place, row=line if line > 1 else None) from error
    except (ValueError, RecursionError) as error:
        raise FileRefusedError("unreadable_json", {"line": line, "position": 1}) from error


def _sheet(objects: Iterable[tuple[int, Any]], size: Size) -> Sheet:
    keys: dict[str, int] = {}
    read: list[tuple[int, dict[str, Any]]] = []
    for number, item in objects:
        if not isinstance(item, dict):
            raise FileRefusedError("json_shape", row=number)
        if isinstance(item, _Repeated):
            raise FileRefusedError("repeated_key", {"key": str(clean(item.key))[:100]}, row=number)
        for key in item:
            keys.setdefault(key, len(keys))
        size.add_row(len(keys), number)
        read.append((number, item))
    if not read:
        raise FileRefusedError("empty_file")
    header: list[Cell] = [clean(key) for key in keys]
    rows = [Row(number, [_cell(item.get(key), number, key) for key in keys]) for number, item in read]
    return Sheet("", [Row(0, header), *rows])


def _cell(value: Any, row: int, key: str) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return clean(value)
    raise FileRefusedError("json_shape", row=row, column=str(clean(key))[:100])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    repeated = _Repeated(read)
    seen: set[str] = set()
    repeated.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeated


def _exact(written: str) -> float | str:
    """A float when it says what is written, else the text as it stands: no digit is dropped in silence."""
    number = float(written)
    try:
        same = math.isfinite(number) and Decimal(repr(number)) == Decimal(written)
    except InvalidOperation:
        return written
    return number if same else written


def _no_constant(_: str) -> NoReturn:
    msg = "NaN and Infinity are not JSON numbers"
    raise ValueError(msg)
