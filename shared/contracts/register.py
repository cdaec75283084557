"""EntryReported: one version of one entry of a register, as ingestion accepted it."""

from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, computed_field

from shared.contracts.message import Instant, Message
from shared.domain.observation import Status
from shared.domain.register import Entry


class EntryReported(Message):
    """One call, project, action or milestone with the place it was read from.

    `submission_seq` orders the versions of an entry; `status` withdrawn takes it back. Amounts travel as strings.
    """

    event_id: UUID
    receipt_id: str
    submission_seq: int = Field(gt=0)
    sheet: str = ""
    row: int | None = None
    feed: str
    source: str
    status: Status = Status.final
    simulated: bool = False
    received_at: Instant
    entry: Entry

    @computed_field  # type: ignore[prop-decorator]
    @property
    def group(self) -> str:
        """The key of the topic: the call of a project, the convention of an action, else the entry's own id."""
        return self.entry.group


def entry_event_id(receipt_id: str, entry: Entry) -> UUID:
    """The id of the version that this receipt gives to this entry: derived, so that publishing twice is harmless."""
    return uuid5(NAMESPACE_URL, f"vigie:{receipt_id}|{entry.register_name.value}|{entry.id}")
