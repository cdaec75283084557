"""Territories: typed codes in a tree. Region 76 is not department 76, so a bare number is never a key."""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

_CODE = re.compile(r"^(NAT-FR|REG-\d{2}|DEPT-(?:\d{2}|2A|2B|97[1-46]|69D|69M|6AE)|EPCI-\d{9})$")


class Level(StrEnum):
    """The level (maille) of a territory, from the widest to the narrowest."""

    country = "country"
    region = "region"
    department = "department"
    metropole = "metropole"


_LEVEL_OF_PREFIX = {
    "NAT": Level.country,
    "REG": Level.region,
    "DEPT": Level.department,
    "EPCI": Level.metropole,
}


def is_code(text: str) -> bool:
    """Say whether `text` has the shape of a typed territory code."""
    return bool(_CODE.match(text))


def level_of(code: str) -> Level:
    """Read the level off a typed code; raises ValueError on anything else."""
    if not is_code(code):
        msg = f"{code!r} is not a territory code; expected NAT-FR, REG-76, DEPT-31 or EPCI-243100518"
        raise ValueError(msg)
    return _LEVEL_OF_PREFIX[code.split("-", 1)[0]]


class Territory(BaseModel):
    """One territory. `zone` is its IANA time zone, `holidays` the calendar of its public holidays."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    level: Level
    parent: str | None = None
    zone: str = "Europe/Paris"
    holidays: str = "metropole"

    @property
    def plain_code(self) -> str:
        """The code without its type: 31 for DEPT-31."""
        return self.code.split("-", 1)[1]


class TerritoryTree:
    """All territories by code, with their ancestors."""

    def __init__(self, territories: list[Territory]) -> None:
        self._by_code = {t.code: t for t in territories}
        self._children: dict[str, list[str]] = {}
        for t in territories:
            if t.parent is not None:
                self._children.setdefault(t.parent, []).append(t.code)
        self._ancestors: dict[str, list[str]] = {}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Territory:
        return self._by_code[code]

    def all(self) -> list[Territory]:
        """Every territory, in the order of the catalogue."""
        return list(self._by_code.values())

    def get(self, code: str) -> Territory | None:
        """The territory, or None when the catalogue has no such code."""
        return self._by_code.get(code)

    def children(self, code: str) -> list[str]:
        """Codes directly under this one."""
        return self._children.get(code, [])

    def ancestors(self, code: str) -> list[str]:
        """Codes above this one, nearest first."""
        known = self._ancestors.get(code)
        if known is not None:
            return known
        found: list[str] = []
        parent = self._by_code[code].parent
        while parent is not None:
            found.append(parent)
            parent = self._by_code[parent].parent
        self._ancestors[code] = found
        return found

    def covers(self, scope: str, code: str) -> bool:
        """Say whether `code` is `scope` itself or lies under it."""
        return code == scope or (code in self._by_code and scope in self.ancestors(code))
