"""PURE. Duties: the reports that the catalogue's collections expect, when each is due, and what answers it."""

from dataclasses import dataclass
from datetime import datetime

from services.alerting.calendar import METROPOLITAN, due_instant
from shared.contracts.submission import SubmissionAccepted
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection, Expectation, ReportState
from shared.domain.period import Period


@dataclass(frozen=True)
class Duty:
    """One line of the ledger: what one territory owes to one feed of one collection."""

    collection: str
    territory: str
    feed: str
    period: str
    due_at: datetime
    state: ReportState
    received_at: datetime | None = None
    receipt_id: str | None = None
    source_text: str = ""


def answers_of(submission: SubmissionAccepted) -> set[tuple[str, str]]:
    """The (territory, period) pairs that a submission reports; an older message gives its territories and period."""
    if submission.answers:
        return {(answer.territory, answer.period) for answer in submission.answers}
    territories = {*submission.territories, *([submission.reporter] if submission.nil_return else [])}
    return {(territory, submission.period) for territory in territories}


def spans(outer: str, inner: str) -> bool:
    """Say whether a period is another or contains it; a text that is no period spans itself only."""
    if outer == inner:
        return True
    try:
        whole, part = Period.parse(outer), Period.parse(inner)
    except ValueError:
        return False
    return whole.start <= part.start and part.end <= whole.end


def duties_of(catalogue: Catalogue) -> list[Duty]:
    """Every duty of every collection. Silence is a line of the ledger, not the absence of one."""
    return [duty for collection in catalogue.collections for duty in _of_collection(collection, catalogue)]


def _of_collection(collection: Collection, catalogue: Catalogue) -> list[Duty]:
    duties = []
    for member in collection.members:
        territory = catalogue.territories.get(member.territory)
        due_at = due_instant(
            collection.due_on_for(member.territory), territory.holidays if territory is not None else METROPOLITAN
        )
        waived = member.expectation is Expectation.waived
        duties += [
            Duty(
                collection.code,
                member.territory,
                feed,
                collection.period,
                due_at,
                ReportState.waived if waived else ReportState.expected,
                source_text=member.source_text or collection.source_text,
            )
            for feed in collection.feeds
        ]
    return duties
