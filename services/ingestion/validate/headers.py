"""What a header cell, with those above it, stands for: a column of the feed, and maybe a period."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.feeds.own_parts import is_reminder
from services.ingestion.parse.rows import Cell
from services.ingestion.validate.column_spelling import spelled
from services.ingestion.validate.header_periods import HeaderPeriod, period_inside, whole_period
from services.ingestion.validate.qualifiers import qualifier
from services.ingestion.validate.scales import without_scale
from services.ingestion.words import header, plain, without_asides
from shared.domain.observation import Status

_LONGEST = 200
_COUNTED = {"nombre", "nombres", "nb", "nbre", "effectif", "effectifs", "en nombre", "en euros", "euros"}
_PERCENT = {"", "en", "part", "part en", "taux", "taux en", "pourcentage", "en pourcentage"}
# Titles that say nothing without the one above them: « Part Département » over « Montant » is not the State's share.
_GENERIC = {"total", "totaux", "ensemble", "montant", "montants", "valeur", "resultat", "credits", "amount", "value"}
_LETTER = re.compile(r"[^\W\d_]|%")


@dataclass(frozen=True, slots=True)
class Title:
    """The column of the feed that a header is, and the period that it states, if any. `alone`: a period, no measure.

    `unit`: the scale of its figures, `k€`; empty for plain euros, None where the header says nothing.
    """

    key: str
    period: str | None = None
    status: Status | None = None
    alone: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A header that is about this feed and cannot be read without guessing: an error with its sentence.

    `keys`: the columns that it may be.
    """

    code: str
    keys: tuple[str, ...]
    params: dict[str, Any] = field(default_factory=dict)


