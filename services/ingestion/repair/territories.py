"""Cells -> typed territory codes. Names are never join keys, but a name that is exactly one territory is accepted."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from services.ingestion.feeds.model import Feed
from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import UnreadableError, refuse_long
from services.ingestion.words import plain
from shared.domain.territory import Level, TerritoryTree, is_code

_TYPED = re.compile(r"^(NAT|REG|DEPT?|EPCI)[-_ ]?([0-9A-Z]{1,9})$", re.IGNORECASE)
_BARE = re.compile(r"^(\d{1,3}|2[AB]|69[DM]|6AE|FR)$", re.IGNORECASE)
_FLOAT = re.compile(r"^(\d{1,9})[.,]0+$")
_SIREN = re.compile(r"^\d{3}[ \u00a0\u202f]?\d{3}[ \u00a0\u202f]?\d{3}$")
_CODE_AND_NAME = re.compile(r"^(\d{2,3}|2[ABab]|69[DM])\s*[-–:.]?\s+(.{3,})$")
_NAME_AND_CODE = re.compile(r"^(.{3,}?)\s*\((\d{2,3}|2[ABab]|69[DM])\)$")
_COUNCIL = re.compile(r"^(?:cd|conseil departemental|conseil general|departement)\b\s*")
_LINKS = re.compile(r"^(?:(?:de la|de l|des|du|de|d|le|la|les|l|region|departement|dept)\s+)+")
_PREFIX = {Level.country: "NAT", Level.region: "REG", Level.department: "DEPT", Level.metropole: "EPCI"}


class Line(StrEnum):
    """What a row says of itself. council: the department's own share inside a group of rows about it."""

    plain = "plain"
    council = "council"
    total = "total"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs. `code` is empty for a total, and for a council row that names no department."""

    code: str
    line: Line = Line.plain
    repair: str | None = None


class Gazetteer:
    """Names and codes of the catalogue as one feed reads them."""

    def __init__(self, tree: TerritoryTree, feed: Feed) -> None:
        self._tree = tree
        self._bare = feed.bare_code
        self._levels = feed.levels
        self._names: dict[str, str] = {}
        # A name of two levels (Guadeloupe) is the level that the feed's bare codes stand for.
        for t in sorted(tree.all(), key=lambda t: (t.level is not feed.bare_code, t.level not in feed.levels)):
            self._names.setdefault(plain(t.name), t.code)

    def find(self, code_cell: Cell, name_cell: Cell) -> Place | None:
        """Where a row belongs, from its code and name cells; None when both are blank. Raises UnreadableError."""
        first, second = _text(code_cell), _text(name_cell)
        if not first and not second:
            return None
        if not first:
            return self._find(second)
        place = self._find(first)
        if second:
            place = self._confirmed(place, second)
        return place

    def _confirmed(self, place: Place, name: str) -> Place:
        """The code with what the name beside it adds; a name that is another territory is a contradiction."""
        try:
            named = self._find(name)
        except UnreadableError:
            return place  # free text beside a code: a label of the sender's own
        if named.line is Line.council and place.line is Line.plain and named.code in ("", place.code):
            return Place(place.code, Line.council, place.repair)
        if named.line is Line.total or named.code in ("", place.code) or place.line is Line.total:
            return place
        if self._tree.covers(place.code, named.code):
            return named  # 31 | Toulouse Métropole: the department's number beside its metropole
        raise UnreadableError("territory_mismatch", {"code": place.code, "name": self._tree[named.code].name})

    def _find(self, text: str) -> Place:
        """One text alone."""
        refuse_long(text)
        words = plain(text)
        if words.split(" ")[0] in ("total", "totaux", "ensemble"):
            return Place("", Line.total)
        if code := self._by_code(text):
            return code
        council = _COUNCIL.match(words)
        if council:
            return self._council(words[council.end() :], is_council=not words.startswith("departement"))
        if m := _CODE_AND_NAME.match(text):
            return self._agreeing(m[1], m[2])
        if m := _NAME_AND_CODE.match(text):
            return self._agreeing(m[2], m[1])
        return self._by_name(words)

    def _council(self, rest: str, *, is_council: bool) -> Place:
        line = Line.council if is_council else Line.plain
        if not rest and is_council:
            return Place("", line)
        number = rest.split(" ", maxsplit=1)[0]
        found = self._by_code(number, Level.department) or self._by_name(rest)
        return Place(found.code, line, found.repair)

    def _agreeing(self, number: str, name: str) -> Place:
        place = self._by_code(number)
        if place is None:
            raise UnreadableError("unknown_territory", self._proposal(plain(name)))
        return self._confirmed(place, name)

    def _by_code(self, text: str, level: Level | None = None) -> Place | None:
        """A typed, bare, float or SIREN code; None when the text is none of these."""
        text = text.strip()
        repair = None
        if m := _FLOAT.match(text):
            text, repair = m[1], "territory_code"
        if is_code(text):
            return self._known(text, repair)
        if m := _TYPED.match(text):
            prefix = "DEPT" if m[1].upper().startswith("DEP") else m[1].upper()
            return self._known(f"{prefix}-{m[2].upper().zfill(2)}", "territory_code")
        if _SIREN.match(text):
            return self._known("EPCI-" + re.sub(r"\D", "", text), repair)
        if not _BARE.match(text):
            return None
        if text.upper() == "FR":
            return self._known("NAT-FR", repair)
        padded = text.upper().zfill(2)
        return self._known(
            f"{_PREFIX[level or self._bare]}-{padded}", repair or ("territory_code" if padded != text else None)
        )

    def _known(self, code: str, repair: str | None) -> Place:
        if code not in self._tree:
            raise UnreadableError("unknown_territory", {"proposal": ""})
        return Place(code, Line.plain, repair)

    def _by_name(self, words: str) -> Place:
        for candidate in (words, _LINKS.sub("", words)):
            if candidate in self._names:
                return Place(self._names[candidate], Line.plain, "territory_by_name")
        raise UnreadableError("unknown_territory", self._proposal(words))

    def _proposal(self, words: str) -> dict[str, str]:
        close = difflib.get_close_matches(words, self._names, n=1, cutoff=0.75)
        if not close:
            return {"proposal": ""}
        found = self._tree[self._names[close[0]]]
        return {"proposal": f"{found.name} ({found.code})"}

    def knows(self, text: str) -> bool:
        """Say whether a text is a territory or a total (used to tell a list of places from a list of persons)."""
        try:
            self._find(text)
        except UnreadableError:
            return False
        return True


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return f"{int(cell)}.0"  # so that the repair is listed: Excel lost the leading zero of a code
    return " ".join(str(cell).split()).rstrip("* ")
