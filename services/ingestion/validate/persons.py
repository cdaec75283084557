"""Refuse a file with columns or numbers about persons. Its content is then neither repeated, stored nor logged."""

import re
from collections.abc import Sequence

from services.ingestion.parse.rows import Cell, FileRefusedError, Sheet
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.words import plain

_HEADERS = frozenset(
    """nir|nss|n secu|numero secu|no secu|numero de securite sociale|n de securite sociale|no de securite sociale|
    numero securite sociale|prenom|prenoms|prenom s|prenom usuel|nom prenom|nom prenoms|nom et prenom|prenom nom|
    nom et prenoms|nom de famille|nom de naissance|nom d usage|nom usuel|nom patronymique|nom marital|
    nom de jeune fille|nom du beneficiaire|nom beneficiaire|nom du jeune|nom de l allocataire|nom de l usager|
    date de naissance|date naissance|ddn|ne le|nee le|ne e le|lieu de naissance|commune de naissance|
    numero allocataire|numero d allocataire|n allocataire|no allocataire|matricule allocataire|first name|last name|
    firstname|lastname|surname|birth date|birthdate|date of birth""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
# Sex, year, month (or the codes of civil status), department, commune, rank, key. A SIRET has 14 digits, a SIREN 9.
_NIR = re.compile(r"^[1278]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{3}\d{3}(?:\d{2})?$")
_BLANKS = re.compile(r"[\s\u00a0\u202f.-]+")


def refuse_persons(sheets: Sequence[Sheet], gazetteer: Gazetteer) -> None:
    """Raise FileRefusedError (person_level_columns) with the place of the first header or number found.

    Every cell of every sheet is looked at, hidden ones and those that no feed would read included.
    """
    for sheet in sheets:
        for position, row in enumerate(sheet.rows):
            for index, cell in enumerate(row.cells):
                if _is_nir(cell) or _is_header(cell) or _is_column_of_names(cell, sheet, position, index, gazetteer):
                    raise FileRefusedError("person_level_columns", {}, sheet.name, row.number)


def _is_header(cell: Cell) -> bool:
    return isinstance(cell, str) and 2 < len(cell) <= 45 and plain(cell) in _HEADERS


def _is_nir(cell: Cell) -> bool:
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, float):
        return cell.is_integer() and cell >= 1e12 and bool(_NIR.match(str(int(cell))))
    text = str(cell)
    return 13 <= len(text) <= 25 and text[0].isdigit() and bool(_NIR.match(_BLANKS.sub("", text.upper())))


def _is_column_of_names(cell: Cell, sheet: Sheet, position: int, index: int, gazetteer: Gazetteer) -> bool:
    """A column headed just `Nom` holds persons unless most of what stands below are territories."""
    if not isinstance(cell, str) or len(cell) > 10 or plain(cell) not in ("nom", "noms"):
        return False
    below = [r.cells[index] for r in sheet.rows[position + 1 : position + 60] if index < len(r.cells)]
    texts = [str(c) for c in below if c not in (None, "")]
    return bool(texts) and sum(gazetteer.knows(t) for t in texts) * 2 <= len(texts)
