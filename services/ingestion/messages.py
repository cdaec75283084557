"""PURE what was read + receipt -> the messages that travel, and the form in which they are kept to be sent again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from shared.contracts.observation import ObservationReported, event_id
from shared.contracts.register import EntryReported, entry_event_id
from shared.contracts.submission import Answer, SubmissionAccepted
from shared.domain.observation import Basis, Status
from shared.domain.period import Period


class Dated(Protocol):
    """A figure or an entry: something about a period."""

    @property
    def period(self) -> str: ...


@dataclass(frozen=True)
class Stamp:
    """What a receipt says on each of its messages."""

    receipt_id: str
    submission_seq: int
    feed: str
    simulated: bool
    received_at: datetime


@dataclass(frozen=True)
class Messages:
    """Everything that one receipt publishes. Observations are made of their figures when they are sent, one by one."""

    stamp: Stamp
    figures: Sequence[Figure]
    submission: SubmissionAccepted
    entries: list[EntryReported] = field(default_factory=list)

    def observations(self) -> Iterator[ObservationReported]:
        """The figures as messages, in the order of the file."""
        return (observation(figure, self.stamp) for figure in self.figures)

    def kept(self) -> dict[str, Any]:
        """JSON for the receipt's row: all but the figures, which have rows of their own."""
        return {
            "entries": [e.model_dump(mode="json") for e in self.entries],
            "submission": self.submission.model_dump(mode="json"),
        }

    @staticmethod
    def read(receipt_id: str, kept: dict[str, Any], figures: Sequence[Figure]) -> "Messages":
        """The same messages again, with the same ids."""
        submission = SubmissionAccepted.model_validate(kept["submission"])
        stamp = Stamp(
            receipt_id, submission.submission_seq, submission.feed, submission.simulated, submission.received_at
        )
        return Messages(stamp, figures, submission, [EntryReported.model_validate(e) for e in kept["entries"]])


def observation(figure: Figure, stamp: Stamp) -> ObservationReported:
    """One figure as a message. Its parts were validated when it was read: 200 000 of them are not validated again."""
    return ObservationReported.model_construct(
        event_id=event_id(stamp.receipt_id, figure.cell),
        receipt_id=stamp.receipt_id,
        submission_seq=stamp.submission_seq,
        sheet=figure.sheet,
        row=figure.row or None,
        column=figure.column,
        feed=stamp.feed,
        source=figure.source,
        basis=figure.basis,
        indicator=figure.indicator,
        definition_version=figure.definition_version,
        territory=figure.territory,
        period=figure.period,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        status=figure.status,
        qualifier=figure.qualifier,
        simulated=stamp.simulated,
        received_at=stamp.received_at,
    )


def entry_reported(read: ReadEntry, stamp: Stamp) -> EntryReported:
    """One entry as a message."""
    return EntryReported(
        event_id=entry_event_id(stamp.receipt_id, read.entry),
        receipt_id=stamp.receipt_id,
        submission_seq=stamp.submission_seq,
        sheet=read.sheet,
        row=read.row or None,
        feed=stamp.feed,
        source=read.source,
        status=read.status,
        simulated=stamp.simulated,
        received_at=stamp.received_at,
        entry=read.entry,
    )


def reported_territories(figures: Sequence[Figure], entries: Sequence[ReadEntry] = ()) -> list[str]:
    """Those that figures are about in their own name, and entries; a total over others settles nobody's duty."""
    return sorted({territory for territory, _ in _settled(figures, entries)})


def answers(figures: Sequence[Figure], entries: Sequence[ReadEntry] = ()) -> list[Answer]:
    """The territories and periods that they settle, each once, in order."""
    return [Answer(territory=territory, period=period) for territory, period in sorted(_settled(figures, entries))]


def _settled(figures: Sequence[Figure], entries: Sequence[ReadEntry]) -> set[tuple[str, str]]:
    own = {(f.territory, f.period) for f in figures if f.basis is Basis.reported and f.status is not Status.withdrawn}
    return own | {(e.territory, e.period) for e in entries if e.status is not Status.withdrawn}


def span(figures: Sequence[Dated]) -> str:
    """The period of a file that says it row by row: theirs, or the range from the first to the last; empty for none."""
    codes = {f.period for f in figures}
    if len(codes) <= 1:
        return next(iter(codes), "")
    periods = [Period.parse(code) for code in codes]
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    if first.year == last.year:
        return f"{first.year}"
    return f"{first.year}/{last.year}"
