"""Cells that look like persons whatever their column: their names, or the day they were born."""

import re

from services.ingestion.words import plain

_LONGEST = 60
_CAPITALS = r"[A-ZÀ-ÖØ-Þ]{2,}(?:[-'’][A-ZÀ-ÖØ-Þ]{2,})*"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[-'’][A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+)*"
_LINK = r"(?:(?:de|du|des|la|le|van|von|ben|el|d['’])\s*)*"
_NAME = re.compile(
    rf"^(?:(?:M|Mme|Mlle|Mr)\.?\s+)?{_LINK}(?:(?:{_CAPITALS}\s+)+{_CAPITALISED}|{_CAPITALISED}(?:\s+{_CAPITALS})+|"
    rf"{_CAPITALISED}(?:\s+{_LINK}{_CAPITALISED})+)(?:\s+{_CAPITALISED})*$"
)
# Words of services, places and tables: `MDS Nord` and `Mission Locale` are nobody.
_WORDS_OF_NOBODY = """
    mds mda mdr cd cg caf msa ccas cias epci udaf ars ase pmi ut utas utams cms dd ddets dreets dt dtpas crij
    ml plie pole pay pays nord sud est ouest centre mission missions locale locales foyer foyers maison
    maisons centres service services association associations unite unites territoire territoires departement
    region commune communes canton cantons quartier metropole agglomeration communaute secteur secteurs site
    sites antenne direction conseil ville action actions projet projets structure structures organisme
    etablissement institut ecole college lycee hopital total sous ensemble dont autres emploi travail france
    solidarite solidarites insertion jeunesse logement habitat garantie contrat dispositif programme plan
    appel type niveau tranche public publics nouveau nouveaux
"""
_OF_NOBODY = frozenset(_WORDS_OF_NOBODY.split())
_MONTHS = r"(?:janv|f[ée]v|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)[a-zéû]*\.?"
_BORN = re.compile(
    rf"\bn[ée]e?(?:\(e\)|\.e)? le ?:? ?[0-9]{{1,2}}(?:er)?(?: ?[/.-] ?[0-9]{{1,2}} ?[/.-] ?| {_MONTHS} )[0-9]{{2,4}}\b",
    re.IGNORECASE,
)


def looks_like_a_name(text: str) -> bool:
    """Say whether a text is written as persons are: `DURAND Marie`, `Marie Durand`."""
    if len(text) > _LONGEST or not _NAME.match(text):
        return False
    return _OF_NOBODY.isdisjoint(plain(text).split())


def tells_a_birth(text: str) -> bool:
    """Say whether a text tells when somebody was born: `née le 3 mars 2003`."""
    # Spaces one by one: many of them in a row would take long to look at.
    low = text.lower()
    if "né" not in low and "ne le" not in low and "nee le" not in low:
        return False
    return bool(_BORN.search(" ".join(text.split())))
