"""Codes that say why there is no figure. Each keeps its own meaning; none of them is zero."""

import re

# nd, nr: not known yet. ns: not significant. nc, s: secret. / and - : the question does not arise here.
_MEANINGS = {
    "missing_unknown": {
        "nd",
        "n/d",
        "nr",
        "n/r",
        "na",
        "n/a",
        "nsp",
        "non disponible",
        "non renseigné",
        "nonrenseigné",
    },
    "missing_not_significant": {"ns", "n/s", "non significatif"},
    "missing_secret": {"nc", "n/c", "s", "secret", "non communiqué"},
    "missing_not_concerned": {"/", "//", "///", "-", "–", "—", "so", "s/o", "sans objet", "non concerné"},
    "missing_blank": {"", "…", "null", "none"},
}
_BY_TEXT = {text: meaning for meaning, texts in _MEANINGS.items() for text in texts}
_DOTS = re.compile(r"[.\s]+")


def missing_code(text: str) -> str | None:
    """The kind of missing that a text stands for; None when it is something else."""
    lowered = " ".join(text.split()).casefold()
    if lowered in _BY_TEXT:
        return _BY_TEXT[lowered]
    return _BY_TEXT.get(_DOTS.sub("", lowered))
