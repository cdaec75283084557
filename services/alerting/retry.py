"""PURE. When a message that did not leave is tried again, and when it is given up."""

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)


def next_attempt(attempts: int, enqueued_at: datetime, now: datetime) -> datetime | None:
    """The instant of the next attempt, doubling the pause each time; None after five days. All in real time."""
    if now - enqueued_at >= GIVE_UP_AFTER:
        return None
    doubled: int = 2 ** min(attempts - 1, 20)
    return now + min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
