"""How the cells of a template look, and what they let people write."""

from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from services.ingestion.feeds.model import ColumnKind
from services.ingestion.templates.layout import Slot
from shared.domain.register import Register

# What a spreadsheet would take for the start of a formula, or a tab or a line that shifts cells.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
_THIN = Side(style="thin", color="C9CED6")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER, _LOCKED, _REMINDER, _INPUT = (
    PatternFill("solid", fgColor=color) for color in ("1F3A5F", "ECEFF4", "F4F4F4", "FFFDE7")
)
_FORMATS = {
    ColumnKind.count: "#,##0",
    ColumnKind.amount: "#,##0.00",
    ColumnKind.number: "General",
    # Not Excel's own %: 31,2 would be kept as 0,312, which reads as another figure.
    ColumnKind.percentage: '0.0" %"',
    ColumnKind.date: "dd/mm/yyyy",
    ColumnKind.text: "@",
}
_MISSING = 'OR({0}="nd",{0}="ns",{0}="nc",{0}="so")'
_RULES = {
    ColumnKind.count: (
        "IF(ISNUMBER({0}),AND({0}>=0,{0}=INT({0}))," + _MISSING + ")",
        "Écrivez un nombre entier, positif ou nul. Si le chiffre manque : nd (non disponible), ns (non significatif), "
        "nc (secret) ou so (sans objet). Zéro veut dire zéro.",
    ),
    ColumnKind.amount: (
        "IF(ISNUMBER({0}),ABS({0})<1E+15," + _MISSING + ")",
        "Écrivez un montant en euros, sans unité ni texte : 1250000 et non 1,25 M€. Si le montant manque : nd, ns, nc "
        "ou so.",
    ),
    ColumnKind.number: (
        "IF(ISNUMBER({0}),ABS({0})<1E+15," + _MISSING + ")",
        "Écrivez un nombre, sans unité ni texte. Si le chiffre manque : nd, ns, nc ou so.",
    ),
    ColumnKind.percentage: (
        "IF(ISNUMBER({0}),AND({0}>=0,{0}<=1000)," + _MISSING + ")",
        "Écrivez le pourcentage en points : 31,2 pour 31,2 %. Si le chiffre manque : nd, ns, nc ou so.",
    ),
}


def write(cell: Cell, value: Any) -> None:
    """Put a value in a cell so that no spreadsheet ever runs it."""
    if not isinstance(value, str):
        cell.value = (
            float(value) if isinstance(value, Decimal) and value % 1 else int(value) if value is not None else None
        )
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.value = text
    if text.startswith(_ACTIVE):
        cell.data_type = "s"
        cell.quotePrefix = True


def style_header(cell: Cell, *, is_reminder: bool) -> None:
    """A title: locked, on several lines."""
    cell.font = Font(bold=not is_reminder, italic=is_reminder, color="6B7280" if is_reminder else "FFFFFF")
    cell.fill = _REMINDER if is_reminder else _HEADER
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = _BORDER


def style(cell: Cell, slot: Slot, register: Register | None, *, locked: bool) -> None:
    """A cell under a title: grey and closed, or pale and open."""
    cell.border = _BORDER
    cell.protection = Protection(locked=locked)
    if slot.column is None:
        cell.fill, cell.font = _REMINDER, Font(italic=True, color="6B7280")
        cell.number_format = "#,##0.##" if isinstance(cell.value, float) else "#,##0"
        return
    cell.fill = _LOCKED if locked else _INPUT
    kind = slot.column.kind
    if locked and kind is ColumnKind.text:
        return
    # A call is dated as precisely as its source: a year typed in a cell of dates would become a day of 1905.
    vague = kind is ColumnKind.date and register is Register.project_call
    cell.number_format = "General" if vague else _FORMATS[kind]


def rule(slot: Slot, first: str, lists: dict[str, str]) -> DataValidation | None:
    """What a column lets people write, for cells from `first` (`D2`) on. `lists`: where the choices of a key stand."""
    if slot.column is None:
        return None
    title = slot.header[:32]
    if slot.choices:
        strict = slot.key != "period"
        made = DataValidation(type="list", formula1=lists[slot.key], allow_blank=True, showErrorMessage=True)
        made.errorStyle = "stop" if strict else "warning"
        made.error = "Choisissez dans la liste (flèche à droite de la cellule)."
    elif slot.column.kind in _RULES:
        formula, message = _RULES[slot.column.kind]
        made = DataValidation(type="custom", formula1=formula.format(first), allow_blank=True, showErrorMessage=True)
        made.errorStyle, made.error = "stop", message
        made.showInputMessage, made.promptTitle, made.prompt = True, title, message
    elif slot.column.kind is ColumnKind.date:
        made = DataValidation(
            type="date", operator="greaterThan", formula1="32874", allow_blank=True, showErrorMessage=True
        )
        made.errorStyle, made.error = "warning", "Écrivez une date comme 30/06/2021."
    else:
        return None
    made.errorTitle = title
    return made
