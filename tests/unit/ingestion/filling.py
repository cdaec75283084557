"""Fill in a template as a sender would, and say which figures should come back."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.parse.read import read_sheets
from services.ingestion.templates.workbook import TABLE_SHEET, template
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.words import header
from shared.domain.observation import Cell
from tests.unit.ingestion.judge import catalogue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class FilledIn:
    """A workbook as bytes, and what was written in it: by row, by column of the feed."""

    content: bytes
    written: list[dict[str, Any]]


def made(feed: Feed, reporter: str, period: str, known: Mapping[Cell, Any] | None = None) -> bytes:
    return template(feed, catalogue(), reporter, period, known or {})


def fill(content: bytes, feed: Feed, *, rows: int = 3, saves: int = 1) -> FilledIn:
    """Write something in every open cell of the first rows, in what the lists offer; save as often as asked."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[TABLE_SHEET]
    keys = {c.column: feed.key_of(header(str(c.value))) for c in sheet[1]}
    written: list[dict[str, Any]] = []
    handed_out = sum(sheet.cell(number, 1).value is not None for number in range(2, sheet.max_row + 1))
    last = 1 + max(handed_out, 0 if feed.shape is Shape.wide else rows)
    for number in range(2, last + 1):
        row: dict[str, Any] = {}
        for column, key in keys.items():
            cell = sheet.cell(number, column)
            if key is None:
                continue
            if not cell.protection.locked:
                cell.value = something(feed, key, number, choices(book, sheet, cell))
            row[key] = cell.value
        written.append(row)
    for _ in range(saves):
        out = io.BytesIO()
        book.save(out)
        book = load_workbook(io.BytesIO(out.getvalue()))
    return FilledIn(out.getvalue(), written)


def choices(book: Any, sheet: Any, cell: Any) -> list[Any]:
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list" and cell.coordinate in rule.sqref:
            name, _, cells = rule.formula1.rpartition("!")
            return [c.value for (c,) in book[name.strip("'")][cells.replace("$", "")]]
    return []


def something(feed: Feed, key: str, row: int, offered: list[Any]) -> Any:
    if feed.shape is Shape.long and key in ("numerator", "denominator"):
        return None
    if key == "status":
        return offered[0]
    if offered:
        return offered[(row - 2) % len(offered)]
    kind = feed.columns[key].kind
    if kind is ColumnKind.date:
        return date(2021, 6, 30)
    if kind is ColumnKind.text:
        return f"{key}-{row}"
    if kind is ColumnKind.percentage:
        return 31.2
    # Different in every cell, so that a figure read from the wrong one is seen.
    return 1000 * row + list(feed.columns).index(key)


def sent_back(filled: FilledIn, feed: Feed, reporter: str) -> Outcome:
    kind, name = (XLSX, "modele.xlsx") if filled.content.startswith(b"PK") else ("text/csv", "modele.csv")
    return validate(read_sheets(filled.content, kind, name), feed, catalogue(), reporter, None)


def number(value: Any) -> Decimal:
    return Decimal(str(value))
