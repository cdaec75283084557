"""Number formats of spreadsheets: which of them show a fraction as a percentage."""

import re
from decimal import Decimal

# What a format shows as it stands: "quoted", \escaped, _width, *fill, [colour or condition].
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DECIMALS = 10


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
