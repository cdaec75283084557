"""The period of each line: its own cell, what its columns or its sheet say, or what was given with the file."""

from collections.abc import Sequence

from services.ingestion.feeds.model import Feed
from services.ingestion.validate.places import TOTALS, Placed
from services.ingestion.validate.reader import LineReader, Notebook
from services.ingestion.validate.table import Line, Table, is_blank
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
        # Totals that say no period, by row.
        self._aside: set[int] = set()

    def dated(self, placed: Sequence[Placed], notebook: Notebook) -> tuple[list[tuple[Placed, str]], int]:
        """The lines that have a period, with it; and how many have none without being faulty."""
        found = [(one, period) for one in placed if (period := self._period_of(one)) is not None]
        if self._aside:  # what was listed as the total of everything is that of several periods
            sheet = placed[0].line.sheet
            notebook.repairs[:] = [
                n for n in notebook.repairs if n.code != "total_line" or n.row not in self._aside or n.sheet != sheet
            ]
        return found, len(self._aside)

    def _period_of(self, placed: Placed) -> str | None:
        line = placed.line
        said_nowhere = self._in_rows and self._own is None and self._given is None
        if placed.role in TOTALS and said_nowhere and line.blank(["period"]):
            self._reader.repair("total_without_period", line)
            self._aside.add(line.row)
            return None
        return self.period(line)

    def period(self, line: Line) -> str | None:
        """The period of a line; None with a note."""
        cell = line.cells.get("period")
        if type(cell) is str and cell in self._clean:
            return cell
        if not self._in_rows or is_blank(cell):
            return self._own or self._reader.period(line, self._given, self._feed.period_kinds)
        found = self._reader.period(line, self._given, period_kinds(self._feed, self._catalogue, line))
        if found is None:
            return None
        if self._own is not None and found != self._own:
            self._reader.error("header_period_mismatch", line, "period", value=self._own)
            return None
        if found == cell and not self._feed.period_of_indicator:
            self._clean.add(found)
        return found
