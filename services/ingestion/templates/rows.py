"""Which territories a reporter fills in, and for which period a template is made when nobody says."""

from datetime import date

from services.ingestion.feeds.model import Feed
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection
from shared.domain.period import Period, PeriodKind
from shared.domain.territory import Level, level_of

_NARROWEST_FIRST = (Level.department, Level.region, Level.country)


def territories_of(reporter: str, feed: Feed, catalogue: Catalogue, period: str) -> list[str]:
    """The territories whose rows a reporter fills in, in the order of the catalogue.

    Those of the collection that asks for this feed and period; else itself where the feed takes its level as its own
    figure, else those under it of the narrowest level that the feed takes. None where the feed takes none of them.
    """
    tree = catalogue.territories
    collection = catalogue.collection_of_feed(feed.name, period)
    if collection is not None:
        asked = {code for code in collection.expected() if tree.covers(reporter, code)}
        if asked:
            return [t.code for t in tree.all() if t.code in asked]
    level = level_of(reporter)
    if level is Level.metropole or (level is Level.department and level in feed.levels):
        return [reporter] if level in feed.levels else []
    for narrow in _NARROWEST_FIRST:
        under = [t.code for t in tree.all() if t.level is narrow and tree.covers(reporter, t.code)]
        if narrow in feed.levels and under:
            return under
    return []


def period_to_ask(reporter: str, feed: Feed, catalogue: Catalogue, today: date) -> str:
    """The period that this reporter owes next for the feed, else the last complete one of the feed's first kind."""
    owed = [c for c in catalogue.collections if feed.name in c.feeds and _owes(reporter, c, catalogue)]
    to_come = [c for c in owed if c.due_on >= today]
    if to_come:
        return min(to_come, key=lambda c: (c.due_on, c.code)).period
    kind = next((k for k in feed.period_kinds if k is not PeriodKind.range), PeriodKind.year)
    return last_complete(kind, today)


def last_complete(kind: PeriodKind, today: date) -> str:
    """The last period of a kind that is over."""
    starts = {
        PeriodKind.month: f"{today.year:04d}-{today.month:02d}",
        PeriodKind.quarter: f"{today.year:04d}-Q{(today.month + 2) // 3}",
        PeriodKind.half: f"{today.year:04d}-S{1 if today.month <= 6 else 2}",
    }
    previous = Period.parse(starts.get(kind, f"{today.year:04d}")).previous()
    return previous.code if previous else f"{today.year:04d}"


def _owes(reporter: str, collection: Collection, catalogue: Catalogue) -> bool:
    return any(catalogue.territories.covers(reporter, code) for code in collection.expected())
