"""One submission, from bytes to answer: read -> compare with what is known -> keep -> publish -> answer."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from services.ingestion.deposit import Composed, Judged, Submission, compose
from services.ingestion.judgement.judging import judge
from services.ingestion.messages import Messages
from services.ingestion.mode import Mode
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import TOO_LARGE, FileRefusedError
from services.ingestion.problems import Problem, away, database_answers
from services.ingestion.publish import Publisher
from services.ingestion.receipts.receipt import Receipt, of_row
from services.ingestion.receipts.seal import Keyring
from services.ingestion.standing import Held
from services.ingestion.store import ReceiptStore
from services.ingestion.turn import Turn
from services.ingestion.validate.validation import Outcome
from services.ingestion.weighing import weigh
from services.ingestion.wording import listed, sentence
from shared.domain.catalogue import Catalogue
from shared.runtime.clock import Clock
from shared.runtime.errors import RetryableError
from shared.runtime.faults import fault_point
from shared.runtime.metrics import ENTRIES_ACCEPTED, OBSERVATIONS_ACCEPTED, OBSERVATIONS_REJECTED

_UNSUPPORTED = ("unsupported_file", "protected_workbook")
# A file of 200 000 figures is compared and kept in some ten seconds; an ordinary one in some hundredths.
_PATIENCE_SECONDS = 10.0
_SLOWEST_PER_SECOND = 5_000


@dataclass(frozen=True)
class Answer:
    """A receipt and its HTTP status."""

    status_code: int
    receipt: Receipt


class SubmissionDesk:
    """Where submissions are taken in."""

    def __init__(self, store: ReceiptStore, publisher: Publisher, clock: Clock, keyring: Keyring) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._keyring = keyring

    async def submit(self, submission: Submission, catalogue: Catalogue) -> Answer:
        """Take a submission in; raises Problem 403, 413, 415 or 503."""
        outcome, refused = await self._read(submission, catalogue)
        patience = _PATIENCE_SECONDS + len(outcome.figures) / _SLOWEST_PER_SECOND
        feed, reporter, alone = submission.feed.name, submission.reporter, submission.mode is Mode.replace
        taken = self._store.look() if submission.dry_run else self._store.turn(feed, reporter, alone=alone)
        with ExitStack() as held:
            async with database_answers(patience), taken as turn:
                judged = await self._weigh(turn, submission, outcome, refused, catalogue)
                earlier = await self._same_as_latest(turn, submission, judged)
                composed = None if earlier else await self._compose(turn, submission, judged, catalogue)
                if composed and not submission.dry_run:
                    # Before anybody can see the receipt: the loop must not take it for left behind.
                    held.enter_context(self._publisher.holding(composed.receipt.id))
                    await turn.save(composed.receipt, composed.messages.figures if composed.messages else ())
            if earlier is not None:
                return await self._repeat(submission, earlier)
            assert composed is not None  # neither a repeat nor composed cannot be
            return await self._tell(submission, judged, composed)

    async def _weigh(
        self, turn: Turn, submission: Submission, outcome: Outcome, refused: str | None, catalogue: Catalogue
    ) -> Judged:
        """The file against what is known; one that cannot be used is not compared."""
        if refused is not None:
            return Judged(outcome, refused, submission.period or "")
        held = await self._held(turn, submission, outcome)
        return await asyncio.to_thread(weigh, submission, outcome, held, catalogue.territories)

    async def _read(self, submission: Submission, catalogue: Catalogue) -> tuple[Outcome, str | None]:
        """What the file says, and why none of it can be used, if so: that is an outcome too."""
        if submission.nil_return:
            return Outcome([], [], []), None
        try:
            feed, reporter, period = submission.feed, submission.reporter, submission.period
            outcome = await judge(submission.upload, feed, catalogue, reporter, period)
        except FileRefusedError as refused:
            status = 415 if refused.code in _UNSUPPORTED else 413 if refused.code in TOO_LARGE else None
            if status is not None:
                french, english = (sentence(refused.code, refused.params, english=e) for e in (False, True))
                raise Problem(status, french, english, code=refused.code) from refused
            note = Note(refused.code, Severity.error, refused.sheet, refused.row, refused.column, params=refused.params)
            return Outcome([], [], [note]), refused.code
        if not outcome.recorded and outcome.outside and not outcome.inside:
            raise Problem(
                403,
                f"Aucune ligne du fichier n'est dans le périmètre de ce jeton ({submission.reporter}).",
                f"No row of the file is within this token's territories ({submission.reporter}).",
                errors=listed(outcome.errors),
            )
        return outcome, None

    async def _held(self, turn: Turn, submission: Submission, outcome: Outcome) -> Held:
        """What Vigie knows of what the file is about; more when the file is to replace it."""
        feed, reporter = submission.feed.name, submission.reporter
        replaced: dict[str, Any] = {}
        if submission.mode is Mode.replace or submission.nil_return:
            periods = sorted({submission.period} if submission.period else {f.period for f in outcome.recorded})
            if submission.feed.register_name is not None:
                replaced["standing_entries"] = await turn.standing_entries(feed, reporter, periods)
            else:
                replaced["standing_figures"] = await turn.standing_figures(feed, reporter, periods)
        return Held(
            cells=await turn.known_cells(outcome.figures),
            entries=await turn.known_entries(outcome.entries, feed),
            calls=frozenset(await turn.known_calls(outcome.entries)),
            **replaced,
        )

    async def _same_as_latest(self, turn: Turn, submission: Submission, judged: Judged) -> Mapping[str, Any] | None:
        """The latest submission when it was these very bytes, judged the same way, and nobody has said otherwise since.

        A file sent again after the catalogue learned what it had refused is not a duplicate.
        """
        if judged.refused is not None or judged.unchanged < len(judged.outcome.recorded):
            return None
        latest = await turn.latest(submission.feed.name, submission.reporter, judged.periods)
        if latest is None:
            return None
        errors = len(judged.outcome.errors)
        mine = (submission.sha256, submission.simulated, submission.nil_return, submission.mode.value, errors)
        theirs = tuple(latest[name] for name in ("sha256", "simulated", "nil_return", "mode", "rejected"))
        return latest if mine == theirs else None

    async def _compose(self, turn: Turn, submission: Submission, judged: Judged, catalogue: Catalogue) -> Composed:
        """The receipt with its number; a dry run takes none from the sequence, and shows none."""
        seq = 1 if submission.dry_run else await turn.next_seq()
        collection = catalogue.collection_of_feed(submission.feed.name, judged.collected)
        code = collection.code if collection else None
        return await asyncio.to_thread(compose, submission, judged, code, seq, self._clock.now(), self._keyring)

    async def _repeat(self, submission: Submission, earlier: Mapping[str, Any]) -> Answer:
        """Answer a repeated file: nothing new, or the end of what an outage had interrupted."""
        if earlier["stage"] == "published" or submission.dry_run:
            return Answer(200, of_row(earlier, english=submission.english, status="duplicate"))
        async with database_answers():
            messages = await self._store.messages(earlier["id"])
        await self._publish(messages)
        return Answer(202, of_row({**earlier, "stage": "published"}, english=submission.english))

    async def _tell(self, submission: Submission, judged: Judged, composed: Composed) -> Answer:
        """Publish what was kept and answer with the receipt."""
        receipt = composed.receipt
        if submission.dry_run:
            row = {**vars(receipt), "id": None, "submission_seq": None, "stage": "dry_run", "seal": None}
            return Answer(200, of_row({**row, "dry_run": True}, english=submission.english))
        _count(submission.feed.name, judged)
        fault_point("ingestion.after_receipt")
        if composed.messages is None:
            return Answer(422, of_row(vars(receipt), english=submission.english))
        await self._publish(composed.messages)
        return Answer(202, of_row({**vars(receipt), "stage": "published"}, english=submission.english))

    async def _publish(self, messages: Messages) -> None:
        """Publish, then say so on the receipt. When Kafka is away the receipt waits for the republishing loop."""
        receipt_id = messages.stamp.receipt_id
        try:
            await self._publisher.publish(messages)
        except RetryableError as error:
            raise away(
                "La file de messages", "The message queue", receipt_id=receipt_id, receipt=f"/v1/receipts/{receipt_id}"
            ) from error
        fault_point("ingestion.after_publish")
        async with database_answers():
            await self._store.mark_published(receipt_id, self._clock.now())


def _count(feed: str, judged: Judged) -> None:
    OBSERVATIONS_ACCEPTED.labels(feed).inc(len(judged.outcome.figures))
    ENTRIES_ACCEPTED.labels(feed).inc(len(judged.outcome.entries))
    for note in judged.outcome.errors:
        OBSERVATIONS_REJECTED.labels(feed, note.code).inc()
