"""A past instant as people ask for it: what was known at the end of a day, or at an instant. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from shared.domain.french import PARIS

EXPECTED = "a day such as 2021-03-31 (its end, in Paris) or an instant with its offset, 2021-03-31T10:00:00+02:00"
_END = time(23, 59, 59, 999999)
# A + that was not escaped in an address arrives as a space.
_SPACED = re.compile(r"^(\S+T\S+) (\d{2}:?\d{2})$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Seen:
    """The instant that an answer is about. `text`: as it was asked, for links that keep it."""

    text: str
    at: datetime

    @property
    def whole_day(self) -> bool:
        """Say whether a day was asked, and not an instant of it."""
        return _DAY.match(self.text) is not None


def written(text: str) -> str:
    """The text as it is understood; raises ValueError naming the accepted forms."""
    kept = _SPACED.sub(r"\1+\2", text.strip())
    instant_of(kept)
    return kept


def instant_of(text: str) -> datetime:
    """The instant that a text means: a day stands for its last microsecond in Paris. Raises ValueError."""
    try:
        if _DAY.match(text):
            return end_of(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not an instant; expected {EXPECTED}"
        raise ValueError(msg) from error
    if instant.tzinfo is None:
        msg = f"{text!r} has no offset; expected {EXPECTED}"
        raise ValueError(msg)
    return instant


def seen(text: str, now: datetime) -> Seen:
    """What was known by then. Today means now, its end being still to come; raises ValueError for a later instant."""
    at = instant_of(text)
    if at == end_of(now.astimezone(PARIS).date()):
        at = now
    if at > now:
        msg = f"{text!r} is in the future; nobody knows what will be known then"
        raise ValueError(msg)
    return Seen(text, at)


def end_of(day: date) -> datetime:
    """The last microsecond of a day in Paris."""
    return datetime.combine(day, _END, PARIS)
