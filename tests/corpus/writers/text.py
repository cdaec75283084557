"""Grids -> CSV, JSON and NDJSON bytes."""

import codecs
import csv
import io
import json
from collections.abc import Sequence
from datetime import date

from tests.corpus.writers.grid import Value

MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16": codecs.BOM_UTF16_LE,
    "utf-16-be-bom": codecs.BOM_UTF16_BE,
}
CODECS = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-16-be-bom": "utf-16-be"}


def encoded(text: str, encoding: str = "utf-8", newline: str = "\r\n") -> bytes:
    """Text as a program on a given machine saves it."""
    text = text.replace("\n", newline)
    return MARKS.get(encoding, b"") + text.encode(CODECS.get(encoding, encoding))


def as_csv(rows: Sequence[Sequence[Value]], separator: str = ";") -> str:
    """Rows as lines; floats with a decimal comma where the separator leaves it free."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, lineterminator="\n")
    writer.writerows([[_shown(value, separator) for value in row] for row in rows])
    return target.getvalue()


def _shown(value: Value, separator: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and separator != ",":
        return repr(value).replace(".", ",")
    return str(value)


def objects(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[dict[str, Value]]:
    """One object per row; a blank cell is null."""
    return [dict(zip(header, row, strict=True)) for row in rows]


def as_json(items: list[dict[str, Value]], *, wrapped: bool = False) -> str:
    """A list of objects, or the same under `rows`."""
    return json.dumps({"rows": items} if wrapped else items, ensure_ascii=False)


def as_ndjson(items: list[dict[str, Value]]) -> str:
    """One object per line."""
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
