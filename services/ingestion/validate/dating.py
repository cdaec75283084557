"""The period of each line: its own cell, what its columns or its sheet say, or what was given with the file."""

from services.ingestion.feeds.model import Feed
from services.ingestion.validate.reader import LineReader
from services.ingestion.validate.table import Line, Table
from services.ingestion.validate.translating import period_kinds
from shared.domain.catalogue import Catalogue


class Dater:
    """Periods of the lines of one table."""

    def __init__(self, table: Table, feed: Feed, catalogue: Catalogue, reader: LineReader, given: str | None) -> None:
        self._own = table.period
        self._in_rows = "period" in table.columns
        self._feed = feed
        self._catalogue = catalogue
        self._reader = reader
        self._given = given
        # Codes that need neither repair nor remark: a column of periods repeats a few texts many times.
        self._clean: set[str] = set()

    def period(self, line: Line) -> str | None:
        """The period of a line; None with a note."""
        if not self._in_rows or line.blank(["period"]):
            return self._own or self._reader.period(line, self._given, self._feed.period_kinds)
        cell = line["period"]
        if type(cell) is str and cell in self._clean:
            return cell
        found = self._reader.period(line, self._given, period_kinds(self._feed, self._catalogue, line))
        if found is None:
            return None
        if self._own is not None and found != self._own:
            self._reader.error("header_period_mismatch", line, "period", value=self._own)
            return None
        if found == cell and not self._feed.period_of_indicator:
            self._clean.add(found)
        return found
