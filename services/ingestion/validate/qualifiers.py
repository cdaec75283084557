"""Words beside a title that make it another figure: `Montant (objectif)`, `Filles` above `Jeunes devenus majeurs`."""

import re
from collections.abc import Sequence

from services.ingestion.feeds.model import Feed
from services.ingestion.validate.header_periods import period_inside, whole_period
from services.ingestion.words import header, plain, without_asides

_ASIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
_HARMLESS = frozenset(
    {
        "p", "sd", "e", "d", "r", "en", "nombre", "nombres", "nb", "nbre", "effectif", "effectifs", "euros", "eur",
        "pourcentage", "taux", "part", "provisoire", "provisoires", "estime", "definitif", "donnees", "resultat",
        "realise", "realises", "total",
    }
)  # fmt: skip
_NOTES = ("source", "note", "cf", "voir", "col")
_LEADS = frozenset(["", "au", "en", "situation", "situation au", "annee", "exercice", "pour", "donnees", "au titre de"])
_QUALIFYING = re.compile(
    r"\b(?:objectifs?|cibles?|prevu(?:e?s?)|previsions?|previsionnel(?:le)?s?|attendu(?:e?s?)|projections?|filles?"
    r"|garcons?|hommes?|femmes?|masculin|feminin|sexe|n 1|precedente?s?|moyennes?|moyen|medianes?"
    r"|cumul(?:e?s?)|semestr\w+|trimestr\w+|mensuel\w*|dont|age|ans|mineurs?|hors|ecart|evolution|variation|brouillon|modele|exemple"
    r"|cofinancements?|part (?!(?:de l )?etat\b)[a-z]\w*|budget previsionnel)\b"
)
_OF_A_SHEET = re.compile(
    r"\b(?:objectifs?|cibles?|previsions?|previsionnel(?:le)?s?|filles?|garcons?|hommes?|femmes?|n 1|brouillons?"
    r"|anciens?|anciennes?|modeles?|exemples?)\b"
)


def sets_apart(sheet_name: str) -> str:
    """The word by which a sheet says that its figures are others, `Objectifs`; empty when it says nothing so."""
    found = _OF_A_SHEET.search(plain(sheet_name))
    return found[0] if found else ""


def qualifier(names: Sequence[str], key: str, feed: Feed, *, self_named: bool = False) -> str:
    """What the texts of a header add to the title of a column, and would be lost; empty when they add nothing.

    `self_named`: the texts are the title, though not spelled as one.
    """
    own = {word for title in feed.columns[key].headers for word in plain(title).split()}
    for text in names:
        if feed.key_of(header(text)) is not None:
            continue
        if self_named or feed.key_of(without_asides(text)) == key:
            for aside in _ASIDE.findall(text):
                if not _is_harmless(aside, key, feed, own):
                    return str(aside)
        for found in _QUALIFYING.finditer(plain(text)):
            if not set(found[0].split()) <= own:
                return text
    return ""


def _is_harmless(aside: str, key: str, feed: Feed, own: set[str]) -> bool:
    said = plain(aside)
    words = said.split()
    if not words or said.isdigit() or words[0] in _NOTES or feed.key_of(said) == key:
        return True
    if whole_period(aside.strip(), feed.period_kinds) is not None:
        return True
    inside = period_inside(aside, feed.period_kinds)
    if inside is not None:
        return plain(inside[0]) in _LEADS
    return all(word in _HARMLESS or (word in own and not word.isdigit()) for word in words)
