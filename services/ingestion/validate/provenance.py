"""Where a row says that it comes from."""

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import shown
from services.ingestion.validate.table import Line


def is_another_feed(source: str, feed: Feed) -> bool:
    """Say whether a source is the name of another feed: its figures come by its own files, with its checks."""
    name = source.casefold()
    return name != feed.name and name in feed.others


def source_of(line: Line, feed: Feed) -> str:
    """Document and line where the row says them: two documents that disagree stay two figures."""
    if stated := shown(line["source"]):
        return stated
    document, place = shown(line["document"]), line["line"]
    if not document:
        return feed.name
    number = int(place) if isinstance(place, float) and place.is_integer() else place
    return f"{document}:{shown(number)}" if number not in (None, "") else document
