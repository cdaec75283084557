"""Numbers and names that no longer stand for one territory of ours, or never did: each with what to write instead."""

from services.ingestion.repair.outcome import UnreadableError

# What each former region belongs to since 2016. Its figures are not those of the wider one.
_FORMER = {
    "21": ("Champagne-Ardenne", "REG-44"),
    "22": ("Picardie", "REG-32"),
    "23": ("Haute-Normandie", "REG-28"),
    "25": ("Basse-Normandie", "REG-28"),
    "26": ("Bourgogne", "REG-27"),
    "31": ("Nord-Pas-de-Calais", "REG-32"),
    "41": ("Lorraine", "REG-44"),
    "42": ("Alsace", "REG-44"),
    "43": ("Franche-Comté", "REG-27"),
    "54": ("Poitou-Charentes", "REG-75"),
    "72": ("Aquitaine", "REG-75"),
    "73": ("Midi-Pyrénées", "REG-76"),
    "74": ("Limousin", "REG-75"),
    "82": ("Rhône-Alpes", "REG-84"),
    "83": ("Auvergne", "REG-84"),
    "91": ("Languedoc-Roussillon", "REG-76"),
}
_BY_NAME = {
    "champagne ardenne": "21",
    "picardie": "22",
    "haute normandie": "23",
    "basse normandie": "25",
    "bourgogne": "26",
    "nord pas de calais": "31",
    "lorraine": "41",
    "alsace": "42",
    "franche comte": "43",
    "poitou charentes": "54",
    "aquitaine": "72",
    "midi pyrenees": "73",
    "limousin": "74",
    "rhone alpes": "82",
    "auvergne": "83",
    "languedoc roussillon": "91",
}
_ALSACE = {"cea", "collectivite europeenne d alsace", "collectivite europeenne alsace", "departement d alsace"}
CORSICA = {"DEPT-2A": "2A (Corse-du-Sud)", "DEPT-2B": "2B (Haute-Corse)"}


def refuse_former_region(number: str) -> None:
    """Raise UnreadableError (former_region) for the number of a region of before 2016."""
    if number in _FORMER:
        former, region = _FORMER[number]
        raise UnreadableError("former_region", {"former": former, "region": region})


def refuse_old_corsica() -> None:
    """Raise UnreadableError: 20 is two departments since 1976."""
    raise UnreadableError("unknown_territory", {"proposal": " ou ".join(CORSICA.values())})


def refuse_alsace() -> None:
    """Raise UnreadableError (territory_to_split): its two departments are watched apart."""
    raise UnreadableError("territory_to_split", {"proposal": "67 (Bas-Rhin) et 68 (Haut-Rhin)"})


def refuse_former_name(words: str, *, departments: bool) -> None:
    """Raise UnreadableError for a name that is no longer one territory; `departments`: bare names are theirs."""
    if words in _ALSACE or (departments and words == "alsace"):
        refuse_alsace()
    if words in _BY_NAME:
        refuse_former_region(_BY_NAME[words])
