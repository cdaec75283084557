"""A second, tiny reader of the files sent: what they imply is worked out without any code of the services."""

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, str]
EXTENSIONS = (".csv", ".xlsx", ".json")
_BLANKS = str.maketrans("", "", " \u00a0\u202f*")


class InputError(Exception):
    """A file of the campaign is missing or is not the table it should be."""


def find(folder: Path, stem: str) -> Path | None:
    """The file of this name, whatever its format; None when there is none."""
    found = [path for extension in EXTENSIONS if (path := folder / f"{stem}{extension}").is_file()]
    if len(found) > 1:
        raise InputError(f"{folder} holds {stem} in two formats; keep one")
    return found[0] if found else None


def rows(path: Path) -> list[Row]:
    """The table of a file: title lines above its header and blank lines are left out."""
    lines = _workbook(path) if path.suffix == ".xlsx" else _csv(path)
    start = next((number for number, cells in enumerate(lines) if sum(map(bool, cells)) >= 3), None)
    if start is None:
        raise InputError(f"{path} has no header of at least three columns")
    header = lines[start]
    return [dict(zip(header, cells, strict=False)) for cells in lines[start + 1 :] if any(cells)]


def number(text: str) -> Decimal | None:
    """The number of a cell: French or not, with or without a footnote mark; None when it holds none."""
    try:
        return Decimal(text.translate(_BLANKS).replace(",", "."))
    except InvalidOperation:
        return None


def _csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = ";" if text.count(";") > text.count(",") else ","
    return [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _workbook(path: Path) -> list[list[str]]:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return str(whole).strip()
