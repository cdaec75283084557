"""The ledger of expected reports, and the submissions that settle it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.alerting.duty import Duty, answers_of, spans
from shared.contracts.submission import SubmissionAccepted
from shared.domain.collection import ReportState
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


async def save_submissions(
    connection: Connection, submissions: Sequence[SubmissionAccepted], read_at: datetime
) -> None:
    """Keep submissions and what they answer, each once. `read_at`: real time."""
    await connection.executemany(
        QUERIES.save_submission,
        [
            (
                s.receipt_id,
                s.submission_seq,
                s.feed,
                s.reporter,
                s.period,
                s.collection,
                s.territories,
                s.observation_count,
                s.entry_count,
                s.nil_return,
                s.simulated,
                s.received_at,
                read_at,
            )
            for s in submissions
        ],
    )
    await connection.executemany(
        QUERIES.save_answer,
        [(s.receipt_id, territory, period) for s in submissions for territory, period in answers_of(s)],
    )


async def replace_duties(connection: Connection, duties: Sequence[Duty]) -> None:
    """Make the ledger hold these duties and no other, keeping what was received."""
    await connection.execute(
        QUERIES.drop_other_duties,
        [d.collection for d in duties],
        [d.territory for d in duties],
        [d.feed for d in duties],
    )
    await connection.executemany(
        QUERIES.save_duty,
        [(d.collection, d.territory, d.feed, d.period, d.due_at, d.state.value, d.source_text) for d in duties],
    )
    await settle_duties(connection, None)


async def settle_duties(connection: Connection, receipts: Sequence[str] | None) -> int:
    """Settle the duties that submissions answer; returns how many changed. `receipts`: only those; None: all."""
    return len(await connection.fetch(QUERIES.settle_duties, receipts))


async def mark_overdue(connection: Connection, now: datetime) -> int:
    """Mark what is past its due instant; returns how many lines.

    A report that ingestion has accepted and whose message is still on its way is not overdue.
    """
    due = await connection.fetch(QUERIES.due_duties, now)
    if not due:
        return 0
    coming: dict[tuple[str, str], set[str]] = {}
    for row in await connection.fetch(QUERIES.on_their_way, sorted({d["feed"] for d in due})):
        coming.setdefault((row["feed"], row["territory"]), set()).add(row["period"])
    silent = [d for d in due if not any(spans(p, d["period"]) for p in coming.get((d["feed"], d["territory"]), ()))]
    marked = await connection.fetch(
        QUERIES.mark_overdue,
        [d["collection"] for d in silent],
        [d["territory"] for d in silent],
        [d["feed"] for d in silent],
    )
    return len(marked)


async def duties_to_judge(connection: Connection) -> list[Duty]:
    """Duties of whoever owes something overdue or has an alert open about it."""
    return [
        Duty(**{**dict(row), "state": ReportState(row["state"])})
        for row in await connection.fetch(QUERIES.duties_to_judge)
    ]


async def simulated_collections(connection: Connection) -> set[str]:
    """Collections for which nothing but simulated reports was received."""
    return {row["collection"] for row in await connection.fetch(QUERIES.simulated_collections)}
