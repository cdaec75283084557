"""Codes that say why there is no figure. Each keeps its own meaning; none of them is zero."""

import re

from services.ingestion.words import plain

# nd, nr: not known yet. ns: not significant. nc, s: secret. / and - : the question does not arise here.
_MEANINGS = {
    "missing_unknown": {
        "nd",
        "n/d",
        "nr",
        "n/r",
        "na",
        "n/a",
        "nan",
        "nsp",
        "…",
        ".",
        "..",
        "...",
        ":",
        "non disponible",
        "non disponibles",
        "indisponible",
        "donnee non disponible",
        "donnees non disponibles",
        "non renseigne",
        "non renseignee",
        "non renseignes",
        "nonrenseigne",
        "inconnu",
        "non connu",
        "en attente",
    },
    "missing_not_significant": {"ns", "n/s", "non significatif", "non significative"},
    "missing_secret": {"nc", "n/c", "s", "secret", "secret statistique", "non communique", "confidentiel"},
    "missing_not_concerned": {
        "/",
        "//",
        "///",
        "-",
        "--",
        "---",
        "–",
        "—",
        "so",
        "s/o",
        "sans objet",
        "non concerne",
        "non concernee",
        "non applicable",
    },
    "missing_blank": {"", "null", "none"},
}
_BY_TEXT = {text: meaning for meaning, texts in _MEANINGS.items() for text in texts}
_LONGEST = 30
_DOTS = re.compile(r"[.\s]+")


def missing_code(text: str) -> str | None:
    """The kind of missing that a text stands for; None when it is something else."""
    if len(text) > _LONGEST or text[:1].isdigit():
        return None
    lowered = " ".join(text.split()).casefold()
    if lowered in _BY_TEXT:
        return _BY_TEXT[lowered]
    if not any(c.isalpha() for c in lowered) or any(c.isdigit() for c in lowered):
        return None
    # n.d., N. D. and (nd) are nd; accents come and go.
    return _BY_TEXT.get(_DOTS.sub("", lowered)) or _BY_TEXT.get(plain(lowered))
