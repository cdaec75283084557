"""Every try at a route leaves one line in the log, its metrics and one row in the trail, however it ends."""

from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from time import perf_counter
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from services.ingestion.attempts.attempt import Attempt
from services.ingestion.attempts.ledger import AttemptLedger
from services.ingestion.problems import Problem
from shared.runtime.metrics import SUBMISSION_SECONDS, SUBMISSIONS_RECEIVED

log = structlog.get_logger()


def recording(ledger: AttemptLedger) -> type[APIRoute]:
    """A route whose requests carry an Attempt, written down when they end: refused before the handler ran as well."""

    class RecordedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def recorded(request: Request) -> Response:
                started, code = perf_counter(), 500
                attempt = request.state.attempt = Attempt()
                held = request.state.until_recorded = ExitStack()
                try:
                    response = await handle(request)
                    code = response.status_code
                    return response
                except Problem as problem:
                    code = problem.status
                    attempt.receipt_id = attempt.receipt_id or problem.fields.get("receipt_id")
                    if problem.fields.get("code") == "interrupted":
                        attempt.outcome = "interrupted"
                    raise
                except RequestValidationError:
                    code = 400
                    raise
                finally:
                    with held:
                        await ledger.record(attempt, code)
                    _tell(attempt, code, perf_counter() - started)

            return recorded

    return RecordedRoute


def until_recorded(request: Request) -> ExitStack:
    """What a request holds until its row is there: given back earlier, neither it nor the row would be counted."""
    held: ExitStack = request.state.until_recorded
    return held


def attempt_of(request: Request) -> Attempt:
    """The attempt of a request; one that nobody writes down where its route keeps no trail."""
    found = getattr(request.state, "attempt", None)
    return found if isinstance(found, Attempt) else Attempt()


def _tell(attempt: Attempt, code: int, seconds: float) -> None:
    """Counts and ids, never a cell or a token."""
    feed, outcome = attempt.feed or "unknown", attempt.ended(code)
    SUBMISSIONS_RECEIVED.labels(feed, "dry_run" if attempt.dry_run and code < 400 else outcome).inc()
    SUBMISSION_SECONDS.labels(feed).observe(seconds)
    log.info(
        "submission",
        feed=feed,
        sender=attempt.token_id,
        reporter=attempt.reporter,
        period=attempt.period,
        status=outcome,
        dry_run=attempt.dry_run,
        receipt=attempt.receipt_id,
        sha256=attempt.sha256[:12],
        size_bytes=attempt.size_bytes,
        code=code,
        seconds=round(seconds, 3),
    )
