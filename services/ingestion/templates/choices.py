"""The words that a cell of a template offers in its list, in the order in which people look for them."""

from services.ingestion.feeds.model import Column, Feed, Shape
from shared.domain.catalogue import Catalogue
from shared.domain.period import Period
from shared.domain.register import Register

Choice = str | int

_STATUSES = ["définitif", "provisoire", "estimé", "retiré"]
# Not `=`: nothing written means it, and a spreadsheet would take it for a formula.
_QUALIFIERS = ["~", ">", "<", ">=", "<="]
_BY_KEY: dict[str, list[Choice]] = {
    "status": [*_STATUSES],
    "qualifier": [*_QUALIFIERS],
    "awarded_qualifier": [*_QUALIFIERS],
    "scale": ["national", "régional", "départemental"],
    "continued": ["oui", "non"],
    "state": ["prévu", "atteint", "abandonné"],
}
_ACTION_KINDS: list[Choice] = ["axe", "action", "total déclaré"]


def choices_of(
    key: str, column: Column, feed: Feed, catalogue: Catalogue, territories: list[str], period: str
) -> list[Choice]:
    """What may be chosen in a column; empty where anything may be written."""
    if column.only:
        return [*column.only]
    if column.values:
        return [*_mapped(key, column, territories)]
    if key == "indicator":
        return [*catalogue.indicators]
    if key == "territory":
        return [*territories]
    if key == "period":
        return [*_periods(feed, period)]
    if key == "kind":
        return _ACTION_KINDS if feed.register_name is Register.action else []
    return _BY_KEY.get(key, []) if feed.shape is not Shape.wide else []


def period_cell(code: str) -> Choice:
    """A period as a cell holds it: a year is a number, so that a spreadsheet raises no doubt about it."""
    return int(code) if code.isdigit() else code


def _mapped(key: str, column: Column, territories: list[str]) -> list[str]:
    """The codes of a mapping, of territories only those to be filled in; one for each of ours."""
    ours: dict[str, str] = {}
    for theirs, meaning in column.values.items():
        if key != "territory" or meaning in territories:
            ours.setdefault(meaning, theirs)
    return list(ours.values())


def _periods(feed: Feed, period: str) -> list[Choice]:
    """The period and those inside it, as far as the feed takes them."""
    if feed.period_of_indicator:
        return [period_cell(period)]
    whole = Period.parse(period)
    inside = [part for tiling in whole.parts() for part in tiling]
    taken = [p for p in (whole, *inside) if not feed.period_kinds or p.kind in feed.period_kinds]
    return [period_cell(p.code) for p in taken]
