"""How headers, names and codes are compared: without case, accents, punctuation or extra spaces."""

import re
import unicodedata
from functools import lru_cache

_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_ASIDE = re.compile(r"\([^)]*\)|\b(?:19|20)\d{2}\b|\*+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
# What names and titles reach; longer texts are never asked twice and would fill the memory.
_LONGEST_KEPT = 200


def plain(text: str) -> str:
    """`Pris en charge (référentiel)` becomes `pris en charge referentiel`."""
    return _plain_kept(text) if len(text) <= _LONGEST_KEPT else _plain(text)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    return _PUNCTUATION.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


_plain_kept = lru_cache(maxsize=8192)(_plain)


def header(text: str) -> str:
    """The same for a column title, where a % sign means another column: `CER signés %` and `% CER signés` are one."""
    percent = "%" in text
    return ("% " if percent else "") + plain(text)


def without_asides(text: str) -> str:
    """A title without parentheses, years and stars, which come and go: `Montant 2021 (part État)*`."""
    return ("% " if "%" in text else "") + plain(_ASIDE.sub(" ", text))
