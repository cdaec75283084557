"""The sentences of receipts (sentences.yaml), filled in: French by default, English on request."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from services.ingestion.notes import Note, Severity

MOST_LISTED = 10_000
# What the sender may want to know and nobody changed: no cell was read otherwise than it stands.
INFORMATION = frozenset(
    {
        "missing_blank", "missing_unknown", "missing_not_significant", "missing_secret", "missing_not_concerned",
        "line_ignored", "blank_line", "column_ignored", "columns_absent", "sheet_ignored", "sheet_hidden", "total_line",
        "subtotal_line", "group_line", "header_lines", "text_encoding", "macros_ignored", "more_notes", "figures_stand",
        "kind_left_aside", "sheet_read", "left_with_neighbour", "total_without_period",
    }
)  # fmt: skip

_SENTENCES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
)
_PROPOSALS = (" Vouliez-vous dire {} ?", " Did you mean {}?")
# Codes whose proposal is a question of its own; the others say it in their sentence.
_ASKED = ("unknown_", "not_a_")


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_SENTENCES)


def sentence(code: str, params: Mapping[str, Any], *, english: bool = False) -> str:
    """The sentence of a code."""
    filled = {"proposal": "", **{key: "" if value is None else value for key, value in params.items()}}
    if filled["proposal"] and code.startswith(_ASKED):
        filled["proposal"] = _PROPOSALS[english].format(filled["proposal"])
    return _SENTENCES[code]["en" if english else "fr"].format_map(filled)


def listed(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Notes as a receipt keeps them: at most 10 000, the rest counted. `params` serve other languages."""
    kept = list(notes[:MOST_LISTED])
    if len(notes) > MOST_LISTED:
        kept.append(Note("more_notes", Severity.repair, params={"count": len(notes) - MOST_LISTED}))
    return [_entry(note) for note in kept]


def _entry(note: Note) -> dict[str, Any]:
    params = {**note.params, "raw": note.raw, "column": note.column}
    return {
        "sheet": note.sheet,
        "row": note.row,
        "column": note.column,
        "raw": note.raw,
        "code": note.code,
        "message": sentence(note.code, params),
        "params": note.params,
        "position": note.position,
    }


def in_english(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A kept entry with its English sentence."""
    params = {**entry["params"], "raw": entry["raw"], "column": entry["column"]}
    return {**entry, "message": sentence(entry["code"], params, english=True)}
