"""Cells -> typed territory codes. Names are never join keys, but a name that is exactly one territory is accepted."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from services.ingestion.feeds.model import Feed
from services.ingestion.parse.rows import Cell
from services.ingestion.repair.former_places import (
    CORSICA,
    refuse_alsace,
    refuse_former_name,
    refuse_former_region,
    refuse_old_corsica,
)
from services.ingestion.repair.outcome import UnreadableError, refuse_broken, refuse_long
from services.ingestion.repair.place_names import PlaceNames
from services.ingestion.words import plain
from shared.domain.territory import Level, TerritoryTree, is_code

_TYPED = re.compile(r"^(NAT|REG|EPCI)[-_ ]?([0-9A-Z]{1,9})$", re.IGNORECASE)
_NUMBER = r"[0-9]{1,3}|0?2[ABab]0?|69[DMdm]|6[Aa][Ee]"
_DEPARTMENT = re.compile(
    rf"^(?:DEPT?|DPT|D[ÉE]P|D|d[ée]partement)\s?[-_.°]{{0,2}}\s?(?:n°\s?)?({_NUMBER})$", re.IGNORECASE
)
_REGION = re.compile(r"^(?:r|r[ée]gion)[-_. ]?([0-9]{1,2})$", re.IGNORECASE)
_BARE = re.compile(rf"^(?:{_NUMBER}|FR)$", re.IGNORECASE)
_FLOAT = re.compile(r"^([0-9]{1,9})[.,]0+$")
_SIREN = re.compile(r"^[0-9]{3}[ \u00a0\u202f]?[0-9]{3}[ \u00a0\u202f]?[0-9]{3}$")
_CODE_AND_NAME = re.compile(rf"^({_NUMBER})(?:\s*[-–:.]\s*|\s+)([^\W\d_].{{2,}})$")
_NAME_AND_CODE = re.compile(rf"^(.{{3,}}?)\s*[(\[]\s*({_NUMBER})\s*[)\]]$")
_NAME_THEN_CODE = re.compile(rf"^(.{{3,}}?[^\W\d_])\s*[-–: ]\s*({_NUMBER})$")
_COUNCIL = re.compile(r"^(?:cd|conseil departemental|conseil general|departement)\b\s*")
_LINKS = re.compile(r"^(?:(?:de la|de l|des|du|de|d)\s+)+")
_PREFIX = {Level.country: "NAT", Level.region: "REG", Level.department: "DEPT", Level.metropole: "EPCI"}
_LYON = "EPCI-200046977"
# A contradiction, whatever stands beside: the other reasons make a free text of the sender's own.
_NEVER_A_LABEL = ("former_region", "territory_to_split")


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
    """Names and codes of the catalogue as one feed reads them. Each text is looked at once."""

    def __init__(self, tree: TerritoryTree, feed: Feed) -> None:
        self._tree = tree
        self._bare = feed.bare_code
        self._names = _names(tree, feed.bare_code, tuple(feed.levels))
        self._found: dict[str, Place | UnreadableError] = {}

    def find(self, code_cell: Cell, name_cell: Cell) -> Place | None:
        """Where a row belongs, from its code and name cells; None when both are blank. Raises UnreadableError."""
        first, second = _text(code_cell), _text(name_cell)
        if not first and not second:
            return None
        if not first:
            return self._find(second)
        if not second:
            return self._find(first)
        if _is_old_corsica(first) and self._bare is Level.department:
            return self._corsica(second)
        return self._confirmed(self._find(first), second)

    def _corsica(self, name: str) -> Place:
        """20 with the name that says which of the two departments it is."""
        try:
            named = self._find(name)
        except UnreadableError:
            refuse_old_corsica()
            raise
        if named.code not in CORSICA:
            refuse_old_corsica()
        return replace(named, repair="territory_code")

    def _confirmed(self, place: Place, name: str) -> Place:
        """The code with what the name beside it adds; a name that is another territory is a contradiction."""
        try:
            named = self._find(name)
        except UnreadableError as refused:
            if refused.code in _NEVER_A_LABEL:
                raise
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
        found = self._found.get(text)
        if found is None:
            try:
                found = self._look(text)
            except UnreadableError as refused:
                found = refused.with_traceback(None)
            self._found[text] = found
        if isinstance(found, UnreadableError):
            raise found.again()
        return found

    def _look(self, text: str) -> Place:
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
        if (m := _NAME_THEN_CODE.match(text)) and self._names.exact(plain(m[1])):
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
        if _is_old_corsica(number) and self._bare is Level.department:
            return self._corsica(name)
        place = self._by_code(number)
        if place is None:
            raise UnreadableError("unknown_territory", {"proposal": self._names.proposal(plain(name))})
        try:
            self._find(name)
        except UnreadableError as refused:
            if refused.code != "unknown_territory":
                raise
            # `12 jeunes` is no department: in one cell, number and name must be of one territory.
            known = self._tree[place.code].name
            raise UnreadableError("unknown_territory", {"proposal": f"{known} ({place.code})"}) from refused
        return self._confirmed(place, name)

    def _by_code(self, text: str, level: Level | None = None) -> Place | None:
        """A typed, bare, float or SIREN code; None when the text is none of these."""
        text = text.strip()
        repair = None
        if m := _FLOAT.match(text):
            text, repair = m[1], "territory_code"
        if is_code(text):
            return self._numbered(text[5:], repair, text) if text.startswith("DEPT-") else self._known(text, repair)
        if m := _DEPARTMENT.match(text):
            return self._numbered(m[1], "territory_code", text)
        if m := _TYPED.match(text) or _REGION.match(text):
            prefix, number = ("REG", m[1]) if m.re is _REGION else (m[1].upper(), m[2].upper())
            return self._known(f"{prefix}-{number.zfill(2)}", "territory_code")
        if _SIREN.match(text):
            return self._known("EPCI-" + re.sub(r"\D", "", text), repair)
        if not _BARE.match(text):
            return None
        if text.upper() == "FR":
            return self._known("NAT-FR", repair)
        level = level or self._bare
        if level is Level.department:
            return self._numbered(text, repair, text)
        padded = text.lstrip("0").zfill(2)
        return self._known(f"{_PREFIX[level]}-{padded}", repair or ("territory_code" if padded != text else None))

    def _numbered(self, number: str, repair: str | None, written: str) -> Place:
        """The department of a number, with those that stand for a part of one or for two."""
        number = number.upper()
        if number == "6AE":
            refuse_alsace()
        if _is_old_corsica(number):
            refuse_old_corsica()
        if number == "69D":
            return Place(self._known("DEPT-69", None).code, Line.council, "territory_code")
        if number == "69M":
            return self._known(_LYON, "territory_code")
        padded = number.lstrip("0")[:2] if "A" in number or "B" in number else number.lstrip("0").zfill(2)
        clean = written in (padded, f"DEPT-{padded}")
        return self._known(f"DEPT-{padded}", repair or (None if clean else "territory_code"))

    def _known(self, code: str, repair: str | None) -> Place:
        if code not in self._tree:
            if code.startswith("REG-"):
                refuse_former_region(code[4:])
            raise UnreadableError("unknown_territory", {"proposal": ""})
        return Place(code, Line.plain, repair)

    def _by_name(self, words: str) -> Place:
        departments = self._bare is Level.department
        found = self._names.exact(words)
        if found is None:
            for candidate in (words, _LINKS.sub("", words)):
                refuse_former_name(candidate, departments=departments)
            near = self._names.misspelt(words)
            if near is None:
                raise UnreadableError("unknown_territory", {"proposal": self._names.proposal(words)})
            return Place(near, Line.plain, "territory_spelling")
        return Place(found, Line.plain, "territory_by_name")

    def knows(self, text: str) -> bool:
        """Say whether a text is a territory or a total (used to tell a list of places from a list of persons)."""
        try:
            self._find(text)
        except UnreadableError:
            return False
        return True


# As many as the feeds of one catalogue differ in; those of a catalogue that was replaced drop out in time.
@lru_cache(maxsize=16)
def _names(tree: TerritoryTree, bare: Level, levels: tuple[Level, ...]) -> PlaceNames:
    # A name of two levels (Guadeloupe) is the level that the feed's bare codes stand for.
    ranked = sorted(tree.all(), key=lambda t: (t.level is not bare, t.level not in levels))
    return PlaceNames([(t.name, t.code) for t in ranked], {t.code: t.name for t in ranked})


def _is_old_corsica(text: str) -> bool:
    return text in ("20", "20.0", "20,0", "020")


def _text(cell: Cell) -> str:
    refuse_broken(cell)
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, str):
        return " ".join(cell.split()).rstrip("* ").strip("'\u00ad\u200b\ufeff")
    assert isinstance(cell, int | float)
    if isinstance(cell, int) or cell.is_integer():
        return f"{int(cell)}.0"  # a number is no code: the repair is listed, a zero in front of it was lost
    return str(cell)
