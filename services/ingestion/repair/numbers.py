"""Cells -> numbers, the way French files write them. What has two readings is refused with a proposal, not guessed."""

import math
import re
from decimal import Decimal, InvalidOperation

from services.ingestion.feeds.model import ColumnKind
from services.ingestion.parse.rows import Cell
from services.ingestion.repair.missing import missing_code
from services.ingestion.repair.outcome import Number, UnreadableError
from shared.domain.observation import Status

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")
_MARK = re.compile(r"(?<=[^\s(])\s*(\*+|[¹²³⁴⁵]+|\((?:p|e|d|sd|r|\d)\))$", re.IGNORECASE)
_MARK_STATUS = {"(p)": Status.provisional, "(sd)": Status.provisional, "(e)": Status.estimated}
_SCALED = re.compile(
    r"^(?P<number>.+?)\s*(?P<unit>k|m|md|milliers?|millions?|milliards?)\s*(?:€|euros?|d'euros)?$", re.IGNORECASE
)
_SCALES = {"k": 3, "m": 6, "md": 9, "millier": 3, "million": 6, "milliard": 9}
_CURRENCY = re.compile(r"\s*(?:€|euros?|eur)$", re.IGNORECASE)
_APPROXIMATE = re.compile(
    r"^(?:~|≈|>|<|env\b|environ\b|plus de\b|pr[eè]s de\b|moins de\b|au moins\b|presque\b)", re.IGNORECASE
)
_PLAIN = re.compile(r"^(?:\d+|\d{1,3}(?: \d{3})+)(?:[.,]\d+)?$")
_ENGLISH = re.compile(r"^\d{1,3}(?:(?:,\d{3}){2,}|(?:,\d{3})+(?=\.))(?:\.\d+)?$")
_DOTTED = re.compile(r"^\d{1,3}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+(?=,))(?:,\d+)?$")
_TWO_READINGS = re.compile(r"^([1-9]\d{0,2})([.,])(\d{3})$")
LARGEST = Decimal(10) ** 15
_DECIMALS = 10


def read_number(cell: Cell, kind: ColumnKind) -> Number:
    """The number in a cell of a column of this kind; raises UnreadableError."""
    if cell is None:
        return Number(None, "missing_blank")
    if isinstance(cell, bool):
        raise UnreadableError("not_a_number")
    if isinstance(cell, int | float):
        return Number(_fitting(_of_float(cell), kind))
    return _read_text(_SPACES.sub(" ", cell.replace("\u2212", "-")).strip(), kind)


def _of_float(number: float) -> Decimal:
    if isinstance(number, float) and not math.isfinite(number):
        raise UnreadableError("not_a_number")
    # Excel stores 31.2 as 31.199999999999999: digits beyond the tenth decimal are noise of the machine.
    value = Decimal(repr(number))
    return round(value, _DECIMALS) if abs(value) < LARGEST else value


def _read_text(text: str, kind: ColumnKind) -> Number:
    repairs: list[str] = []
    status: Status | None = None
    if mark := _MARK.search(text):
        text, sign = text[: mark.start()].strip(), mark[1].lower()
        status = _MARK_STATUS.get(sign, Status.provisional if "*" in sign else None)
        repairs.append("footnote_mark")
    missing = missing_code(text)
    if missing is not None:
        return Number(None, missing, tuple(repairs), status)
    if text.startswith("#"):
        raise UnreadableError("formula_error")
    percent = text.endswith("%")
    if percent:
        text = _without_percent(text, kind, repairs)
    elif _CURRENCY.search(text):
        text = _without_currency(text, kind, repairs)
    _refuse_words(text)
    return Number(_fitting(_signed(text, kind, repairs), kind), None, tuple(repairs), status, percent)


def _without_percent(text: str, kind: ColumnKind, repairs: list[str]) -> str:
    if kind in (ColumnKind.count, ColumnKind.amount):
        raise UnreadableError("unit_unexpected", {"unit": "%"})
    if kind is not ColumnKind.percentage:
        repairs.append("unit_removed")
    return text[:-1].strip()


def _without_currency(text: str, kind: ColumnKind, repairs: list[str]) -> str:
    if kind in (ColumnKind.count, ColumnKind.percentage):
        raise UnreadableError("unit_unexpected", {"unit": "€"})
    _refuse_words(text)
    repairs.append("unit_removed")
    return _CURRENCY.sub("", text).strip()


def _refuse_words(text: str) -> None:
    """`6,34 M€` and `plus de 5 000` are understood by a reader, so they are answered with what to write."""
    if _APPROXIMATE.match(text):
        raise UnreadableError("approximate_number")
    scaled = _SCALED.match(text)
    if scaled:
        unit = scaled["unit"].lower()
        scale = _SCALES.get(unit) or _SCALES[unit.rstrip("s")]
        value = _signed(scaled["number"].strip(), ColumnKind.number, [])
        raise UnreadableError("scaled_unit", {"proposal": format((value.scaleb(scale)).normalize(), "f")})


def _signed(text: str, kind: ColumnKind, repairs: list[str]) -> Decimal:
    if text.startswith("(") and text.endswith(")"):
        repairs.append("negative_parentheses")
        return _unsigned(text[1:-1].strip(), kind, repairs).copy_negate()
    if text.startswith("-"):
        return _unsigned(text[1:].strip(), kind, repairs).copy_negate()
    return _unsigned(text.removeprefix("+").strip(), kind, repairs)


def _unsigned(text: str, kind: ColumnKind, repairs: list[str]) -> Decimal:
    text = text.replace("'", " ").replace("\u2019", " ")
    # A point in a column of plain numbers is a decimal sign: that is how machines write them.
    ambiguous = _TWO_READINGS.match(text)
    if ambiguous and (ambiguous[2] == "," or kind in (ColumnKind.count, ColumnKind.amount)):
        whole, _, rest = ambiguous.groups()
        raise UnreadableError("ambiguous_number", {"thousands": f"{whole}{rest}", "decimal": f"{whole},{rest}0"})
    if _PLAIN.match(text):
        return _decimal(text.replace(" ", "").replace(",", "."))
    if _ENGLISH.match(text):
        repairs.append("thousands_separator")
        return _decimal(text.replace(",", ""))
    if _DOTTED.match(text):
        repairs.append("thousands_separator")
        return _decimal(text.replace(".", "").replace(",", "."))
    raise UnreadableError("not_a_number")


def _decimal(text: str) -> Decimal:
    if len(text) > 40:
        raise UnreadableError("number_out_of_range")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UnreadableError("not_a_number") from error


def _fitting(value: Decimal, kind: ColumnKind) -> Decimal:
    """The number if a column of this kind can hold it."""
    if value.copy_abs() >= LARGEST or value != round(value, _DECIMALS):
        raise UnreadableError("number_out_of_range")
    if kind is ColumnKind.count and value < 0:
        raise UnreadableError("negative_count")
    if kind is ColumnKind.count and value != value.to_integral_value():
        raise UnreadableError("not_whole")
    return value
