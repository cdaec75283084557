"""JSON -> rows: a list of flat objects, or {"rows": [...]}. Keys play the part of headers."""

import json
from typing import Any, NoReturn

from services.ingestion.parse.rows import Cell, FileRefusedError, Row, Sheet, check_size
from services.ingestion.parse.text import clean, decode


def parse_json(content: bytes) -> list[Sheet]:
    """One sheet; row 0 holds the keys, row 1 is the first object. Raises FileRefusedError."""
    try:
        document = json.loads(decode(content), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise FileRefusedError("unreadable_json", {"line": error.lineno, "position": error.colno}) from error
    except (ValueError, RecursionError) as error:
        raise FileRefusedError("unreadable_json", {"line": 1, "position": 1}) from error
    objects = document.get("rows") if isinstance(document, dict) else document
    if not isinstance(objects, list):
        raise FileRefusedError("json_shape")
    if not objects:
        raise FileRefusedError("empty_file")
    keys: dict[str, int] = {}
    for number, item in enumerate(objects, start=1):
        if not isinstance(item, dict):
            raise FileRefusedError("json_shape", row=number)
        for key in item:
            keys.setdefault(key, len(keys))
        check_size(number, number * len(keys))
    header: list[Cell] = [clean(key) for key in keys]
    rows = [Row(n, [_cell(item.get(key), n, key) for key in keys]) for n, item in enumerate(objects, start=1)]
    return [Sheet("", [Row(0, header), *rows])]


def _cell(value: Any, row: int, key: str) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return clean(value)
    raise FileRefusedError("json_shape", row=row, column=str(clean(key))[:100])


def _no_constant(_: str) -> NoReturn:
    msg = "NaN and Infinity are not JSON numbers"
    raise ValueError(msg)
