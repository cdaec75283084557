"""Cells -> status and qualifier of a figure."""

from services.ingestion.parse.rows import Cell
from services.ingestion.repair.outcome import UnreadableError, refuse_broken
from services.ingestion.words import plain
from shared.domain.observation import Status

_STATUSES = {
    Status.final: {"final", "definitif", "definitive", "d", "valide", ""},
    Status.provisional: {"provisional", "provisoire", "p", "sd", "semi definitif"},
    Status.estimated: {"estimated", "estime", "estimee", "estimation", "e"},
    Status.withdrawn: {"withdrawn", "retire", "retiree", "annule", "annulee"},
}
_BY_WORD = {word: status for status, words in _STATUSES.items() for word in words}
QUALIFIERS = ("=", "~", ">", "<", ">=", "<=")


def read_status(cell: Cell) -> Status | None:
    """The status; None for `missing`, which says that the row has no figure. Raises UnreadableError."""
    refuse_broken(cell)
    word = plain(str(cell)) if cell is not None else ""
    if word in ("missing", "manquant", "manquante"):
        return None
    if word not in _BY_WORD:
        raise UnreadableError("unknown_status", {"expected": "définitif, provisoire, estimé, retiré"})
    return _BY_WORD[word]


def read_qualifier(cell: Cell) -> str:
    """One of the signs, `=` when nothing is said; raises UnreadableError."""
    refuse_broken(cell)
    sign = str(cell).strip() if cell is not None else ""
    sign = {"": "=", "≥": ">=", "≤": "<=", "≈": "~"}.get(sign, sign)
    if sign not in QUALIFIERS:
        raise UnreadableError("unknown_qualifier", {"expected": " ".join(QUALIFIERS)})
    return sign
