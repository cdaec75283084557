"""Cells -> numbers, the way French files write them. What has two readings is refused with a proposal, not guessed."""

import math
import re
from decimal import Decimal
from functools import lru_cache

from services.ingestion.feeds.model import ColumnKind
from services.ingestion.parse.rows import Broken, Cell
from services.ingestion.repair.digits import unsigned, written
from services.ingestion.repair.marks import without_mark
from services.ingestion.repair.missing import missing_code
from services.ingestion.repair.outcome import Number, UnreadableError
from services.ingestion.repair.units import Bare, without_unit

_SPACES = re.compile(r"\s+")
# Marks that show nothing: zero width, direction of writing, byte order. They come with what is copied from a page.
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD])
_DASH = re.compile(r"^[\u2010-\u2014\u2212\ufe63\uff0d](?=\s?[0-9€(])")
_APPROXIMATE = re.compile(
    r"^(?:~|≈|>|<|≥|≤|env\b|environ\b|plus de\b|pr[eè]s de\b|moins de\b|au moins\b|au plus\b|presque\b|"
    r"quelques?\b|une? \w+aine\b)",
    re.IGNORECASE,
)
LARGEST = Decimal(10) ** 15
# Whole numbers of so many digits fit a column of any kind.
_SURE_DIGITS = 15
_SURE = 10**_SURE_DIGITS
_DECIMALS = 10
# Written with its `.0` it has no more than ten signs, so that nothing is rounded.
_SHORT = 10**8
_LONGEST_KEPT = 40


def read_number(cell: Cell, kind: ColumnKind) -> Number:
    """The number in a cell of a column of this kind; raises UnreadableError."""
    if type(cell) is str:
        if len(cell) <= _SURE_DIGITS and cell.isdecimal() and cell.isascii():
            return Number(Decimal(cell))
        found = _kept(cell, kind) if len(cell) <= _LONGEST_KEPT else _outcome(cell, kind)
        if type(found) is Number:
            return found
        assert isinstance(found, UnreadableError)
        raise found.again()
    if cell is None:
        return _BLANK
    if type(cell) is int and 0 <= cell < _SURE:
        return Number(Decimal(cell))
    if type(cell) is float and 0 < cell < _SHORT and cell.is_integer():
        return Number(Decimal(repr(cell)))
    if type(cell) is int or type(cell) is float:
        return Number(_of_float(cell, kind))
    raise UnreadableError(cell.code if isinstance(cell, Broken) else "not_a_number")


_BLANK = Number(None, "missing_blank")


def _outcome(text: str, kind: ColumnKind) -> Number | UnreadableError:
    try:
        text = _SPACES.sub(" ", text).strip()
        if not text.isprintable():
            text = text.translate(_INVISIBLE).strip()
        return _read_text(_DASH.sub("-", text), kind)
    except UnreadableError as refused:
        return refused.with_traceback(None)


# A file repeats its amounts less than its marks: what is missing, approximate or refused comes again and again.
_kept = lru_cache(maxsize=32_768)(_outcome)


def _of_float(number: float, kind: ColumnKind) -> Decimal:
    if type(number) is int:
        return _fitting(Decimal(number), kind)
    if not math.isfinite(number):
        raise UnreadableError("not_a_number")
    # Excel stores 31.2 as 31.199999999999999: digits beyond the tenth decimal are noise of the machine.
    text = repr(number)
    value = Decimal(text)
    if len(text) > _DECIMALS and abs(value) < LARGEST:
        value = round(value, _DECIMALS)
    return _fitting(value, kind)


def _read_text(text: str, kind: ColumnKind) -> Number:
    repairs: list[str] = []
    if text[:1].isdecimal() and text[-1:].isdecimal():  # nothing before it or behind it
        value = _fitting(_unscaled(Bare(text), kind, repairs), kind)
        return Number(value, None, tuple(repairs))
    text, marked, status = without_mark(text)
    if marked:
        repairs.append("footnote_mark")
    missing = missing_code(text)
    if missing is not None:
        return Number(None, missing, tuple(repairs), status)
    if text.startswith("#"):
        raise UnreadableError("formula_error")
    if not text[:1].isdigit() and _APPROXIMATE.match(text):
        raise UnreadableError("approximate_number")
    negative, text = _sign(text, repairs)
    bare = without_unit(text)
    if not negative:  # `€ -12`
        negative, inner = _sign(bare.text, repairs)
        bare = Bare(inner, bare.percent, bare.money, bare.scale, bare.power)
    _check_unit(bare, kind)
    value = _scaled(bare, kind, repairs) if bare.scale else _unscaled(bare, kind, repairs)
    value = _fitting(value.copy_negate() if negative else value, kind)
    return Number(value, None, tuple(repairs), status, bare.percent, "~" if bare.scale else "=")


def _sign(text: str, repairs: list[str]) -> tuple[bool, str]:
    if text.startswith("(") and text.endswith(")"):
        repairs.append("negative_parentheses")
        return True, text[1:-1].strip()
    if text.startswith("-"):
        return True, text[1:].strip()
    return False, text.removeprefix("+").strip()


def _check_unit(bare: Bare, kind: ColumnKind) -> None:
    """Raise UnreadableError where the unit says that this is another column's figure."""
    if bare.percent and kind in (ColumnKind.count, ColumnKind.amount):
        raise UnreadableError("unit_unexpected", {"unit": "%"})
    if bare.money and kind in (ColumnKind.count, ColumnKind.percentage):
        raise UnreadableError("unit_unexpected", {"unit": "€"})
    if bare.scale and kind is ColumnKind.percentage:
        raise UnreadableError("unit_unexpected", {"unit": bare.scale})


def _unscaled(bare: Bare, kind: ColumnKind, repairs: list[str]) -> Decimal:
    # Nobody sets thousands apart in a percentage. In a column of plain numbers a point is how machines write decimals.
    share = bare.percent or kind is ColumnKind.percentage
    whole, point = kind is ColumnKind.count, kind in (ColumnKind.count, ColumnKind.amount)
    value = unsigned(bare.text, repairs, comma=not share, point=point, whole=whole)
    if bare.money or (bare.percent and kind is not ColumnKind.percentage):
        repairs.append("unit_removed")
    return value


def _scaled(bare: Bare, kind: ColumnKind, repairs: list[str]) -> Decimal:
    value = unsigned(bare.text, repairs, comma=True, point=kind is not ColumnKind.number, power=bare.power)
    if bare.scale == "m":  # some write m€ for thousands
        small, large = written(value.scaleb(-3)), written(value)
        raise UnreadableError("scale_unclear", {"thousands": small, "proposal": f"{small} ou {large}"})
    repairs.append("scaled_unit")
    return value


def _fitting(value: Decimal, kind: ColumnKind) -> Decimal:
    """The number if a column of this kind can hold it."""
    if not value:
        return abs(value)  # -0 is 0
    if value >= LARGEST or value <= -LARGEST or value != round(value, _DECIMALS):
        raise UnreadableError("number_out_of_range")
    if kind is ColumnKind.count:
        if value < 0:
            raise UnreadableError("negative_count")
        if value != value.to_integral_value():
            raise UnreadableError("not_whole")
    return value
