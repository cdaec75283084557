"""Number formats of spreadsheets: which of them show a fraction as a percentage, or a number with a scale."""

import re
from decimal import Decimal

# What a format shows as it stands: "quoted", \escaped, _width, *fill, [colour or condition].
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*+\]')
_SHOWN = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\[\]-]*+)[^\[\]]*+\]|_.|\*.|\[[^\[\]]*+\]')
_SCALE = re.compile(
    r"(?:k|m|mds?|mrds?|milliers?|millions?|milliards?)\s?(?:(?:d['\u2019]\s?|de )?(?:€|euros?|eur))"
    r"|milliers?|millions?|milliards?",
    re.IGNORECASE,
)
_DECIMALS = 10
_AMBIGUOUS = 3


def is_percentage(number_format: str) -> bool:
    """Say whether a positive number in this format is shown a hundred times as large, with a % sign.

    `0.0%` does; `0.0"%"` writes the sign after a number that is a percentage already.
    """
    return _LITERAL.sub("", number_format).split(";")[0].count("%") == 1


def percentage_text(fraction: float) -> str:
    """The percentage that a reader sees in such a cell, all its decimals shown: 0.312 -> `31.2%`.

    Beyond the tenth decimal stands the noise of the machine, not a figure.
    """
    percent = round(Decimal(repr(fraction)) * 100, _DECIMALS)
    text = format(percent, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def scale_of(number_format: str) -> str:
    """What a format writes behind a number of thousands or millions: `k€` of `#,##0" k€"`; empty for nothing so.

    `#,##0,"k€"` divides what it shows: the number itself is in euros.
    """
    first = number_format.split(";", maxsplit=1)[0]
    if re.search(r"[0#?],+(?![0#?,])", _LITERAL.sub(" ", first)):
        return ""
    shown = _SHOWN.sub(lambda m: "\x00".join(["", *(m[1] or m[2] or m[3] or "")]), first)
    # Only what stands behind the last digit, where letters of the format itself are none of the text.
    behind = re.split(r"(?<!\x00)[0#?](?!.*(?<!\x00)[0#?])", shown)[-1].replace("\x00", "").strip()
    return behind.replace("d'€", "€") if _SCALE.fullmatch(behind) else ""


def scaled_text(number: float, unit: str) -> str:
    """The number with its scale, as a reader sees it: 12.5 -> `12,5 k€`. Three decimals get a fourth: no thousands."""
    text = format(round(Decimal(repr(number)), _DECIMALS), "f")
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) == _AMBIGUOUS:
        decimals += "0"
    return f"{whole},{decimals} {unit}" if decimals else f"{whole} {unit}"
