"""Items as CSV: UTF-8, commas, a header line, decimal points, lists joined by semicolons. Pure."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from services.dashboard.items import Item

MEDIA_TYPE = "text/csv"


def to_csv(model: type[Item], items: Sequence[Item]) -> str:
    """One line per item, columns in the order of the model; an empty list gives the header alone."""
    columns = list(model.model_fields)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for item in items:
        values = item.model_dump(mode="json")
        writer.writerow([_cell(values[column]) for column in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return _inert(";".join(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return _inert(value) if isinstance(value, str) else value


def _inert(text: str) -> str:
    """Text from a department's file must not become a formula when a spreadsheet opens the export."""
    return f"'{text}" if len(text) > 1 and text[0] in "=+-@\t\r" else text
