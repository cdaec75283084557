"""Formulas of a sender that reach outside the workbook: nobody who opens our answer may be made to run them."""

import re
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.formula import ArrayFormula

from services.ingestion.correction.neutral import AnyCell, write_text
from services.ingestion.correction.results import Result

# Excel takes no longer formula.
_LONGEST = 8_192
_FUNCTION = re.compile(
    r"(?<![A-Z0-9_])(?:WEBSERVICE|HYPERLINK|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMPORT[A-Z]*|IMAGE|STOCKHISTORY"
    r"|DDE|SQL\.REQUEST|CUBE[A-Z]+)\s*+\(",
    re.IGNORECASE,
)
# `[1]Feuil1!A1` and `[1]!Nom`; `Tableau1[Colonne]` is of this workbook.
_OTHER_BOOK = re.compile(r"\[[^\[\]]*+\][^\[\]!'\"(),;\s]*+!")
_QUOTED = re.compile(r"'([^']*+)'!")
_PIPE = re.compile(r"\|[^!]*+!")
_NEVER_IN_A_TITLE = frozenset("\\/[]")
_ADDRESS = re.compile(r"'\s*+(?:https?|ftp|file):", re.IGNORECASE)
_WORD = re.compile(r"[\w.\\?]+")


def reaches_out(formula: str) -> bool:
    """Say whether a formula may read, fetch or start something that is not in its workbook.

    A text in it that looks so counts too: what is inside quotes depends on what stands before them.
    """
    if len(formula) > _LONGEST:
        return True
    if _FUNCTION.search(formula) or _ADDRESS.search(formula) or _OTHER_BOOK.search(formula) or _PIPE.search(formula):
        return True
    return any(_NEVER_IN_A_TITLE & set(name) for name in _QUOTED.findall(formula))


def neutralise(book: Workbook, stored: Mapping[str, Mapping[str, Result]]) -> list[str]:
    """Put the last result in the place of each such formula, or the formula as text where there is none.

    Names of the workbook that reach out are dropped, and formulas that use them are treated alike. `stored`: results by
    sheet and reference. Returns the places, such as `Feuil1!B2`.
    """
    names = _dropped_names(book)
    places: list[str] = []
    for sheet in book.worksheets:
        results = stored.get(sheet.title, {})
        # Only cells that are there: a sheet may claim to be far larger than it is.
        for cell in list(sheet._cells.values()):  # noqa: SLF001
            formula = _formula(cell)
            if not isinstance(cell, Cell) or formula is None or not (reaches_out(formula) or _uses(formula, names)):
                continue
            _settle(cell, formula, results.get(cell.coordinate))
            places.append(f"{sheet.title}!{cell.coordinate}")
    return places


def _formula(cell: AnyCell) -> str | None:
    if cell.data_type != "f":
        return None
    value = cell.value
    if isinstance(value, ArrayFormula):
        return str(value.text or "")
    return value if isinstance(value, str) else None


def _settle(cell: Cell, formula: str, result: Result | None) -> None:
    if result is None:
        write_text(cell, formula)
    elif result.kind == "n":
        cell.value = float(result.text)
    elif result.kind == "b":
        cell.value = result.text.strip() == "1"
    elif result.kind == "e":
        cell.value = result.text
        cell.data_type = "e"
    else:
        write_text(cell, result.text)


def _dropped_names(book: Workbook) -> frozenset[str]:
    """Names that reach out, or stand on one that does, in capitals; they are taken out of the workbook."""
    kept = [(where, name, str(found.value or "")) for where in _scopes(book) for name, found in where.items()]
    dropped: set[str] = set()
    while out := [one for one in kept if reaches_out(one[2]) or _uses(one[2], dropped)]:
        for where, name, _ in out:
            del where[name]
            dropped.add(name.upper())
        kept = [one for one in kept if one not in out]
    return frozenset(dropped)


def _scopes(book: Workbook) -> list[Any]:
    return [book.defined_names, *(sheet.defined_names for sheet in book.worksheets)]


def _uses(formula: str, names: set[str] | frozenset[str]) -> bool:
    return bool(names) and any(word.upper() in names for word in _WORD.findall(formula))
