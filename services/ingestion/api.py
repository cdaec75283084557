"""Send a file, list the feeds, read a receipt."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse

from services.ingestion.attempts.allowance import Allowance
from services.ingestion.attempts.attempt import Attempt
from services.ingestion.attempts.ledger import AttemptLedger
from services.ingestion.attempts.recorded import attempt_of, recording, until_recorded
from services.ingestion.deposit import Submission
from services.ingestion.description import FEED_LIST, RECEIPT, SUBMISSION, FeedDescription, describe
from services.ingestion.entrance import Entrance, may_see, period_of, reporter_of
from services.ingestion.mode import Mode
from services.ingestion.problems import Problem, database_answers, wants_english
from services.ingestion.receipts.receipt import Receipt, of_row
from services.ingestion.store import ReceiptStore
from services.ingestion.submissions import SubmissionDesk
from services.ingestion.upload import Upload
from services.ingestion.uploads import declared_size, read_upload
from shared.runtime.auth import Identity
from shared.runtime.settings import settings


def submission_routes(entrance: Entrance, desk: SubmissionDesk, ledger: AttemptLedger) -> APIRouter:
    """Where files come in. Its requests carry an Attempt, which each step fills with what it learned."""
    router = APIRouter(prefix="/v1", route_class=recording(ledger))
    allowance = Allowance(ledger)

    @router.post("/feeds/{feed}/submissions", status_code=202, response_model=Receipt, **SUBMISSION)
    async def submit(
        request: Request,
        identity: Annotated[Identity, Depends(entrance.caller)],
        feed: Annotated[str, Path(description="Name of the feed, see /v1/feeds")],
        territory: Annotated[str | None, Query(description="Who reports; default: the token's only territory")] = None,
        period: Annotated[str | None, Query(description="Needed where the file has no period column")] = None,
        filename: Annotated[str | None, Query(description="Name of a file sent as a raw body")] = None,
        dry_run: Annotated[bool, Query(description="Only say what would become of the file")] = False,
        mode: Annotated[
            Mode, Query(description="patch: a blank erases nothing. replace: the file is the whole report")
        ] = Mode.patch,
        simulated: Annotated[bool, Query(description="Mark every figure as simulated")] = False,
        nil_return: Annotated[bool, Query(description="Empty body: nothing to report for this period")] = False,
    ) -> JSONResponse:
        attempt = attempt_of(request)
        attempt.dry_run = dry_run
        declared = entrance.feed(feed, identity, attempt)
        size = declared_size(request)
        catalogue = await entrance.catalogue()
        reporter = attempt.reporter = reporter_of(identity, territory, declared, catalogue)
        about = period_of(period, declared)
        attempt.period = about or ""
        # A body of unknown length holds a place for the longest one.
        length = settings().max_upload_bytes if size is None else size
        ahead = until_recorded(request).enter_context(allowance.taken(identity.id, length))
        room = await allowance.check(identity.id, size, ahead)
        submission = Submission(
            feed=declared,
            reporter=reporter,
            period=about,
            upload=await read_upload(request, filename, room),
            token_id=identity.id,
            mode=mode,
            dry_run=dry_run,
            simulated=simulated,
            nil_return=nil_return,
            english=wants_english(request),
        )
        attempt.size_bytes, attempt.sha256 = len(submission.upload.content), submission.sha256
        _check_nil_return(submission.upload, about, nil_return=nil_return)
        answer = await desk.submit(submission, catalogue)
        _fill(attempt, answer.receipt)
        return JSONResponse(
            answer.receipt.model_dump(mode="json"),
            answer.status_code,
            headers={"Content-Language": "en" if submission.english else "fr"},
        )

    return router


def reading_routes(entrance: Entrance, store: ReceiptStore) -> APIRouter:
    """What may be read: feeds by everybody, a receipt by whoever covers its territory."""
    router = APIRouter(prefix="/v1")

    @router.get("/feeds", response_model=dict[str, list[FeedDescription]], **FEED_LIST)
    async def feeds() -> dict[str, list[FeedDescription]]:
        return {"items": [describe(feed) for feed in entrance.feeds.values()]}

    @router.get("/receipts/{receipt_id}", response_model=Receipt, **RECEIPT)
    async def receipt(
        request: Request,
        identity: Annotated[Identity, Depends(entrance.caller)],
        receipt_id: Annotated[str, Path(max_length=60)],
    ) -> Receipt:
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


def _fill(attempt: Attempt, receipt: Receipt) -> None:
    attempt.period, attempt.receipt_id, attempt.outcome = receipt.period, receipt.id, receipt.status
