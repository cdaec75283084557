"""Refuse a file with columns or numbers about persons. Its content is then neither repeated, stored nor logged."""

import re
from collections.abc import Collection, Sequence

from services.ingestion.parse.rows import Broken, FileRefusedError, Sheet
from services.ingestion.repair.social_security import caf_number, solid_nir, spaced_nir
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.validate.personal_headers import is_file_of_a_person, is_of_amounts, is_personal, is_reachable
from services.ingestion.words import plain

_BELOW = 60
_TOP = 100
_MOST_KEPT = 50_000
_NAMES = frozenset({"nom", "noms", "name", "names", "nom s"})
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE)
_TELEPHONE = re.compile(r"^(?:\+?33|0)\s?[1-9](?:[ .-]?[0-9]{2}){4}$")
# A NIR has 13 digits, 15 with its key.
_SMALLEST, _LARGEST = 10**12, 10**15


def refuse_persons(sheets: Sequence[Sheet], gazetteer: Gazetteer, titles: Collection[str] = ()) -> None:
    """Raise FileRefusedError (person_level_columns) with the place of the first header or number found.

    Every cell of every sheet is looked at, hidden ones and those that no feed would read included. `titles`: those of
    the feed, in plain words, of which `name` may be one: the name of a call is no person's.
    """
    names = _NAMES.difference(titles)
    harmless: set[str] = set()
    for sheet in sheets:
        looker = _Looker(sheet, gazetteer, names)
        for position, row in enumerate(sheet.rows):
            for index, cell in enumerate(row.cells):
                if isinstance(cell, str):
                    if cell in harmless:
                        continue
                    found = looker.text(cell, position, index)
                    if not found and len(cell) <= 100 and len(harmless) < _MOST_KEPT and looker.needs_no_other(cell):
                        harmless.add(cell)
                elif isinstance(cell, int | float):
                    found = _SMALLEST <= cell < _LARGEST and looker.number(cell, position, index)
                else:
                    continue
                if found:
                    raise FileRefusedError("person_level_columns", {}, sheet.name, row.number)


class _Looker:
    """Cells of one sheet, with what stands above and below them."""

    def __init__(self, sheet: Sheet, gazetteer: Gazetteer, names: Collection[str]) -> None:
        self._rows = sheet.rows
        self._names = names
        self._gazetteer = gazetteer
        self._titles_of: dict[int, list[tuple[int, str]]] = {}

    def needs_no_other(self, text: str) -> bool:
        """Say whether a text means the same wherever it stands."""
        return not solid_nir(text.strip()) and not (
            len(text) <= 80
            and not text.isdecimal()
            and (plain(text) in self._names or is_reachable(text) or is_file_of_a_person(text))
        )

    def text(self, text: str, position: int, index: int) -> bool:
        """Say whether a text is about persons where it stands."""
        if text.isdecimal() and len(text) < 13:
            return False
        bare = text.strip()
        if solid_nir(bare):
            return self._is_person(bare, position, index)
        if len(bare) >= 13 and spaced_nir(bare):
            return True
        if is_personal(bare):
            return True
        if self._repeats_above(text, position, index):
            return False  # a label of rows, no title
        if len(bare) <= 10 and plain(bare) in self._names:
            return self._heads_names(position, index)
        if is_reachable(bare):
            return any(_EMAIL.match(t) or _TELEPHONE.match(t) for t in self._below(position, index))
        return is_file_of_a_person(bare) and any(caf_number(t) for t in self._below(position, index))

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
        """A column headed just `Nom` holds persons unless most of what stands below are territories."""
        texts = [t for t in self._below(position, index) if any(map(str.isalpha, t)) and not t.startswith("#")]
        return bool(texts) and sum(self._gazetteer.knows(t) for t in texts) * 2 <= len(texts)
