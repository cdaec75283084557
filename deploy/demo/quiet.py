"""When everything sent so far has had all its effects: a condition that is asked for, never a time that is waited."""

import time
from collections.abc import Callable

import httpx

from deploy.stack.errors import StackError
from deploy.stack.stack import Stack

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05
PASSES = 2
"""One pass of the rules may have begun before the clock moved; the second one has not."""

# Whoever drives the whole platform may look behind the published views: these tables say what is still under way.
UNDER_WAY = {
    "receipts not published": "SELECT count(*) FROM entitled.receipt WHERE stage = 'received'",
    "submissions not noticed": """
        SELECT count(*) FROM entitled.receipt r
        WHERE r.status IN ('accepted', 'partial')
          AND NOT EXISTS (SELECT FROM alerting.submission s WHERE s.receipt_id = r.id)""",
    "files not aggregated": """
        SELECT count(*) FROM alerting.submission s
        LEFT JOIN entitled.receipt_progress p USING (receipt_id)
        WHERE coalesce(p.stored, 0) < s.observation_count + s.entry_count""",
    "figures not judged": """
        SELECT count(*) FROM entitled.rollup r
        LEFT JOIN alerting.judged_rollup j USING (indicator, period, territory)
        WHERE j.version IS DISTINCT FROM r.version""",
    "judgements pending": "SELECT count(*) FROM alerting.pending_judgement",
    "messages not sent": "SELECT count(*) FROM entitled.notification WHERE status IN ('pending', 'sending')",
}
QUESTION = " UNION ALL ".join(f"SELECT '{what}', ({query})" for what, query in UNDER_WAY.items())


def await_quiet(stack: Stack) -> None:
    """Return once nothing is under way and the rules have been passed over since."""
    with httpx.Client(base_url=stack.urls["alerting"], timeout=5) as alerting:
        _until(stack, lambda: under_way(stack))
        seen = passes(alerting)
        _until(stack, lambda: {} if passes(alerting) >= seen + PASSES else {"passes of the rules": 1})
        _until(stack, lambda: under_way(stack))


def under_way(stack: Stack) -> dict[str, int]:
    """What is still to be done, each with how many of it."""
    lines = stack.postgres.sql(QUESTION, stack.postgres.database).splitlines()
    counts = dict(line.rsplit("|", 1) for line in lines)
    return {what: int(count) for what, count in counts.items() if int(count)}


def passes(alerting: httpx.Client) -> int:
    """How often alerting has gone over all its rules since it started."""
    lines = alerting.get("/metrics").text.splitlines()
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("vigie_alerting_ticks_total{")))


def _until(stack: Stack, remaining: Callable[[], dict[str, int]]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := remaining():
        stack.check()
        if time.monotonic() > deadline:
            counts = ", ".join(f"{what}: {count}" for what, count in left.items())
            raise StackError(f"After {PATIENCE_SECONDS:g} s there is still something under way: {counts}")
        time.sleep(POLL_SECONDS)
