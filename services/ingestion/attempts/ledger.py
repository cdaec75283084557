"""Who tried to send what: one row per try in ingestion.attempt, written when the request ends."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import structlog

from services.ingestion.attempts.attempt import Attempt
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.database import Queries
from shared.runtime.metrics import ATTEMPTS_NOT_KEPT

QUERIES = Queries(Path(__file__).with_suffix(".sql"))
log = structlog.get_logger()
# A file's answer does not wait longer than this for its line in the trail.
_PATIENCE_SECONDS = 2.0
# Rows a minute and process for each: tries without a known token together, and tries over a limit by token.
IDLE_ROWS_PER_MINUTE = 60
_TOKENS_COUNTED = 1_000


class AttemptLedger:
    """The trail of tries, and what the limits count."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        # Limits count real seconds: the platform's clock may stand still.
        self._real = SystemClock()
        self._idle: OrderedDict[str | None, tuple[float, int]] = OrderedDict()

    async def record(self, attempt: Attempt, code: int) -> None:
        """Keep one try. Never raises: a database that is away costs the row, and a metric says so."""
        if (attempt.token_id is None or code == 429) and not self._keeps(attempt.token_id):
            ATTEMPTS_NOT_KEPT.labels("too_many").inc()
            return
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._pool.execute(
                    QUERIES.record_attempt,
                    self._clock.now(),
                    attempt.token_id,
                    attempt.feed,
                    attempt.reporter,
                    attempt.period,
                    attempt.dry_run,
                    attempt.size_bytes,
                    attempt.sha256,
                    code,
                    attempt.ended(code),
                    attempt.receipt_id,
                    self._real.now(),
                )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            ATTEMPTS_NOT_KEPT.labels("database").inc()
            log.warning("attempt_not_kept", code=code, feed=attempt.feed, error=type(error).__name__)

    def _keeps(self, token_id: str | None) -> bool:
        """Say whether another row of a kind that costs its sender nothing fits into this minute."""
        since, rows = self._idle.pop(token_id, (monotonic(), 0))
        if monotonic() - since >= 60:
            since, rows = monotonic(), 0
        self._idle[token_id] = since, rows + 1
        while len(self._idle) > _TOKENS_COUNTED:
            self._idle.popitem(last=False)
        return rows < IDLE_ROWS_PER_MINUTE

    async def minute_full_since(self, token_id: str, tries: int) -> datetime | None:
        """The instant of the try that has to grow a minute old before another of `tries` fits; None if one fits now.

        Tries refused by a limit, and those that failed on our side, count for nothing, here and below.
        """
        minute = self._real.now() - timedelta(minutes=1)
        found: datetime | None = await self._pool.fetchval(QUERIES.minute_full_since, token_id, minute, tries - 1)
        return found

    async def bytes_of_hour(self, token_id: str) -> int:
        """What a token sent in the last hour."""
        hour = self._real.now() - timedelta(hours=1)
        return int(await self._pool.fetchval(QUERIES.bytes_since, token_id, hour))

    async def hour_full_since(self, token_id: str, most_bytes: int) -> datetime | None:
        """The instant of the try that has to grow an hour old before no more than `most_bytes` are left of the hour."""
        hour = self._real.now() - timedelta(hours=1)
        found: datetime | None = await self._pool.fetchval(QUERIES.hour_full_since, token_id, hour, most_bytes)
        return found

    def seconds_until(self, full_since: datetime, window: timedelta) -> int:
        """Whole seconds, at least one, until a try of that instant leaves its window."""
        return max(1, int((full_since + window - self._real.now()).total_seconds()) + 1)

    async def page(
        self,
        token_id: str | None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        feed: str | None = None,
        outcome: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Mapping[str, Any]]:
        """Tries, the newest first: of one token, or of everybody where it is None. `before`: an id to go on from."""
        rows = await self._pool.fetch(QUERIES.list_attempts, token_id, since, until, feed, outcome, before, limit)
        return [dict(row) for row in rows]

    async def prune(self, before: datetime) -> int:
        """Forget tries from before an instant; returns how many."""
        return int(await self._pool.fetchval(QUERIES.prune_attempts, before))
