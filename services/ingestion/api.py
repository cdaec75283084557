"""The three routes of ingestion."""

from time import perf_counter
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse

from services.ingestion.deposit import Submission
from services.ingestion.description import FEED_LIST, RECEIPT, SUBMISSION, FeedDescription, describe
from services.ingestion.entrance import Entrance, may_see, period_of, reporter_of
from services.ingestion.feeds.model import Feed
from services.ingestion.problems import Problem, database_answers, wants_english
from services.ingestion.receipt import Receipt, of_row
from services.ingestion.store import ReceiptStore
from services.ingestion.submissions import Answer, SubmissionDesk
from services.ingestion.upload import Upload
from services.ingestion.uploads import read_upload
from shared.runtime.auth import Identity
from shared.runtime.metrics import SUBMISSION_SECONDS, SUBMISSIONS_RECEIVED

log = structlog.get_logger()
Authorization = Annotated[str | None, Header(description="Bearer and the token")]


def routes(entrance: Entrance, desk: SubmissionDesk, store: ReceiptStore) -> APIRouter:
    """The router over one desk."""
    router = APIRouter(prefix="/v1")

    @router.post("/feeds/{feed}/submissions", status_code=202, response_model=Receipt, **SUBMISSION)
    async def submit(
        request: Request,
        feed: Annotated[str, Path(description="Name of the feed, see /v1/feeds")],
        territory: Annotated[str | None, Query(description="Who reports; default: the token's only territory")] = None,
        period: Annotated[str | None, Query(description="Needed where the file has no period column")] = None,
        filename: Annotated[str | None, Query(description="Name of a file sent as a raw body")] = None,
        dry_run: Annotated[bool, Query(description="Only say what would become of the file")] = False,
        mode: Annotated[
            str, Query(description="patch: a blank cell erases nothing. No other in this version")
        ] = "patch",
        simulated: Annotated[bool, Query(description="Mark every figure as simulated")] = False,
        nil_return: Annotated[bool, Query(description="Empty body: nothing to report for this period")] = False,
        authorization: Authorization = None,
    ) -> JSONResponse:
        started = perf_counter()
        identity = await entrance.identity(authorization)
        declared = entrance.feed(feed, identity)
        try:
            _check_mode(mode)
            catalogue = await entrance.catalogue()
            submission = Submission(
                feed=declared,
                reporter=reporter_of(identity, territory, declared, catalogue),
                period=period_of(period, declared),
                upload=await read_upload(request, filename),
                token_id=identity.id,
                dry_run=dry_run,
                simulated=simulated,
                nil_return=nil_return,
                english=wants_english(request),
            )
            _check_nil_return(submission.upload, submission.period, nil_return=nil_return)
            answer = await desk.submit(submission, catalogue)
        except Problem as problem:
            _record(declared, identity, started, problem.status, {"receipt": problem.fields.get("receipt_id")})
            raise
        _record(declared, identity, started, answer.status_code, _facts(answer))
        return JSONResponse(
            answer.receipt.model_dump(mode="json"),
            answer.status_code,
            headers={"Content-Language": "en" if submission.english else "fr"},
        )

    @router.get("/feeds", response_model=dict[str, list[FeedDescription]], **FEED_LIST)
    async def feeds() -> dict[str, list[FeedDescription]]:
        return {"items": [describe(feed) for feed in entrance.feeds.values()]}

    @router.get("/receipts/{receipt_id}", response_model=Receipt, **RECEIPT)
    async def receipt(
        request: Request, receipt_id: Annotated[str, Path(max_length=60)], authorization: Authorization = None
    ) -> Receipt:
        identity = await entrance.identity(authorization)
        catalogue = await entrance.catalogue()
        async with database_answers():
            row = await store.receipt(receipt_id.replace("\x00", ""))
        # The same answer whether it does not exist or is somebody else's.
        if row is None or not may_see(identity, row["reporter"], catalogue):
            raise Problem(
                404,
                "Aucun rapport d'import de ce numéro n'est visible avec ce jeton.",
                "No receipt of this number is visible with this token.",
            )
        return of_row(row, english=wants_english(request))

    return router


def _check_mode(mode: str) -> None:
    if mode != "patch":
        raise Problem(
            422,
            "Cette version ne connaît que mode=patch : une case vide n'efface rien. Pour retirer un chiffre, "
            "envoyez-le avec le statut « retiré » dans le flux observations.",
            "This version only knows mode=patch: a blank cell erases nothing. To withdraw a figure, send it with the "
            "status “withdrawn” in the feed observations.",
            supported=["patch"],
        )


def _check_nil_return(upload: Upload, period: str | None, *, nil_return: bool) -> None:
    if nil_return and upload.content.strip():
        raise Problem(
            400,
            "Un état néant s'envoie avec un corps vide : retirez le fichier ou nil_return.",
            "A nil return has an empty body: remove the file or nil_return.",
        )
    if nil_return and period is None:
        raise Problem(
            400,
            "Un état néant porte sur une période : donnez le paramètre period.",
            "A nil return is about a period: give the parameter period.",
        )


def _facts(answer: Answer) -> dict[str, Any]:
    r = answer.receipt
    return {
        "receipt": r.id,
        "reporter": r.reporter,
        "period": r.period,
        "status": "dry_run" if r.dry_run else r.status,
        "accepted": r.accepted,
        "rejected": r.rejected,
        "repairs": len(r.repairs),
        "sha256": r.sha256[:12],
        "simulated": r.simulated,
    }


def _record(feed: Feed, identity: Identity, started: float, code: int, facts: dict[str, Any]) -> None:
    """One line and two metrics per submission: counts and ids, never a cell or a token."""
    seconds = perf_counter() - started
    status = str(facts.get("status") or ("unavailable" if code == 503 else "refused"))
    SUBMISSIONS_RECEIVED.labels(feed.name, status).inc()
    SUBMISSION_SECONDS.labels(feed.name).observe(seconds)
    log.info(
        "submission",
        **{**facts, "status": status},
        feed=feed.name,
        sender=identity.id,
        code=code,
        seconds=round(seconds, 3),
    )
