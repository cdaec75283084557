"""PURE a receipt as a person reads it in a terminal."""

import re
from pathlib import Path
from typing import Any

_SHOWN = 10
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORDS = {
    "fr": {
        "accepted": "accepté",
        "partial": "accepté en partie",
        "rejected": "rejeté",
        "duplicate": "déjà reçu, rien de nouveau",
        "dry_run": "essai, rien n'est enregistré",
        "receipt": "rapport",
        "kept": "Rapport enregistré dans",
        "more": "… et {} autres, dans le rapport",
        "row": "ligne",
        "cell": "cellule",
        "column": "colonne",
    },
    "en": {
        "accepted": "accepted",
        "partial": "accepted in part",
        "rejected": "rejected",
        "duplicate": "already received, nothing new",
        "dry_run": "dry run, nothing is recorded",
        "receipt": "receipt",
        "kept": "Receipt saved to",
        "more": "… and {} more, in the receipt",
        "row": "row",
        "cell": "cell",
        "column": "column",
    },
}


def lines(name: str, receipt: dict[str, Any], path: Path, *, english: bool = False) -> list[str]:
    """What became of the file, what to correct first, and where the whole receipt is."""
    words = _WORDS["en" if english else "fr"]
    status = words.get(str(receipt["status"]), str(receipt["status"]))
    how = f"{status} ({words['dry_run']})" if receipt.get("dry_run") else status
    number = f" ({words['receipt']} {receipt['id']})" if receipt.get("id") else ""
    errors = receipt.get("errors", [])
    said = [
        f"{plain(name)} : {how}{number}" if not english else f"{plain(name)}: {how}{number}",
        f"  {_counts(receipt, english=english)}",
    ]
    said += _remarks(errors, "-", words)
    said += _remarks([r for r in receipt.get("repairs", []) if r.get("kind") == "repair"], "~", words)
    said.append(f"  {words['kept']} {path}")
    return said


def _remarks(remarks: list[dict[str, Any]], sign: str, words: dict[str, str]) -> list[str]:
    """The first of them, a line each, and how many there are beside."""
    said = [f"  {sign} {_place(remark, words)}{plain(str(remark['message']))}" for remark in remarks[:_SHOWN]]
    if len(remarks) > _SHOWN:
        said.append("  " + words["more"].format(len(remarks) - _SHOWN))
    return said


def problem_line(name: str, status: int, body: dict[str, Any]) -> str:
    """An answer other than a receipt."""
    told = " : ".join(plain(str(body[key])) for key in ("title", "detail") if body.get(key))
    return f"{plain(name)}: {status} {told}".rstrip()


def unreached(url: str, why: str, *, english: bool = False) -> str:
    """No answer at all."""
    return f"no answer from {url} ({why})" if english else f"pas de réponse de {url} ({why})"


def postponed(status: int, body: dict[str, Any], *, english: bool = False) -> str:
    """An answer that asks to come back."""
    said = plain(str(body.get("detail", "")))
    return f"answer {status}: {said}" if english else f"réponse {status} : {said}"


def again(reason: str, seconds: float, *, english: bool = False) -> str:
    """Why there is a wait, and how long."""
    return f"{reason.rstrip('.')}. {'Next try in' if english else 'Nouvel essai dans'} {seconds:g} s."


def plain(text: str) -> str:
    """Without what could move a terminal's cursor: names and cells come from elsewhere."""
    return _CONTROL.sub("", text)


def _counts(receipt: dict[str, Any], *, english: bool) -> str:
    accepted, rejected = int(receipt["accepted"]), int(receipt["rejected"])
    unchanged, remarks = int(receipt.get("unchanged", 0)), receipt.get("repairs", [])
    told = sum(remark.get("kind") == "information" for remark in remarks)
    repairs = len(remarks) - told
    if english:
        return (
            f"{accepted} recorded (of which {unchanged} unchanged), {rejected} to correct, {repairs} repaired, "
            f"{told} for information"
        )
    return (
        f"{_some(accepted, 'enregistré')} (dont {unchanged} sans changement), {rejected} à corriger, "
        f"{_some(repairs, 'réparé')}, {told} pour information"
    )


def _some(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"


def _place(error: dict[str, Any], words: dict[str, str]) -> str:
    """`Feuil1, cellule D4, colonne « Logement stable » : `, as much of it as is known."""
    parts = [plain(str(error.get("sheet") or ""))]
    row = f"{words['row']} {error['row']}" if error.get("row") else ""
    parts.append(f"{words['cell']} {error['cell']}" if error.get("cell") else row)
    parts.append(f"{words['column']} « {plain(str(error['column']))} »" if error.get("column") else "")
    known = ", ".join(part for part in parts if part)
    return f"{known} : " if known else ""
