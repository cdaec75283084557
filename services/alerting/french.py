"""PURE. Numbers, dates and words as French readers write them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from services.alerting.calendar import law_date

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
# fmt: off
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)
# fmt: on


def number(value: Decimal | str | int | None, decimals: int = 1) -> str:
    """1 234,5: narrow no-break spaces by thousands, a comma, at most `decimals` digits after it."""
    if value is None:
        return "inconnu"
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    sign = "−" if rounded < 0 else ""
    return sign + whole.replace(",", NARROW_SPACE) + (f",{fraction}" if fraction else "")


def quantity(value: Decimal | str | int | None, unit: str) -> str:
    """A number with its unit: 31,2 %, 17 940 581 €, 88 places."""
    if value is None:
        return "inconnu"
    if unit == "EUR":
        return f"{number(value, 0)}{NO_BREAK_SPACE}€"
    return f"{number(value)}{NARROW_SPACE if unit == '%' else NO_BREAK_SPACE}{unit}"


def difference(value: Decimal | str | int | None, unit: str) -> str:
    """A gap without its sign: percentages differ by points."""
    if value is None:
        return "inconnu"
    size = abs(Decimal(str(value)))
    if unit == "%":
        return f"{number(size)}{NO_BREAK_SPACE}point{'s' if size >= 2 else ''}"
    return quantity(size, unit)


def share(value: Decimal | str | None) -> str:
    """A share between 0 and 1 as a percentage."""
    return "inconnue" if value is None else quantity(Decimal(str(value)) * 100, "%")


def day(value: date | datetime | str | None) -> str:
    """31 mars 2021; an instant is read in Europe/Paris."""
    if value is None:
        return "date inconnue"
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = law_date(value)
    return f"{'1er' if value.day == 1 else value.day} {_MONTHS[value.month - 1]} {value.year}"


def listing(words: list[str]) -> str:
    """A, B et C."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}" if words else "aucun"
