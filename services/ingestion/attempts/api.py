"""GET /v1/attempts: the trail of tries, all of it for operators, one's own for everybody else."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from services.ingestion.attempts.attempt import OUTCOMES
from services.ingestion.attempts.ledger import AttemptLedger
from services.ingestion.description import ATTEMPT_LIST
from services.ingestion.entrance import Entrance
from services.ingestion.problems import database_answers
from shared.runtime.auth import Identity, Role

_LARGEST_ID = 2**63 - 1
_Word = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_-]+$")]


class AttemptItem(BaseModel):
    """One try to send something: never what was in it."""

    id: int
    at: datetime
    token_id: str | None = Field(description="Null where no token in force was shown")
    feed: str = Field(description="Empty where no such feed exists, or nobody got that far")
    reporter: str
    period: str
    dry_run: bool
    size_bytes: int = Field(description="Bytes read; 0 where it was refused before")
    sha256: str = Field(description="Of the file; empty where none was read")
    code: int = Field(description="HTTP status of the answer")
    outcome: str = Field(description=", ".join(OUTCOMES))
    receipt_id: str | None


class AttemptList(BaseModel):
    """A page, the newest first; `next` is the `before` of the page that follows, null on the last one."""

    items: list[AttemptItem]
    next: int | None


def attempt_routes(entrance: Entrance, ledger: AttemptLedger) -> APIRouter:
    """The router of the trail."""
    router = APIRouter(prefix="/v1")

    @router.get("/attempts", response_model=AttemptList, **ATTEMPT_LIST)
    async def attempts(
        identity: Annotated[Identity, Depends(entrance.caller)],
        since: Annotated[AwareDatetime | None, Query(description="From this instant on")] = None,
        until: Annotated[AwareDatetime | None, Query(description="Before this instant")] = None,
        feed: _Word | None = None,
        outcome: _Word | None = None,
        before: Annotated[int | None, Query(ge=1, le=_LARGEST_ID, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        whose = None if identity.role is Role.operator else identity.id
        async with database_answers():
            found = await ledger.page(
                whose, since=since, until=until, feed=feed, outcome=outcome, before=before, limit=limit + 1
            )
        items = found[:limit]
        return {"items": items, "next": items[-1]["id"] if len(found) > limit else None}

    return router
