"""PURE what somebody sends, how it was judged, and the receipt that this makes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from services.ingestion.feeds.model import Feed
from services.ingestion.messages import Messages, Stamp, answers, entry_reported, observation, reported_territories
from services.ingestion.new_receipt import NewReceipt
from services.ingestion.upload import Upload
from services.ingestion.validate.validation import Outcome
from services.ingestion.wording import listed
from shared.contracts.submission import Answer, SubmissionAccepted


@dataclass(frozen=True)
class Submission:
    """What somebody sends, about whom, and how."""

    feed: Feed
    reporter: str
    period: str | None
    upload: Upload
    token_id: str
    dry_run: bool = False
    simulated: bool = False
    nil_return: bool = False
    english: bool = False

    @property
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
    def status(self) -> str:
        """The word of the receipt."""
        if self.refused:
            return "rejected"
        return "partial" if self.outcome.errors else "accepted"


def compose(
    submission: Submission, judged: Judged, collection: str | None, seq: int, received_at: datetime
) -> NewReceipt:
    """The receipt with its messages.

    Figures that change nothing are published too: who reads the topic alone, or rebuilds from it, must see that the
    latest submission confirmed them.
    """
    outcome, feed, sha256 = judged.outcome, submission.feed, submission.sha256
    receipt_id = f"rec-{seq:06d}-{sha256[:8]}"
    nil = [Answer(territory=submission.reporter, period=judged.period)] if submission.nil_return else []
    reported = reported_territories(outcome.figures, outcome.entries)
    territories = [submission.reporter] if submission.nil_return else reported
    stamp = Stamp(receipt_id, seq, feed.name, submission.simulated, received_at)
    observations = [observation(figure, stamp) for figure in outcome.figures]
    entries = [entry_reported(entry, stamp) for entry in outcome.entries]
    accepted = SubmissionAccepted(
        receipt_id=receipt_id,
        submission_seq=seq,
        feed=feed.name,
        reporter=submission.reporter,
        period=judged.period,
        collection=collection,
        territories=territories,
        answers=nil or answers(outcome.figures, outcome.entries),
        observation_count=len(observations),
        entry_count=len(entries),
        nil_return=submission.nil_return,
        simulated=submission.simulated,
        received_at=received_at,
    )
    refused = judged.refused is not None
    return NewReceipt(
        id=receipt_id,
        submission_seq=seq,
        feed=feed.name,
        reporter=submission.reporter,
        period=judged.period,
        collection=collection,
        territories=territories,
        file_name=submission.upload.file_name,
        media_type=submission.upload.media_type,
        sha256=sha256,
        size_bytes=len(submission.upload.content),
        # Nothing of a file about persons is kept; a file that could not be read may be one.
        content=None if refused and not outcome.inside else submission.upload.content,
        received_at=received_at,
        stage="refused" if refused else "received",
        status=judged.status,
        accepted=len(observations) + len(entries),
        unchanged=judged.unchanged,
        rejected=len(outcome.errors),
        nil_return=submission.nil_return,
        simulated=submission.simulated,
        repairs=listed(outcome.repairs),
        errors=listed(outcome.errors),
        messages={} if refused else Messages(observations, accepted, entries).kept(),
        token_id=submission.token_id,
    )
