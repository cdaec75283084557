"""What one token may send in a minute and in an hour; more is a problem 429 that says when it fits."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from services.ingestion.attempts.ledger import AttemptLedger
from services.ingestion.problems import Problem, database_answers
from shared.runtime.settings import settings

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# What is on its way has no row yet, and ends within seconds.
_SOON = 5
_UNLIMITED = 2**62


@dataclass(frozen=True)
class Ahead:
    """What this process is still receiving from the same token, come before."""

    tries: int
    bytes: int


class Allowance:
    """Counts the rows of every process and, beside them, what is on its way to this one."""

    def __init__(self, ledger: AttemptLedger) -> None:
        self._ledger = ledger
        self._tries: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    @contextmanager
    def taken(self, token_id: str, size: int) -> Iterator[Ahead]:
        """Hold a place for one submission while it lasts."""
        ahead = Ahead(self._tries[token_id], self._bytes[token_id])
        self._tries[token_id] += 1
        self._bytes[token_id] += size
        try:
            yield ahead
        finally:
            self._tries[token_id] -= 1
            self._bytes[token_id] -= size
            if not self._tries[token_id]:
                del self._tries[token_id], self._bytes[token_id]

    async def check(self, token_id: str, size: int | None, ahead: Ahead) -> int:
        """The bytes that the token may still send; raises Problem 429 when `size`, or one more try, is too much.

        A limit of 0 is none, and costs no query.
        """
        limits = settings()
        if limits.submissions_per_minute:
            await self._check_tries(token_id, limits.submissions_per_minute - ahead.tries)
        if not limits.bytes_per_hour:
            return _UNLIMITED
        return await self._check_bytes(token_id, max(size or 0, 1), limits.bytes_per_hour - ahead.bytes)

    async def _check_tries(self, token_id: str, free: int) -> None:
        """`free`: places of a minute that nobody ahead takes."""
        if free < 1:
            raise _too_many(_SOON)
        async with database_answers():
            since = await self._ledger.minute_full_since(token_id, free)
        if since is not None:
            raise _too_many(self._ledger.seconds_until(since, _MINUTE))

    async def _check_bytes(self, token_id: str, needed: int, free: int) -> int:
        async with database_answers():
            left = free - await self._ledger.bytes_of_hour(token_id)
            if needed <= left:
                return left
            since = await self._ledger.hour_full_since(token_id, free - needed)
        raise too_much(_SOON if since is None else self._ledger.seconds_until(since, _HOUR))


def _too_many(seconds: int) -> Problem:
    most = settings().submissions_per_minute
    return Problem(
        429,
        f"Ce jeton peut faire {most} envois ou essais par minute. Réessayez dans {seconds} s : rien n'est perdu.",
        f"This token may make {most} submissions or dry runs a minute. Try again in {seconds} s: nothing is lost.",
        headers={"Retry-After": str(seconds)},
        limit="submissions_per_minute",
        most=most,
    )


def too_much(seconds: int) -> Problem:
    """The problem of a token that sent its bytes of the hour."""
    most = settings().bytes_per_hour
    return Problem(
        429,
        f"Ce jeton peut envoyer {most / 1_000_000:g} Mo par heure. Réessayez dans {seconds} s : rien n'est perdu.",
        f"This token may send {most / 1_000_000:g} MB an hour. Try again in {seconds} s: nothing is lost.",
        headers={"Retry-After": str(seconds)},
        limit="bytes_per_hour",
        most=most,
    )
