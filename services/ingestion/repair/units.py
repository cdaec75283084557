"""Units around a number: `40 000 €`, `€ 40 000`, `31,2 %`, `6,34 M€`, `2,4 millions d'euros`."""

import re
from dataclasses import dataclass
from functools import lru_cache

_UNIT = re.compile(
    r"(?P<scale>k|m|mds?|mrds?|mille|milliers?|millions?|milliards?)?\s*(?P<money>€|(?:d['\u2019 ]?|de )?euros?|eur)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:€|euros?|eur)\s*", re.IGNORECASE)
_SCALES = {"k": 3, "m": 6, "md": 9, "mrd": 9, "mille": 3, "millier": 3, "million": 6, "milliard": 9}
# What ends a number: the unit stands behind it.
_DIGITS = "0123456789)"


@dataclass(frozen=True, slots=True)
class Bare:
    """A number without its unit. `scale`: as written, empty for none; `power`: its power of ten."""

    text: str
    percent: bool = False
    money: bool = False
    scale: str = ""
    power: int = 0


def without_unit(text: str) -> Bare:
    """The number in a text and the unit around it."""
    money = False
    if not text[:1].isdigit() and (before := _BEFORE.match(text)):
        text, money = text[before.end() :], True
    end = len(text)
    while end and text[end - 1] not in _DIGITS:
        end -= 1
    if end in (0, len(text)):
        return Bare(text, money=money)
    behind = text[end:].strip()
    if behind == "%":
        return Bare(text[:end], percent=True, money=money)
    found = _unit(behind)
    if found is None:
        return Bare(text, money=money)
    scale, power, euros = found
    return Bare(text[:end], money=money or euros, scale=scale, power=power)


@lru_cache(maxsize=256)
def _unit(text: str) -> tuple[str, int, bool] | None:
    """The scale, its power of ten, and whether these are euros; None for what is no unit."""
    found = _UNIT.fullmatch(text)
    if found is None:
        return None
    scale = found["scale"] or ""
    power = _SCALES.get(scale.lower()) or _SCALES.get(scale.lower().rstrip("s"), 0)
    return scale, power, bool(found["money"])
