"""Periods in words -> codes: `janv 20`, `1er trimestre 2021`, `4t2021`. Texts come as `plain` leaves them."""

import re

from services.ingestion.repair.days import existing_day

# `jui` alone is June or July.
_MONTHS = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "feb", "february"),
    ("mars", "mar", "march"),
    ("avril", "avr", "apr", "april"),
    ("mai", "may"),
    ("juin", "jun", "june"),
    ("juillet", "juil", "jul", "july"),
    ("aout", "aou", "aug", "august"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_RANKS = {"premier": "1", "deuxieme": "2", "second": "2", "troisieme": "3", "quatrieme": "4", "dernier": "4"}
_LEAD = re.compile(r"^(?:situation |donnees |etat |arrete )?(?:annee|exercice|an|en|au|le|mois|mois de|du|periode) ")
_RANK = re.compile(r"^(?:le )?(premier|deuxieme|second|troisieme|quatrieme)(?= (?:trim|sem))")
# Two digits are a year of this century, up to 2049.
_Y = r"([0-9]{4}|[0-4][0-9])"
_QUARTER = (
    re.compile(rf"^(?:t|q|trim|trimestre) ?([1-4]) {_Y}$"),
    re.compile(rf"^([1-4]) ?(?:t|q) ?{_Y}$"),
    re.compile(rf"^([1-4]) ?(?:er|e|eme|ere|nd|nde)? ?(?:trim|trimestre) (?:de |d )?{_Y}$"),
)
_HALF = (
    re.compile(rf"^(?:s|sem|semestre) ?([12]) {_Y}$"),
    re.compile(rf"^([12]) ?s ?{_Y}$"),
    re.compile(rf"^([12]) ?(?:er|e|eme|ere|nd|nde)? ?(?:sem|semestre) (?:de |d )?{_Y}$"),
)
_YEAR_QUARTER = re.compile(r"^([0-9]{4}) ?(?:t|q|trim|trimestre) ?([1-4])$")
_YEAR_HALF = re.compile(r"^([0-9]{4}) ?(?:s|sem|semestre) ?([12])$")
_MONTH_YEAR = re.compile(rf"^(?:mois de )?([a-z]{{3,9}}) ?{_Y}$")
_YEAR_MONTH = re.compile(r"^([0-9]{4}) ([a-z]{3,9})$")
_DAY_MONTH_YEAR = re.compile(r"^([0-9]{1,2}) ?(?:er)? ([a-z]{3,9}) ([0-9]{4})$")
_FIGURES = re.compile(r"^([0-9]{1,2}) ([0-9]{4})$")
_FIGURES_TURNED = re.compile(r"^([0-9]{4}) ([0-9]{1,2})$")
_YEAR = re.compile(r"^[0-9]{4}$")


def in_words(text: str) -> str | None:
    """The code of a period in words or with its month in figures; raises UnreadableError for an impossible day."""
    bare = _LEAD.sub("", text)
    bare = _RANK.sub(lambda m: _RANKS[m[1]], bare)
    if bare != text and _YEAR.match(bare):
        return bare  # `annee 2020`
    for letter, patterns in (("Q", _QUARTER), ("S", _HALF)):
        if m := next((m for p in patterns if (m := p.match(bare))), None):
            return f"{_year(m[2])}-{letter}{m[1]}"
    if m := _YEAR_QUARTER.match(bare):
        return f"{m[1]}-Q{m[2]}"
    if m := _YEAR_HALF.match(bare):
        return f"{m[1]}-S{m[2]}"
    if m := _MONTH_YEAR.match(bare):
        return _of_month(_MONTH.get(m[1], 0), _year(m[2]))
    if m := _YEAR_MONTH.match(bare):
        return _of_month(_MONTH.get(m[2], 0), m[1])
    if m := _FIGURES.match(bare):
        return _of_month(int(m[1]), m[2])
    if m := _FIGURES_TURNED.match(bare):
        return _of_month(int(m[2]), m[1])
    if m := _DAY_MONTH_YEAR.match(bare):
        word = m[2]
        return existing_day(int(m[3]), _MONTH.get(word, 0), int(m[1]), lambda meant: f"{meant.day} {word} {meant.year}")
    return None


def _year(written: str) -> str:
    return written if len(written) == 4 else f"20{written}"


def _of_month(month: int, year: str) -> str | None:
    return f"{year}-{month:02d}" if 1 <= month <= 12 and year[0] in "12" else None
