"""Refuse a file with columns or numbers about persons. Its content is then neither repeated, stored nor logged."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from services.ingestion.parse.rows import Broken, FileRefusedError, Sheet, column_letters
from services.ingestion.repair.social_security import caf_number, solid_nir, spaced_nir
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.validate.personal_headers import (
    is_a_person,
    is_file_of_a_person,
    is_file_of_the_caf,
    is_of_amounts,
    is_of_places,
    is_personal,
    kind_of_title,
)
from services.ingestion.validate.personal_texts import looks_like_a_name, tells_a_birth
from services.ingestion.words import plain

_BELOW = 60
_TOP = 100
_MOST_KEPT = 50_000
_NAMES = frozenset({"nom", "noms", "name", "names", "nom s"})
_SEVEN_DIGITS = re.compile(r"^[0-9]{7}(?:\.0)?$")
# What was found, as the refusal says it in French and in English.
_SAID = {
    "social_security": ("numéro de sécurité sociale", "social security number"),
    "names": ("noms de personnes", "names of persons"),
    "birth": ("naissance", "birth"),
    "beneficiary": ("numéro d'allocataire ou de dossier", "number of a beneficiary or of a file"),
}
# A NIR has 13 digits, 15 with its key.
_DIGITS = 13
_SMALLEST, _LARGEST = 10**12, 10**15


def refuse_persons(sheets: Sequence[Sheet], gazetteer: Gazetteer, titles: Collection[str] = ()) -> None:
    """Raise FileRefusedError (person_level_columns) with the place and kind of the first cell found, not its content.

    Every cell of every sheet is looked at, hidden ones and those that no feed would read included. `titles`: those of
    the feed, in plain words, of which `name` may be one: the name of a call is no person's.
    """
    names = _NAMES.difference(titles)
    # A file repeats most of its texts, and those that mean the same everywhere are looked at once.
    harmless: set[object] = set()
    for sheet in sheets:
        looker = _Looker(sheet, gazetteer, names)
        for position, row in enumerate(sheet.rows):
            for index, cell in enumerate(row.cells):
                if isinstance(cell, str):
                    if cell in harmless or (len(cell) < _DIGITS and cell.isdecimal()):
                        continue
                    if len(cell) <= 100 and len(harmless) < _MOST_KEPT and _is_harmless(cell, names):
                        harmless.add(cell)
                        continue
                    found = looker.text(cell, position, index)
                elif isinstance(cell, int | float):
                    inside = _SMALLEST <= cell < _LARGEST
                    found = "social_security" if inside and looker.number(cell, position, index) else ""
                else:
                    continue
                if found:
                    raise _refusal(found, sheet, row.number, index)


def _refusal(kind: str, sheet: Sheet, row: int, index: int) -> FileRefusedError:
    place = f"{column_letters(index)}{row}"
    french, english = _SAID[kind]
    cell = f"{sheet.name}!{place}" if sheet.name else place
    params = {"cell": cell, "kind": french, "kind_in_english": english}
    return FileRefusedError("person_level_columns", params, sheet.name, row)


# Headers come back with every file.
@lru_cache(maxsize=4096)
def _is_harmless(text: str, names: frozenset[str]) -> bool:
    """Say whether a text is about no person wherever it stands."""
    bare = text.strip()
    if solid_nir(bare) or _about_persons(bare):
        return False
    heads = plain(bare) in names or is_file_of_a_person(bare) or is_a_person(bare) or is_file_of_the_caf(bare)
    return text.isdecimal() or not heads


def _about_persons(bare: str) -> str:
    """The kind of a text that is about persons wherever it stands; empty for the others."""
    if len(bare) >= _DIGITS and spaced_nir(bare):
        return "social_security"
    if tells_a_birth(bare):
        return "birth"
    return kind_of_title(bare) if is_personal(bare) else ""


class _Looker:
    """Cells of one sheet, with what stands above and below them."""

    def __init__(self, sheet: Sheet, gazetteer: Gazetteer, names: Collection[str]) -> None:
        self._rows = sheet.rows
        self._names = names
        self._gazetteer = gazetteer
        self._titles_of: dict[int, list[tuple[int, str]]] = {}

    def text(self, text: str, position: int, index: int) -> str:
        """What a text says of persons where it stands, a kind; empty when nothing."""
        bare = text.strip()
        if solid_nir(bare):
            return "social_security" if self._is_person(bare, position, index) else ""
        if found := _about_persons(bare):
            return found
        if self._repeats_above(text, position, index):
            return ""  # a label of rows, no title
        if len(bare) <= 10 and plain(bare) in self._names:
            return "names" if self._heads_names(position, index) else ""
        if not (is_a_person(bare) or is_file_of_a_person(bare) or is_file_of_the_caf(bare)):
            return ""
        below = self._below(position, index)
        if is_a_person(bare) and self._are_names(below):
            return "names"
        if is_file_of_a_person(bare) and any(caf_number(t) for t in below):
            return "beneficiary"
        if is_file_of_the_caf(bare) and any(caf_number(t) or _SEVEN_DIGITS.match(t) for t in below):
            return "beneficiary"
        return ""

    def _repeats_above(self, text: str, position: int, index: int) -> bool:
        above = self._rows[position - 1].cells if position else []
        return index < len(above) and above[index] == text

    def number(self, number: float, position: int, index: int) -> bool:
        """Say whether a number is a NIR where it stands."""
        if number != int(number):
            return False
        text = str(int(number))
        return solid_nir(text) and self._is_person(text, position, index)

    def _is_person(self, digits: str, position: int, index: int) -> bool:
        """With its key, a NIR for certain; without, unless its column is one of amounts."""
        if len(digits) == 15:
            return True
        return not any(n < position and is_of_amounts(title) for n, title in self._titles(index))

    def _titles(self, index: int) -> list[tuple[int, str]]:
        """Texts with letters at the top of a column, with their rows."""
        if index not in self._titles_of:
            top = [(n, r.cells[index]) for n, r in enumerate(self._rows[:_TOP]) if index < len(r.cells)]
            self._titles_of[index] = [(n, c) for n, c in top if isinstance(c, str) and any(map(str.isalpha, c))]
        return self._titles_of[index]

    def _below(self, position: int, index: int) -> list[str]:
        cells = [r.cells[index] for r in self._rows[position + 1 : position + _BELOW] if index < len(r.cells)]
        return [" ".join(str(c).split())[:100] for c in cells if c not in (None, "") and not isinstance(c, Broken)]

    def _heads_names(self, position: int, index: int) -> bool:
        """A column headed just `Nom` holds persons unless most of what stands below are territories.

        Beside a column of territories it holds labels of rows, unless they look like persons.
        """
        below = self._below(position, index)
        if self._has_places(position, index):
            return self._are_names(below)
        texts = _in_letters(below)
        return bool(texts) and sum(self._gazetteer.knows(t) for t in texts) * 2 <= len(texts)

    def _are_names(self, below: Sequence[str]) -> bool:
        """Say whether most of these texts look like names of persons."""
        texts = _in_letters(below)
        return sum(looks_like_a_name(t) and not self._gazetteer.knows(t) for t in texts) * 2 > len(texts)

    def _has_places(self, position: int, index: int) -> bool:
        """Say whether a column beside this one holds territories and says so."""
        for other, title in enumerate(self._rows[position].cells):
            if other == index or not isinstance(title, str) or not is_of_places(title):
                continue
            below = self._below(position, other)
            if below and sum(self._gazetteer.knows(t) for t in below) * 2 > len(below):
                return True
        return False


def _in_letters(texts: Sequence[str]) -> list[str]:
    return [t for t in texts if any(map(str.isalpha, t)) and not t.startswith("#")]
