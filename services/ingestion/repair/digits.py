"""A text of digits -> a number: decimal commas and points, thousands apart, minus signs and parentheses of accountants.

Only the digits 0 to 9 are read: other scripts come from a damaged file or a copied page, and are refused.
"""

import re
import unicodedata
from decimal import Decimal

from services.ingestion.repair.outcome import UnreadableError

_PLAIN = re.compile(r"^(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:[.,][0-9]+)?$")
_ENGLISH = re.compile(r"^[0-9]{1,3}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+(?=\.))(?:\.[0-9]+)?$")
_DOTTED = re.compile(r"^[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+(?=,))(?:,[0-9]+)?$")
_TWO_READINGS = re.compile(r"^([1-9][0-9]{0,2})([.,])([0-9]{3})$")
# What Excel shows of a number too long for its column: the other digits are gone.
_SHORTENED = re.compile(r"^[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]+$", re.IGNORECASE)
_APOSTROPHES = str.maketrans("'\u2019", "  ")
_LOOK_ALIKE = str.maketrans("OolI", "0011")
_MOST_DIGITS = 40


def unsigned(
    text: str, repairs: list[str], *, comma: bool, point: bool, power: int = 0, whole: bool = False
) -> Decimal:
    """The number in a text without sign or unit, times ten to the `power`; raises UnreadableError.

    `comma`, `point`: a comma, a point before three last digits may set thousands apart (`1,234`, `1.234`).
    `whole`: decimals have no place there, and are not proposed.
    """
    text = text.translate(_APOSTROPHES)
    ambiguous = _TWO_READINGS.match(text)
    if ambiguous and (comma if ambiguous[2] == "," else point):
        raise UnreadableError("ambiguous_number", _readings(ambiguous, power, whole=whole))
    if _PLAIN.match(text):
        return _decimal(text.replace(" ", "").replace(",", "."), power)
    if _ENGLISH.match(text):
        repairs.append("thousands_separator")
        return _decimal(text.replace(",", ""), power)
    if _DOTTED.match(text):
        repairs.append("thousands_separator")
        return _decimal(text.replace(".", "").replace(",", "."), power)
    if _SHORTENED.match(text):
        raise UnreadableError("digits_lost")
    raise UnreadableError("not_a_number", {"proposal": _look_alike(text)})


def written(number: Decimal) -> str:
    """A number as a French sender writes it."""
    return format(number.normalize(), "f").replace(".", ",")


def exponent_of(number: Decimal) -> int:
    """The place of the last digit that was written: -3 for 0.312."""
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _readings(ambiguous: re.Match[str], power: int, *, whole: bool) -> dict[str, str]:
    before, _, after = ambiguous.groups()
    if power:
        thousands, decimal = (written(Decimal(t).scaleb(power)) for t in (f"{before}{after}", f"{before}.{after}"))
    else:
        thousands, decimal = f"{before}{after}", f"{before},{after}0"  # four decimals are no thousands
    return {"thousands": thousands, "decimal": decimal, "proposal": thousands if whole else f"{thousands} ou {decimal}"}


def _look_alike(text: str) -> str:
    """The digits that a letter O or l, or a digit of another script, stands for; empty when that is no number."""
    if not any(c.isdecimal() for c in text):
        return ""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text.translate(_LOOK_ALIKE))
    return digits if digits != text and _PLAIN.match(digits) and not _TWO_READINGS.match(digits) else ""


def _decimal(text: str, power: int) -> Decimal:
    if len(text) > _MOST_DIGITS:
        raise UnreadableError("number_out_of_range")
    return Decimal(format(Decimal(text).scaleb(power), "f")) if power else Decimal(text)
