"""One submission, from bytes to answer: read -> judge -> keep -> publish -> answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.ingestion.deposit import Judged, Submission, compose
from services.ingestion.messages import Messages, span
from services.ingestion.new_receipt import NewReceipt
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.problems import Problem, away, database_answers
from services.ingestion.publish import Publisher
from services.ingestion.reading import read_file
from services.ingestion.receipt import Receipt, of_row
from services.ingestion.store import ReceiptStore
from services.ingestion.validate.known import (
    count_unchanged,
    keep_what_blanks_would_erase,
    refuse_simulated_over_real,
)
from services.ingestion.validate.known_entries import (
    count_unchanged_entries,
    keep_what_is_not_the_senders,
    note_unknown_calls,
)
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.wording import listed, sentence
from shared.domain.catalogue import Catalogue
from shared.runtime.clock import Clock
from shared.runtime.errors import RetryableError
from shared.runtime.faults import fault_point
from shared.runtime.metrics import ENTRIES_ACCEPTED, OBSERVATIONS_ACCEPTED, OBSERVATIONS_REJECTED

_UNSUPPORTED = ("unsupported_file", "old_workbook")


@dataclass(frozen=True)
class Answer:
    """A receipt and its HTTP status."""

    status_code: int
    receipt: Receipt


class SubmissionDesk:
    """Where submissions are taken in."""

    def __init__(self, store: ReceiptStore, publisher: Publisher, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock

    async def submit(self, submission: Submission, catalogue: Catalogue) -> Answer:
        """Take a submission in; raises Problem 403, 415 or 503."""
        judged = await self._judge(submission, catalogue)
        if judged.refused is None:
            earlier = await self._same_as_latest(submission, judged)
            if earlier is not None:
                return await self._repeat(submission, earlier)
        receipt = await self._compose(submission, judged, catalogue)
        if submission.dry_run:
            row = {**vars(receipt), "id": None, "submission_seq": None, "stage": "dry_run", "dry_run": True}
            return Answer(200, of_row(row, english=submission.english))
        async with database_answers():
            await self._store.save(receipt)
        _count(submission.feed.name, judged)
        fault_point("ingestion.after_receipt")
        if judged.refused is None:
            await self._publish(receipt.id, Messages.read(receipt.messages))
        stage = "published" if judged.refused is None else receipt.stage
        row = {**vars(receipt), "stage": stage}
        return Answer(422 if judged.refused else 202, of_row(row, english=submission.english))

    async def _judge(self, submission: Submission, catalogue: Catalogue) -> Judged:
        """Read and validate; a file that cannot be used is an outcome too."""
        if submission.nil_return:
            return Judged(Outcome([], [], []), None, submission.period or "")
        try:
            upload = submission.upload
            sheets = await read_file(upload.content, upload.media_type, upload.file_name)
            # Off the event loop: a table of thousands of rows takes seconds, and others are waiting.
            outcome = await asyncio.to_thread(
                validate, sheets, submission.feed, catalogue, submission.reporter, submission.period
            )
        except FileRefusedError as refused:
            if refused.code in _UNSUPPORTED:
                french, english = (sentence(refused.code, refused.params, english=e) for e in (False, True))
                raise Problem(415, french, english, code=refused.code) from refused
            note = Note(refused.code, Severity.error, refused.sheet, refused.row, refused.column, params=refused.params)
            return Judged(Outcome([], [], [note]), refused.code, submission.period or "")
        if outcome.entries:
            return await self._judge_entries(submission, outcome, catalogue)
        async with database_answers():
            period = submission.period or span(outcome.figures)
            current = await self._store.known_cells(outcome.figures, submission.feed.name, submission.reporter, period)
        if submission.simulated:
            outcome = refuse_simulated_over_real(outcome, current)
        outcome = keep_what_blanks_would_erase(outcome, current, simulated=submission.simulated)
        return self._weigh(submission, outcome, count_unchanged(outcome, current))

    async def _judge_entries(self, submission: Submission, outcome: Outcome, catalogue: Catalogue) -> Judged:
        """The same for a register: an entry is replaced as a whole, so a blank erases what its earlier version said."""
        async with database_answers():
            known = await self._store.known_entries(outcome.entries, submission.feed.name)
            calls = await self._store.known_calls(outcome.entries)
        outcome = note_unknown_calls(outcome, calls)
        outcome = keep_what_is_not_the_senders(
            outcome, known, catalogue.territories, submission.reporter, simulated=submission.simulated
        )
        return self._weigh(submission, outcome, count_unchanged_entries(outcome, known))

    def _weigh(self, submission: Submission, outcome: Outcome, unchanged: int) -> Judged:
        """Say whether anything is left to record."""
        period = submission.period or span(outcome.recorded)
        if outcome.recorded:
            return Judged(outcome, None, period, unchanged)
        if outcome.outside and not outcome.inside:
            raise Problem(
                403,
                f"Aucune ligne du fichier n'est dans le périmètre de ce jeton ({submission.reporter}).",
                f"No row of the file is within this token's territories ({submission.reporter}).",
                errors=listed(outcome.errors),
            )
        if outcome.errors:
            return Judged(outcome, outcome.errors[0].code, period)
        note = Note("nothing_to_record", Severity.error)
        outcome = Outcome([], outcome.repairs, [note], outcome.inside, outcome.outside)
        return Judged(outcome, note.code, period)

    async def _same_as_latest(self, submission: Submission, judged: Judged) -> Mapping[str, Any] | None:
        """The latest submission when it was these very bytes, judged the same way.

        A file sent again after the catalogue learned what it had refused is not a duplicate.
        """
        async with database_answers():
            latest = await self._store.latest(submission.feed.name, submission.reporter, judged.period)
        if latest is None:
            return None
        mine = (submission.sha256, submission.simulated, submission.nil_return, len(judged.outcome.errors))
        theirs = (latest["sha256"], latest["simulated"], latest["nil_return"], latest["rejected"])
        return latest if mine == theirs else None

    async def _repeat(self, submission: Submission, earlier: Mapping[str, Any]) -> Answer:
        """Answer a repeated file: nothing new, or the end of what an outage had interrupted."""
        if earlier["stage"] == "published" or submission.dry_run:
            return Answer(200, of_row(earlier, english=submission.english, status="duplicate"))
        async with database_answers():
            messages = Messages.read(await self._store.messages(earlier["id"]))
        await self._publish(earlier["id"], messages)
        return Answer(202, of_row({**earlier, "stage": "published"}, english=submission.english))

    async def _publish(self, receipt_id: str, messages: Messages) -> None:
        """Publish, then say so on the receipt. When Kafka is away the receipt waits for the republishing loop."""
        try:
            await self._publisher.publish(receipt_id, messages)
        except RetryableError as error:
            raise away(
                "La file de messages", "The message queue", receipt_id=receipt_id, receipt=f"/v1/receipts/{receipt_id}"
            ) from error
        fault_point("ingestion.after_publish")
        async with database_answers():
            await self._store.mark_published(receipt_id, self._clock.now())

    async def _compose(self, submission: Submission, judged: Judged, catalogue: Catalogue) -> NewReceipt:
        """The receipt with its number; a dry run takes none from the sequence, and shows none."""
        seq = 1
        if not submission.dry_run:
            async with database_answers():
                seq = await self._store.next_seq()
        collection = catalogue.collection_of_feed(submission.feed.name, judged.collected)
        return compose(submission, judged, collection.code if collection else None, seq, self._clock.now())


def _count(feed: str, judged: Judged) -> None:
    OBSERVATIONS_ACCEPTED.labels(feed).inc(len(judged.outcome.figures))
    ENTRIES_ACCEPTED.labels(feed).inc(len(judged.outcome.entries))
    for note in judged.outcome.errors:
        OBSERVATIONS_REJECTED.labels(feed, note.code).inc()
