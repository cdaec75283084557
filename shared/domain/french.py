"""Numbers, dates and periods as a French reader expects them. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from shared.domain.period import Period, PeriodKind

NARROW = "\u202f"
WIDE = "\u00a0"
MINUS = "\u2212"
DASH = "\u2014"
PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# Units that follow their number without being a word of the sentence.
SYMBOLS = {"%": f"{NARROW}%", "EUR": f"{WIDE}€", "EUR/mois": f"{WIDE}€/mois", "m2": f"{WIDE}m²"}
UNCOUNTED = ("indice", "rang", "points")


def number(value: Decimal | float | str | None, decimals: int | None = None) -> str:
    """1 234,5: whole numbers without decimals, others with one unless told; a dash where there is no figure."""
    if value is None:
        return DASH
    exact = Decimal(str(value))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 1
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def compact(value: Decimal | float | str | None) -> str:
    """A number short enough for a map: 31,6, 652 k, 1,8 M."""
    if value is None:
        return DASH
    exact = Decimal(str(value))
    for size, letter in ((Decimal(10**6), "M"), (Decimal(10**4), "k")):
        if abs(exact) >= size:
            shown = exact / (10**6 if letter == "M" else 1000)
            return f"{number(shown, 1 if letter == 'M' else 0)}{NARROW}{letter}"
    return number(exact)


def quantity(value: Decimal | float | str | None, unit: str) -> str:
    """A number with its unit: 31,2 %, 17 940 581 €, 88 jeunes."""
    if value is None:
        return DASH
    if unit == "%":
        return number(value, 1) + SYMBOLS["%"]
    if unit in SYMBOLS:
        whole = Decimal(str(value)) == Decimal(str(value)).to_integral_value()
        return number(value, 0 if whole else 2) + SYMBOLS[unit]
    if unit.startswith(UNCOUNTED):
        return number(value)
    return f"{number(value)}{WIDE}{unit}"


def gap(value: Decimal | float | str, unit: str) -> str:
    """The size of a difference; between percentages it is in points."""
    size = abs(Decimal(str(value)))
    return f"{number(size, 1)}{WIDE}point{'s' if size >= 2 else ''}" if unit == "%" else quantity(size, unit)


def difference(value: Decimal | float | str, unit: str) -> str:
    """A gap with its sign."""
    exact = Decimal(str(value))
    sign = "+" if exact > 0 else MINUS if exact < 0 else ""
    return sign + gap(exact, unit)


def against(value: Decimal | float | str, unit: str) -> str:
    """How our figure stands to another, of which it is more by `value`: what rounding hides is not called a gap."""
    exact = Decimal(str(value))
    shown = difference(exact, unit)
    if not any(digit in shown for digit in "123456789"):
        return "identique au nôtre" + (", à l'arrondi près" if exact else "")
    return f"le nôtre diffère de {shown}"


def sentence(text: str) -> str:
    """The text with a capital first letter; the others are left alone, unlike str.capitalize."""
    return text[:1].upper() + text[1:]


def percent(share: Decimal | float | None, decimals: int = 0) -> str:
    """A share from 0 to 1 as a percentage."""
    return DASH if share is None else number(Decimal(str(share)) * 100, decimals) + SYMBOLS["%"]


def day(value: date | datetime | str | None) -> str:
    """2 avril 2021, and 1er for the first; an instant is read in Paris. ISO text is read first."""
    if value is None:
        return DASH
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).date()
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first}{WIDE}{MONTHS[value.month - 1]} {value.year}"


def moment(text: str) -> datetime:
    """An instant written in ISO form, as messages carry it."""
    return datetime.fromisoformat(text)


def instant(value: datetime | None) -> str:
    """2 avril 2021 à 9 h 05, Paris time."""
    if value is None:
        return DASH
    local = value.astimezone(PARIS)
    return f"{day(local)} à {local.hour}{WIDE}h{WIDE}{local.minute:02d}"


def period(code: str) -> str:
    """A period in words; a code that is not one is shown as it is."""
    try:
        p = Period.parse(code)
    except ValueError:
        return code
    match p.kind:
        case PeriodKind.year:
            return str(p.start.year)
        case PeriodKind.half:
            return f"{_rank(1 + (p.start.month > 6))} semestre {p.start.year}"
        case PeriodKind.quarter:
            return f"{_rank((p.start.month + 2) // 3)} trimestre {p.start.year}"
        case PeriodKind.month:
            return f"{MONTHS[p.start.month - 1]} {p.start.year}"
        case PeriodKind.week:
            return f"semaine {p.start.isocalendar().week} de {p.start.isocalendar().year}"
        case PeriodKind.day:
            return day(p.start)
        case PeriodKind.school_year:
            return f"année scolaire {p.start.year}-{p.end.year}"
        case PeriodKind.range:
            first, last = p.code.split("/")
            return f"de {period(first)} à {period(last)}"


def count(n: int, singular: str, plural: str | None = None) -> str:
    """1 alerte, 2 alertes, 0 alerte: French takes the plural from two on."""
    return f"{number(n)}{WIDE}{singular if abs(n) < 2 else plural or singular + 's'}"


def listing(names: Sequence[str]) -> str:
    """Gard, Lot et Lozère."""
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _rank(n: int) -> str:
    return "1er" if n == 1 else f"{n}e"
