"""PURE. Duties: the reports that the catalogue's collections expect, each with the instant it is due."""

from dataclasses import dataclass
from datetime import datetime

from services.alerting.calendar import METROPOLITAN, due_instant
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection, Expectation, ReportState


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
