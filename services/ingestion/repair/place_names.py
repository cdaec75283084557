"""Names of territories: which one a text is, also with one letter wrong, and which ones it may have meant."""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from services.ingestion.words import plain

_LINKS = re.compile(r"^(?:(?:de la|de l|des|du|de|d|le|la|les|l|region|departement|dept|dep|dpt)\s+)+")
# Abbreviations that stand for one word only.
_WORDS = {"st": "saint", "ste": "sainte", "ht": "haut", "hte": "haute", "hts": "hauts", "htes": "hautes"}
# Other names of one territory.
_ALIASES = {
    "grand lyon": "EPCI-200046977",
    "lyon metropole": "EPCI-200046977",
    "metropole du grand lyon": "EPCI-200046977",
    "paca": "REG-93",
    "provence alpes cote d azur": "REG-93",
}
# Words of tables, which are one letter away from a name and never mean it: `Marge` is no Marne.
_WORDS_OF_TABLES = """
    moyenne moyennes moyen mediane median part parts marge marges marche marches canal canaux somme sommes
    ecart ecarts evolution evolutions objectif objectifs cible cibles autre autres divers solde soldes reste
    restes national nationale regional regionale departemental global general ensemble total totaux cumul
    cumule hors dont sous effectif effectifs nombre nombres montant montants valeur valeurs taux pourcentage
    minimum maximum mini maxi rang source sources note notes annee annees mois date dates resultat resultats
    prevision previsions realise realises reel reels budget budgets credit credits depense depenses recette
    recettes charge charges vente ventes ligne lignes colonne colonnes texte filles garcons femmes hommes
    mixte
"""
_OF_TABLES = frozenset(_WORDS_OF_TABLES.split())
_SHORTEST = 5
_ALIKE = 0.7
_MOST_PROPOSED = 2


class PlaceNames:
    """The names of a catalogue, by what is left of them without case, accents, spaces and articles."""

    def __init__(self, names: Iterable[tuple[str, str]], known: Mapping[str, str]) -> None:
        """`names`: name and code, the preferred code of a name first. `known`: code -> name as people write it."""
        self._names: dict[str, str] = {}
        self._known = known
        pairs = [(plain(name), code) for name, code in names]
        aliases = [(name, code) for name, code in _ALIASES.items() if code in known]
        for name, code in [*pairs, *((_LINKS.sub("", name), code) for name, code in pairs), *aliases]:
            self._names.setdefault(_joined(name), code)

    def exact(self, words: str) -> str | None:
        """The code of a text that is a name, as `plain` leaves it, with or without its article."""
        for candidate in dict.fromkeys((words, _LINKS.sub("", words))):
            found = self._names.get(_joined(candidate)) or self._names.get(_joined(_in_full(candidate)))
            if found is not None:
                return found
        return None

    def misspelt(self, words: str) -> str | None:
        """The code of the only name that is one letter away: too many, too few, wrong or moved."""
        text = _joined(_LINKS.sub("", _in_full(words)))
        if len(text) < _SHORTEST or _is_of_tables(words):
            return None
        close = {code for name, code in self._names.items() if OSA.distance(text, name, score_cutoff=1) == 1}
        return close.pop() if len(close) == 1 else None

    def proposal(self, words: str) -> str:
        """The names nearest to a text, `Loire (DEPT-42) ou Loiret (DEPT-45)`; empty when none is near."""
        if _is_of_tables(words):
            return ""
        text = _joined(_LINKS.sub("", _in_full(words)))
        alike = [
            (OSA.distance(text, name), code)
            for name, code in self._names.items()
            if OSA.normalized_similarity(text, name, score_cutoff=_ALIKE) >= _ALIKE
        ]
        nearest = min(alike, default=(0, ""))[0]
        codes = list(dict.fromkeys(code for distance, code in alike if distance == nearest))
        return " ou ".join(f"{self._known[code]} ({code})" for code in codes[:_MOST_PROPOSED])


def _is_of_tables(words: str) -> bool:
    return not _OF_TABLES.isdisjoint((words, _LINKS.sub("", words), *words.split(" ")[:1]))


def _joined(words: str) -> str:
    return words.replace(" ", "")


def _in_full(words: str) -> str:
    return " ".join(_WORDS.get(word, word) for word in words.split(" "))
