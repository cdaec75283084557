"""The parts of a workbook that Vigie writes for people only, and passes over in silence when it comes back."""

from services.ingestion.words import plain

GUIDE_SHEET = "Mode d'emploi (Vigie)"
LISTS_SHEET = "Listes (Vigie)"
REPORT_SHEET = "Rapport Vigie"
_REMINDER = "Rappel"
_OWN_SHEETS = {plain(GUIDE_SHEET), plain(LISTS_SHEET), plain(REPORT_SHEET)}


def reminder(period: str, title: str) -> str:
    """The header over last period's values: `Rappel 2019 — Jeunes devenus majeurs`."""
    return f"{_REMINDER} {period} — {title}"


def is_reminder(text: str) -> bool:
    """Say whether a header stands over values that are shown to the sender, not sent."""
    return plain(text).split(" ", 1)[0] == plain(_REMINDER)


def is_report(name: str) -> bool:
    """Say whether a sheet is the report that a corrected workbook carries in front."""
    return plain(name) == plain(REPORT_SHEET)


def is_own_sheet(name: str) -> bool:
    """Say whether a sheet is one that a template, or a corrected workbook, carries beside its table."""
    return plain(name) in _OWN_SHEETS
