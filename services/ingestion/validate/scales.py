"""Thousands and millions said beside figures: in a column's header, in the format of a cell, in a title above."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from services.ingestion.parse.formats import scaled_text
from services.ingestion.parse.rows import Cell, Row
from services.ingestion.repair.marks import without_mark
from services.ingestion.repair.missing import missing_code
from services.ingestion.repair.units import without_unit
from services.ingestion.words import plain

_LONGEST = 200
# Most headers have none of them, and are not searched further.
_SIGNS = ("€", "eur", "illi")
_MONEY = r"(?:€|euros?\b|eur\b)"
# `Plan de 8 milliards d'euros` is an amount, not a unit.
_SCALE = re.compile(
    rf"(?:\ben\s+)?(?<!\d)(?<!\d\s)(?<!\w)(?P<unit>(?:k|m|mds?|mrds?)\s?{_MONEY}"
    rf"|(?:milliers?|millions?|milliards?)\s+(?:d['\u2019]\s?|de\s+|d\s)?{_MONEY}|(?<=en\s)(?:milliers|millions)\b)",
    re.IGNORECASE,
)
_EMPTY_ASIDE = re.compile(r"[(\[]\s*(?:montants?|unit[ée]\s*:?)?\s*[)\]]", re.IGNORECASE)
_EUROS = re.compile(r"(?:^|[(\[]|\ben\s)\s*(?:€|euros?|eur)\s*(?:[)\]]|$)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def without_scale(text: str) -> tuple[str, str | None]:
    """A header without the scale of its figures, and that scale: `k€`; empty for plain euros, None: it says none."""
    if len(text) > _LONGEST or not any(sign in text.lower() for sign in _SIGNS):
        return text, None
    found = _SCALE.search(text)
    if found is None:
        return text, "" if _EUROS.search(text) else None
    rest = _EMPTY_ASIDE.sub(" ", text[: found.start()] + text[found.end() :])
    unit = re.sub(r"d['\u2019 ]?\s?€", "€", found["unit"])
    return rest.strip(" ,:;–-"), unit


def scale_said(text: str) -> str | None:
    """The scale that a title above a table gives, `en milliers d'euros`; None when it gives none."""
    return without_scale(text)[1] or None


def is_of_money(unit: str) -> bool:
    """Say whether a scale is one of amounts only."""
    return "€" in unit or "eur" in plain(unit)


def with_scale(cell: Cell, unit: str) -> Cell:
    """A figure with the scale of its column written behind it; what says its own, or is no number, stays as it is."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return scaled_text(cell, unit)
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return cell
    body = without_mark(cell.strip())[0]
    if missing_code(body) is not None or not any(map(str.isdigit, body)) or without_unit(body).scale:
        return cell
    return f"{body} {unit}{cell.strip()[len(body) :]}"


def scaled(rows: Sequence[Row], units: Mapping[int, str]) -> Sequence[Row]:
    """Rows whose figures in these columns carry their scale."""
    if not units:
        return rows
    return [
        Row(row.number, [with_scale(c, units[n]) if n in units else c for n, c in enumerate(row.cells)]) for row in rows
    ]
