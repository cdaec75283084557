"""What one file sees and leaves in the database while it is its turn: one connection, one transaction."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.ingestion.receipts.new_receipt import NewReceipt
from services.ingestion.stored_figures import COLUMNS, figure_of, row_of
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.known import Known
from services.ingestion.validate.known_entries import KnownEntry
from services.ingestion.validate.replacing import NO_ROW
from shared.contracts.register import EntryReported
from shared.domain.observation import Basis, Cell, Status
from shared.domain.register import Project, Register
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))
# Cells asked about in one query: enough to be quick, few enough that no answer holds up the others.
_CELLS_AT_ONCE = 5_000


class Turn:
    """Queries of one submission, all in the transaction that holds its turn."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def next_seq(self) -> int:
        """The next number in the order of all submissions."""
        return int(await self._connection.fetchval(QUERIES.next_submission_seq))

    async def latest(self, feed: str, reporter: str, periods: Sequence[str]) -> Mapping[str, Any] | None:
        """The last submission about any of these periods that was not rejected."""
        row = await self._connection.fetchrow(QUERIES.latest_submission, feed, reporter, list(periods))
        return dict(row) if row else None

    async def save(self, receipt: NewReceipt, figures: Sequence[Figure]) -> None:
        """Keep a receipt with its original bytes and, a row each, what it accepted."""
        await self._connection.execute(QUERIES.save_receipt, *vars(receipt).values())
        if figures:
            await self._connection.copy_records_to_table(
                "figure",
                schema_name="ingestion",
                columns=COLUMNS,
                records=(row_of(figure, receipt.submission_seq, n) for n, figure in enumerate(figures)),
                timeout=300,
            )

    async def known_cells(self, figures: Sequence[Figure]) -> dict[Cell, Known]:
        """The newest version that ingestion accepted of the cells of these figures."""
        known: dict[Cell, Known] = {}
        for start in range(0, len(figures), _CELLS_AT_ONCE):
            cells = [f.cell for f in figures[start : start + _CELLS_AT_ONCE]]
            columns = [
                [getattr(c, name) for c in cells] for name in ("indicator", "territory", "period", "source", "basis")
            ]
            for r in await self._connection.fetch(QUERIES.known_cells, *columns):
                cell = Cell(r["indicator"], r["territory"], r["period"], r["source"], Basis(r["basis"]))
                sides = r["value"], r["numerator"], r["denominator"]
                known[cell] = Known(*sides, r["simulated"], Status(r["status"]))
        return known

    async def standing_figures(self, feed: str, reporter: str, periods: Sequence[str]) -> list[Figure]:
        """What this reporter's files to this feed say of these periods today, and nobody has said otherwise since."""
        rows = await self._connection.fetch(QUERIES.standing_figures, feed, reporter, list(periods))
        return [figure_of(row) for row in rows]

    async def known_entries(self, entries: Sequence[ReadEntry], feed: str) -> dict[str, KnownEntry]:
        """The current version of these entries by id, from the receipts of their feed: those on their way included."""
        ids = [e.entry.id for e in entries]
        rows = await self._connection.fetch(QUERIES.known_entries, feed, ids) if ids else []
        versions = [EntryReported.model_validate(row["message"]) for row in rows]
        return {v.entry.id: KnownEntry(v.entry, v.status, v.simulated) for v in versions}

    async def standing_entries(self, feed: str, reporter: str, periods: Sequence[str]) -> list[ReadEntry]:
        """The same as `standing_figures` for the entries of a register."""
        rows = await self._connection.fetch(QUERIES.standing_entries, feed, reporter, list(periods))
        versions = [EntryReported.model_validate(row["message"]) for row in rows]
        return [ReadEntry(v.entry, v.source, v.status, v.sheet, v.row or NO_ROW, "") for v in versions]

    async def known_calls(self, entries: Sequence[ReadEntry]) -> set[str]:
        """Which of the calls that these projects name were ever accepted."""
        calls = sorted({e.entry.call for e in entries if isinstance(e.entry, Project)})
        rows = await self._connection.fetch(QUERIES.known_calls, Register.project_call.value, calls) if calls else []
        return {row["id"] for row in rows}
