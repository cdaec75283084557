"""PURE what somebody sends, how it was judged, and the receipt that this makes."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from services.ingestion.feeds.model import Feed
from services.ingestion.messages import Messages, Stamp, answers, entry_reported, reported_territories
from services.ingestion.mode import Mode
from services.ingestion.receipts.accepted import accepted_digest
from services.ingestion.receipts.new_receipt import NewReceipt
from services.ingestion.receipts.seal import Facts, Keyring
from services.ingestion.upload import Upload
from services.ingestion.validate.validation import Outcome
from services.ingestion.wording import listed
from shared.contracts.submission import Answer, SubmissionAccepted
from shared.domain.observation import Status


@dataclass(frozen=True)
class Submission:
    """What somebody sends, about whom, and how."""

    feed: Feed
    reporter: str
    period: str | None
    upload: Upload
    token_id: str
    mode: Mode = Mode.patch
    dry_run: bool = False
    simulated: bool = False
    nil_return: bool = False
    english: bool = False

    @cached_property
    def sha256(self) -> str:
        """The identity of the bytes."""
        return hashlib.sha256(self.upload.content).hexdigest()


@dataclass(frozen=True)
class Judged:
    """A file with its outcome. `refused`: why the whole of it cannot be used, if so."""

    outcome: Outcome
    refused: str | None
    period: str
    unchanged: int = 0

    @property
    def collected(self) -> str:
        """The period of the collection that the file answers: the only one that it is about, empty for several.

        A file of January and March is shown as 2020, but is not the report of 2020.
        """
        periods = {f.period for f in self.outcome.recorded} or {self.period}
        return periods.pop() if len(periods) == 1 else ""

    @property
    def periods(self) -> list[str]:
        """Every period that it is about."""
        return sorted({f.period for f in self.outcome.recorded} or {self.period})

    @property
    def status(self) -> str:
        """The word of the receipt."""
        if self.refused:
            return "rejected"
        return "partial" if self.outcome.errors else "accepted"

    @property
    def withdrawn(self) -> int:
        """How many figures or entries the file takes back."""
        return sum(read.status is Status.withdrawn for read in self.outcome.recorded)


@dataclass(frozen=True)
class Composed:
    """A receipt and what it publishes; nothing for a file that was refused."""

    receipt: NewReceipt
    messages: Messages | None


def compose(
    submission: Submission, judged: Judged, collection: str | None, seq: int, received_at: datetime, keyring: Keyring
) -> Composed:
    """The receipt with its messages and its seal.

    Figures that change nothing are published too: who reads the topic alone, or rebuilds from it, must see that the
    latest submission confirmed them.
    """
    outcome, feed, sha256 = judged.outcome, submission.feed, submission.sha256
    refused = judged.refused is not None
    receipt_id = f"rec-{seq:06d}-{sha256[:8]}"
    reported = reported_territories(outcome.figures, outcome.entries)
    territories = [submission.reporter] if submission.nil_return else reported
    stamp = Stamp(receipt_id, seq, feed.name, submission.simulated, received_at)
    entries = [entry_reported(entry, stamp) for entry in outcome.entries]
    messages = None
    if not refused:
        accepted = _accepted(submission, judged, collection, stamp, territories)
        messages = Messages(stamp, outcome.figures, accepted, entries)
    receipt = NewReceipt(
        id=receipt_id,
        submission_seq=seq,
        feed=feed.name,
        reporter=submission.reporter,
        period=judged.period,
        collection=collection,
        territories=territories,
        periods=judged.periods,
        file_name=submission.upload.file_name,
        media_type=submission.upload.media_type,
        sha256=sha256,
        size_bytes=len(submission.upload.content),
        # Nothing of a file about persons is kept; a file that could not be read may be one.
        content=None if refused and not outcome.inside else submission.upload.content,
        received_at=received_at,
        stage="refused" if refused else "received",
        status=judged.status,
        accepted=0 if refused else len(outcome.figures) + len(entries),
        unchanged=judged.unchanged,
        rejected=len(outcome.errors),
        withdrawn=0 if refused else judged.withdrawn,
        nil_return=submission.nil_return,
        simulated=submission.simulated,
        mode=submission.mode.value,
        repairs=listed(outcome.repairs),
        errors=listed(outcome.errors),
        messages=messages.kept() if messages else {},
        accepted_sha256="" if refused else accepted_digest(outcome.figures, outcome.entries),
        seal=None,
        token_id=submission.token_id,
    )
    return Composed(replace(receipt, seal=keyring.seal(Facts.of(vars(receipt)))), messages)


def _accepted(
    submission: Submission, judged: Judged, collection: str | None, stamp: Stamp, territories: list[str]
) -> SubmissionAccepted:
    outcome = judged.outcome
    nil = [Answer(territory=submission.reporter, period=judged.period)] if submission.nil_return else []
    return SubmissionAccepted(
        receipt_id=stamp.receipt_id,
        submission_seq=stamp.submission_seq,
        feed=submission.feed.name,
        reporter=submission.reporter,
        period=judged.period,
        collection=collection,
        territories=territories,
        answers=nil or answers(outcome.figures, outcome.entries),
        observation_count=len(outcome.figures),
        entry_count=len(outcome.entries),
        nil_return=submission.nil_return,
        simulated=submission.simulated,
        received_at=stamp.received_at,
    )