class Titles:
    """Headers of one feed. Each text is looked at once."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._content = frozenset(feed.content())
        self._measures = sorted({c for m in feed.measures for c in m.columns()} | ({"value"} & set(feed.columns)))
        self._keys: dict[str, str | None] = {}
        self._singles: dict[str, tuple[str, HeaderPeriod | None] | None] = {}
        self._read: dict[tuple[Cell, ...], Title | Doubt | None] = {}

    @cached_property
    def in_words(self) -> frozenset[str]:
        """Every title that the feed declares, in plain words."""
        return frozenset(plain(title) for column in self.feed.columns.values() for title in column.headers)

    @property
    def known(self) -> int:
        """How many texts were looked at."""
        return len(self._keys) + len(self._singles) + len(self._read)

    def key(self, text: Cell) -> str | None:
        """The column of one text alone, without parentheses, years and stars where that is needed."""
        if not isinstance(text, str) or len(text) > _LONGEST:
            return None
        if text not in self._keys:
            known = bool(text.strip()) and not is_reminder(text)
            asides = without_asides(text)
            self._keys[text] = (self.feed.key_of(header(text)) or self.feed.key_of(asides)) if known else None
        return self._keys[text]

    def is_content(self, key: str) -> bool:
        """Say whether a column holds what a row is about: figures, or what an entry must have."""
        return key in self._content

    def is_label(self, text: Cell) -> bool:
        """Say whether a text heads a column of places, names, periods or words."""
        key = self.key(text)
        return key is not None and self.feed.columns[key].kind is ColumnKind.text

    def is_unit(self, text: Cell) -> bool:
        """Say whether a text only tells a count from a percentage."""
        return isinstance(text, str) and len(text) <= _LONGEST and (_is_unit(text) or not without_scale(text)[0])

    def read(self, stack: tuple[Cell, ...]) -> Title | Doubt | None:
        """The title of a column from its header cells, the uppermost first; None: not of this feed."""
        if stack not in self._read:
            self._read[stack] = self._meant(stack)
        return self._read[stack]

    def _meant(self, stack: tuple[Cell, ...]) -> Title | Doubt | None:
        """The title with its scale; a doubt where the header adds something that would be lost."""
        split = [without_scale(part) if isinstance(part, str) else (part, None) for part in stack]
        units = list(dict.fromkeys(unit for _, unit in split if unit is not None))
        bare = tuple(part for (part, unit), whole in zip(split, stack, strict=True) if part or not (unit and whole))
        found = self._title(bare if any(units) else stack)
        if not isinstance(found, Title) or self.feed.columns[found.key].kind is ColumnKind.text:
            return found
        kinds = self.feed.period_kinds
        names = [t for t in bare if isinstance(t, str) and whole_period(t, kinds) is None and not _is_unit(t)]
        said = qualifier(names, found.key, self.feed) or (" ; ".join(units) if len(units) > 1 else "")
        if said:
            title = self.feed.columns[found.key].title
            return Doubt("header_qualified", (found.key,), {"said": said, "proposal": title})
        return replace(found, unit=units[0] if units else None)

    def spelled(self, text: str, present: Collection[str]) -> Title | Doubt | None:
        """The title of an unknown header that is like one of a column not `present`; a doubt where that is unsure."""
        if not text.strip() or len(text) > _LONGEST or is_reminder(text) or whole_period(text, []) is not None:
            return None
        bare, unit = without_scale(text)
        near = spelled(bare, self.feed, present)
        if near is None:
            return None
        key, certain = near
        title = self.feed.columns[key].title
        if not certain:
            return Doubt("column_unknown", (key,), {"proposal": title})
        if self.feed.columns[key].kind is not ColumnKind.text and (
            said := qualifier([bare], key, self.feed, self_named=True)
        ):
            return Doubt("header_qualified", (key,), {"said": said, "proposal": title})
        inside = period_inside(bare, self.feed.period_kinds)
        found = self._dated(key, [inside[1]] if inside else [])
        return replace(found, unit=unit) if isinstance(found, Title) else found

    def _title(self, stack: tuple[Cell, ...]) -> Title | Doubt | None:
        kinds = self.feed.period_kinds
        periods = [p for part in stack if (p := whole_period(part, kinds)) is not None]
        texts = [p for p in stack if isinstance(p, str)]
        # A line that numbers the columns, `(1)`, says nothing.
        names = [t for t in dict.fromkeys(texts) if _LETTER.search(t) and whole_period(t, kinds) is None]
        if any(is_reminder(t) or len(t) > _LONGEST for t in texts):
            return None
        if not names:
            return self._bare(periods) if periods else None
        found = self._named(names)
        if found is None or isinstance(found, Doubt):
            return found
        key, inside = found
        return self._dated(key, [*periods, *([inside] if inside else [])])

    def _bare(self, periods: list[HeaderPeriod]) -> Title | Doubt | None:
        """A header that is only a period: the figures of the one measure that the feed has."""
        if self.feed.shape is Shape.register:
            return None
        if len(self._measures) != 1 and self.feed.shape is Shape.wide:
            measures = ", ".join(self.feed.columns[key].title for key in self._measures[:3])
            return Doubt("period_without_measure", (), {"expected": measures})
        key = "value" if self.feed.shape is Shape.long else self._measures[0]
        dated = self._dated(key, periods)
        return Title(key, dated.period, dated.status, alone=True) if isinstance(dated, Title) else dated

    def _dated(self, key: str, periods: list[HeaderPeriod]) -> Title | Doubt:
        if not periods or self.feed.columns[key].kind is ColumnKind.text:
            return Title(key)
        first = periods[0]
        if fault := next((p.fault for p in periods if p.fault), None):
            return Doubt(fault.code, (key,), fault.params)
        if any(p.code != first.code for p in periods):
            return Doubt("two_periods_in_header", (key,))
        return Title(key, first.code, next((p.status for p in periods if p.status), None))

    def _named(self, names: list[str]) -> tuple[str, HeaderPeriod | None] | Doubt | None:
        """The column that one or several texts above each other name."""
        if len(names) == 1:
            return self._single(names[0])
        telling = [n for n in names if not _is_unit(n)]
        if not telling:
            return None
        if any(plain(n) in _PERCENT for n in names):
            return self._share(telling)
        if len(telling) == 1:
            return self._single(telling[0])
        joined = self._first([" ".join(telling), " ".join(reversed(telling))])
        bottom = self._single(telling[-1])
        if joined is None and bottom is not None and plain(telling[-1]) in _GENERIC:
            return self._unless_same(telling, bottom)
        return joined or bottom

    def _share(self, telling: list[str]) -> tuple[str, HeaderPeriod | None] | None:
        """The percentage of what the other texts name; never its count."""
        name, turned = " ".join(telling), " ".join(reversed(telling))
        return self._first([f"{word} {text}" for text in (name, turned, telling[-1]) for word in ("%", "Part", "Taux")])

    def _unless_same(
        self, telling: list[str], bottom: tuple[str, HeaderPeriod | None]
    ) -> tuple[str, HeaderPeriod | None] | Doubt:
        """A general title counts only under titles that name the same column."""
        if all(self.key(name) == bottom[0] for name in telling) or not self.is_content(bottom[0]):
            return bottom
        keys = tuple(dict.fromkeys(key for name in telling if (key := self.key(name)) is not None))
        return Doubt("header_two_readings", keys, {"proposal": ", ".join(dict.fromkeys(reversed(telling)))})

    def _first(self, texts: list[str]) -> tuple[str, HeaderPeriod | None] | None:
        return next((found for text in texts if (found := self._single(text)) is not None), None)

    def _single(self, text: str) -> tuple[str, HeaderPeriod | None] | None:
        """A column by one text, and the period inside it where it is not part of the column's own name."""
        if len(text) > _LONGEST:
            return None
        if text not in self._singles:
            self._singles[text] = self._look_up(text)
        return self._singles[text]

    def _look_up(self, text: str) -> tuple[str, HeaderPeriod | None] | None:
        exact = self.feed.key_of(header(text))
        if exact is not None:
            return exact, None
        inside = period_inside(text, self.feed.period_kinds)
        if inside is None:
            key = self.key(text)
            return None if key is None else (key, None)
        rest, period = inside
        key = self.key(rest) or self.key(text)
        return None if key is None else (key, period)


# By the identity of the feed, which cannot be hashed and is the same for every file until feeds are loaded again.
_of_feeds: dict[int, Titles] = {}
_MOST_FEEDS = 32
_MOST_TEXTS = 5_000


def titles_of(feed: Feed) -> Titles:
    """The headers of a feed with what earlier files taught: most senders write the same ones again."""
    titles = _of_feeds.get(id(feed))
    if titles is None or titles.feed is not feed or titles.known > _MOST_TEXTS:
        if len(_of_feeds) >= _MOST_FEEDS:
            _of_feeds.clear()
        titles = _of_feeds[id(feed)] = Titles(feed)
    return titles


def _is_unit(text: str) -> bool:
    return _LETTER.search(text) is not None and plain(text) in _COUNTED | _PERCENT
