"""Messages are signs: a submission settles duties, a rollup marks a figure as moved. The judging is for the tick."""

from collections.abc import Sequence

import asyncpg
import structlog
from aiokafka import ConsumerRecord

from services.alerting.store import figures, ledger
from shared.contracts.rollup import RollupUpdated
from shared.contracts.submission import SubmissionAccepted
from shared.contracts.topics import ROLLUPS, SUBMISSIONS
from shared.runtime.broker import wire_name
from shared.runtime.clock import SystemClock
from shared.runtime.dead_letters import DeadLetterOffice, read_messages

log = structlog.get_logger()
REAL_TIME = SystemClock()
SOURCES = (SUBMISSIONS, ROLLUPS)


class Reader:
    """Keeps what a batch says. Reading it again changes nothing that matters: versions already judged are skipped."""

    def __init__(self, pool: asyncpg.Pool, office: DeadLetterOffice) -> None:
        self._pool = pool
        self._office = office

    async def on_batch(self, records: Sequence[ConsumerRecord]) -> None:
        """Handle one batch; the caller commits its offsets once this returns and gives it back when this raises."""
        of_submissions = wire_name(SUBMISSIONS)
        submissions, unread = read_messages([r for r in records if r.topic == of_submissions], SubmissionAccepted)
        updates, unread_too = read_messages([r for r in records if r.topic != of_submissions], RollupUpdated)
        now = REAL_TIME.now()
        async with self._pool.acquire() as connection, connection.transaction():
            await self._office.file(connection, unread + unread_too, read=len(submissions) + len(updates))
            await ledger.save_submissions(connection, submissions, now)
            settled = await ledger.settle_duties(connection, [s.receipt_id for s in submissions]) if submissions else 0
            await figures.mark_pending(connection, updates, now)
        log.info(
            "batch_read",
            submissions=len(submissions),
            duties_settled=settled,
            rollups=sum(len(u.rollups) for u in updates),
            dead_letters=len(unread) + len(unread_too),
        )
