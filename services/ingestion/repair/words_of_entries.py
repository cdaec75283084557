"""Cells -> the words of a register: scale, kind of line, state, yes or no, identifier, dates as precise as they are."""

import re

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import Code, UnreadableError, refuse_broken, refuse_long
from services.ingestion.repair.periods import read_period
from services.ingestion.words import plain
from shared.domain.period import PeriodKind
from shared.domain.register import ActionKind, MilestoneState, Scale
from shared.domain.territory import Level

_SCALES = {
    "country": Scale.country,
    "national": Scale.country,
    "nationale": Scale.country,
    "france": Scale.country,
    "regional": Scale.regional,
    "regionale": Scale.regional,
    "region": Scale.regional,
    "departmental": Scale.departmental,
    "departemental": Scale.departmental,
    "departementale": Scale.departmental,
    "departement": Scale.departmental,
    "metropole": Scale.departmental,
}
# A town, an academy: counted with its department, the place itself stays in `locality`.
_LOCAL = {"local", "locale", "communal", "communale", "commune", "academique", "intercommunal", "intercommunale"}
_OF_LEVEL = {Level.country: Scale.country, Level.region: Scale.regional}
_KINDS = {
    "axis": ActionKind.axis,
    "axe": ActionKind.axis,
    "action": ActionKind.action,
    "": ActionKind.action,
    "declared total": ActionKind.declared_total,
    "total": ActionKind.declared_total,
    "total declare": ActionKind.declared_total,
    "total annonce": ActionKind.declared_total,
}
_STATES = {
    "planned": MilestoneState.planned,
    "prevu": MilestoneState.planned,
    "reached": MilestoneState.reached,
    "atteint": MilestoneState.reached,
    "realise": MilestoneState.reached,
    "dropped": MilestoneState.dropped,
    "abandonne": MilestoneState.dropped,
}
_YES_NO = {"yes": True, "oui": True, "x": True, "no": False, "non": False, "": None}
_ID = re.compile(r"^\w[\w.:-]{0,79}$")


def read_text(cell: Cell) -> str:
    """A text on one line; a whole number of Excel without its `.0`. Empty for a blank cell; raises UnreadableError."""
    refuse_broken(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def read_id(cell: Cell) -> str:
    """An identifier: letters, digits and . : - _ up to 80 of them; raises UnreadableError."""
    text = read_text(cell)
    if not _ID.match(text):
        raise UnreadableError("entry_id_shape")
    return text


def read_scale(cell: Cell, level: Level) -> Code:
    """The scale, or that of the territory's level where the cell is blank; raises UnreadableError."""
    word = plain(read_text(cell))
    if not word:
        return Code(_OF_LEVEL.get(level, Scale.departmental).value, "scale_deduced")
    if word in _LOCAL:
        return Code(Scale.departmental.value, "scale_local")
    if word not in _SCALES:
        raise UnreadableError("unknown_word", {"expected": "national, régional, départemental, local"})
    return Code(_SCALES[word].value)


def read_action_kind(cell: Cell) -> ActionKind:
    """What a line of a convention is, an action when nothing is said; raises UnreadableError."""
    word = plain(read_text(cell))
    if word not in _KINDS:
        raise UnreadableError("unknown_word", {"expected": "axe, action, total déclaré"})
    return _KINDS[word]


def read_state(cell: Cell, *, reached: bool) -> MilestoneState:
    """Where a milestone stands; blank: reached if it has the date, else planned. Raises UnreadableError."""
    word = plain(read_text(cell))
    if not word:
        return MilestoneState.reached if reached else MilestoneState.planned
    if word not in _STATES:
        raise UnreadableError("unknown_word", {"expected": "prévu, atteint, abandonné"})
    return _STATES[word]


def read_yes_no(cell: Cell) -> bool | None:
    """Yes, no, or not said; raises UnreadableError."""
    if isinstance(cell, bool):
        return cell
    word = plain(read_text(cell))
    if word not in _YES_NO:
        raise UnreadableError("unknown_word", {"expected": "oui, non"})
    return _YES_NO[word]


def read_moment(cell: Cell, *, epoch_1904: bool = False) -> Code:
    """A year, month or day as precise as it is said, empty for a blank cell; raises UnreadableError."""
    kinds = [PeriodKind.year, PeriodKind.month, PeriodKind.day]
    return _date(cell, kinds, "2021-06-30, 2021-06, 2021", epoch_1904=epoch_1904)


def read_day(cell: Cell, *, epoch_1904: bool = False) -> Code:
    """A day, empty for a blank cell; raises UnreadableError."""
    return _date(cell, [PeriodKind.day], "2021-06-30", epoch_1904=epoch_1904)


def _date(cell: Cell, kinds: list[PeriodKind], expected: str, *, epoch_1904: bool) -> Code:
    if not read_text(cell):
        return Code("")
    refuse_long(cell)
    try:
        return read_period(cell, kinds, epoch_1904=epoch_1904)
    except UnreadableError as refused:
        proposal = refused.params.get("proposal", "") if refused.code == "impossible_date" else ""
        raise UnreadableError("not_a_date", {"expected": expected, "proposal": proposal}) from refused
