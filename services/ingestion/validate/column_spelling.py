"""Headers with a letter wrong: one letter from one missing column is read and said, further is asked."""

import re
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel

from services.ingestion.feeds.model import Feed
from services.ingestion.words import without_asides

_SHORTEST = 6
_SHORTEST_AT_TWO = 8
_LIKE = 0.8


def spelled(text: str, feed: Feed, present: Collection[str]) -> tuple[str, bool] | None:
    """The column that a header probably is and whether that is certain; None when it is like none that is missing."""
    said = without_asides(text)
    if len(said.replace(" ", "")) < _SHORTEST:
        return None
    titles = _titles(tuple((key, tuple(column.headers)) for key, column in feed.columns.items()))
    near = [(OSA.distance(said, title, score_cutoff=2), title, key) for title, key in titles if _alike(said, title)]
    one = {key for distance, _, key in near if distance <= 1}
    if len(one) == 1 and (key := next(iter(one))) not in present:
        return key, True
    content = set(feed.content()) - set(present)
    close = [
        (distance, -Indel.normalized_similarity(said, title), key)
        for distance, title, key in near
        if key in content
        and ((distance <= 2 and len(said) >= _SHORTEST_AT_TWO) or Indel.normalized_similarity(said, title) >= _LIKE)
    ]
    return (min(close)[2], False) if close else None


def _alike(said: str, title: str) -> bool:
    """A digit or a % sign is never a slip: `en 1 mois` and `en 2 mois` are two columns."""
    return re.findall(r"\d+|%", said) == re.findall(r"\d+|%", title)


@lru_cache(maxsize=32)
def _titles(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> list[tuple[str, str]]:
    return [(without_asides(title), key) for key, headers in columns for title in headers]
