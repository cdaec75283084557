"""One cell of an ODS: its value by its type, its text without its comment."""

import math
import re
from xml.etree.ElementTree import Element

from services.ingestion.parse.formats import percentage_text
from services.ingestion.parse.rows import Broken, Cell
from services.ingestion.parse.text import clean_text

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = re.compile(r"#\S+[!?]|#N/A|#NOMBRE!|Err ?:\d+", re.IGNORECASE)
_MIDNIGHT = re.compile(r"T00:00(?::00(?:\.0+)?)?$")
_LONGEST_FORMULA = 100
_WRITTEN = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MOST_SPACES = 1000


def in_table(name: str) -> str:
    """The full name of an element or attribute of tables."""
    return "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}" + name


def read_cell(cell: Element) -> Cell:
    """What a cell holds; None for nothing."""
    kind = cell.get(f"{_OFFICE}value-type")
    formula = cell.get(in_table("formula"))
    if kind is None and formula is None:
        return clean_text(_text(cell)) or None
    if cell.get(f"{_CALC}value-type") == "error":
        return Broken("formula_error", clean_text(_text(cell)) or "#?")
    if kind is None:
        return _error_or_nothing(cell, str(formula))
    if kind == "string":
        return _string(cell, formula)
    return _typed(cell, kind, formula)


def _string(cell: Element, formula: str | None) -> Cell:
    stated, shown = cell.get(f"{_OFFICE}string-value"), _text(cell)
    if formula is not None and not stated and _ERROR.fullmatch(shown.strip()):
        return Broken("formula_error", clean_text(shown.strip()))
    return clean_text(shown if stated is None else stated) or None


def _error_or_nothing(cell: Element, formula: str) -> Broken:
    """A formula that says no type has no result; what it shows, if anything, is an error."""
    shown = _text(cell).strip()
    if _ERROR.fullmatch(shown):
        return Broken("formula_error", clean_text(shown))
    _, mark, rest = formula.partition("=")
    return Broken("formula_without_value", clean_text((mark + rest if mark else formula)[:_LONGEST_FORMULA]))


def _typed(cell: Element, kind: str, formula: str | None) -> Cell:
    if kind == "boolean":
        stated = cell.get(f"{_OFFICE}boolean-value")
        return None if stated is None else stated == "true"
    if kind in ("date", "time"):
        moment = cell.get(f"{_OFFICE}{kind}-value") or _text(cell)
        return clean_text(_MIDNIGHT.sub("", moment).replace("T", " " if kind == "date" else "T")) or None
    written = cell.get(f"{_OFFICE}value")
    if written is None:
        return None if formula is None else _error_or_nothing(cell, formula)
    number = float(written)
    if not math.isfinite(number):
        return Broken("formula_error", clean_text(_text(cell)) or "#?")
    return percentage_text(number) if kind == "percentage" else number


def _text(cell: Element) -> str:
    """Its paragraphs, one a line; a comment or a drawing is no paragraph of the cell."""
    return "\n".join(_paragraph(part) for part in cell if part.tag == f"{_TEXT}p")


def _paragraph(element: Element) -> str:
    written = [element.text or ""]
    for part in element:
        if part.tag == f"{_TEXT}s":
            written.append(" " * min(int(part.get(f"{_TEXT}c", "1")), _MOST_SPACES))
        elif part.tag in _WRITTEN:
            written.append(_WRITTEN[part.tag])
        elif part.tag != f"{_OFFICE}annotation":
            written.append(_paragraph(part))
        written.append(part.tail or "")
    return "".join(written)
