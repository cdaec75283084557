"""Rows of a table that has no column of territories: one row is about its sender, several cannot all be."""

from collections import Counter
from collections.abc import Sequence

from services.ingestion.feeds.model import Feed
from services.ingestion.validate.places import Placed
from services.ingestion.validate.reader import LineReader


def without_unplaced(dated: Sequence[tuple[Placed, str]], feed: Feed, reader: LineReader) -> list[tuple[Placed, str]]:
    """The rows that are about the sender, which is said once; several rows of one period are refused, each."""
    content = feed.content()
    filled = [(one, period) for one, period in dated if not one.line.blank(content)]
    rows = Counter(period for _, period in filled)
    sole = [(one, period) for one, period in filled if rows[period] == 1]
    if sole:
        reader.repair("territory_from_sender", sole[0][0].line, value=sole[0][0].territory)
    for one, period in filled:
        if rows[period] > 1:
            reader.error("rows_without_territory", one.line, period=period, territory=one.territory, count=rows[period])
    blank = [(one, period) for one, period in dated if one.line.blank(content)]
    return sorted([*sole, *blank], key=lambda found: found[0].line.row)
