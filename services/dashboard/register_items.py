"""What the read API answers on registers, one model per view; amounts in euros, counts of files."""

from datetime import date, datetime
from uuid import UUID

from services.dashboard.items import Item, Number


class EntryItem(Item):
    """What every entry has: what it is, where it stands, and where it was read."""

    id: str
    territory: str
    level: str
    period: str


class Provenance(Item):
    """The end of every entry: how far it may be trusted, and the row that it came from."""

    note: str
    status: str
    simulated: bool
    source: str
    feed: str
    submission_seq: int
    receipt_id: str
    sheet: str
    row: int | None
    event_id: UUID
    received_at: datetime


class ProjectCallItem(Provenance, EntryItem):
    """A call for projects, as its organiser states it."""

    kind: str
    name: str
    launched_by: str
    scale: str
    launched: str
    closed: str
    decided: str
    budget: Number | None
    submitted: int | None
    selected: int | None
    selected_regional: int | None
    selected_departmental: int | None
    awarded: Number | None
    awarded_qualifier: str


class ProjectItem(Provenance, EntryItem):
    """A project that a call retained; amount is null where the source gives none."""

    call: str
    organisation: str
    title: str
    theme: str
    amount: Number | None
    scale: str
    locality: str


class ActionItem(Provenance, EntryItem):
    """A line of a convention: a heading, an action with its cost, or the total that it states."""

    code: str
    kind: str
    parent: str
    title: str
    cost: Number | None
    continued: bool | None


class MilestoneItem(Provenance, EntryItem):
    """Something promised for a day."""

    title: str
    subject: str
    due: date
    reached_on: date | None
    state: str
