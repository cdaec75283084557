"""Collections: who is expected to report what, for which period, by when."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Feed(BaseModel):
    """What may be sent, as people call it; ingestion says how its files are read."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str


class Expectation(StrEnum):
    """What a collection asks of one territory."""

    expected = "expected"
    waived = "waived"


class ReportState(StrEnum):
    """Where an expected report stands."""

    expected = "expected"
    received = "received"
    late = "late"
    overdue = "overdue"
    nil = "nil"
    waived = "waived"


class Member(BaseModel):
    """One territory of a collection. `source_text` says which text waives it or moves its due date."""

    model_config = ConfigDict(frozen=True)

    territory: str
    expectation: Expectation = Expectation.expected
    due_on: date | None = None
    source_text: str = ""


class Collection(BaseModel):
    """A campaign: these feeds, for this period, due that day (end of day, territory's law time)."""

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    feeds: list[str]
    period: str
    due_on: date
    source_text: str = ""
    indicators: list[str]
    members: list[Member]

    def expected(self) -> list[str]:
        """Territories that owe a report."""
        return [m.territory for m in self.members if m.expectation is Expectation.expected]

    def due_on_for(self, territory: str) -> date:
        """The due date of one member, before any roll to a working day."""
        for member in self.members:
            if member.territory == territory and member.due_on is not None:
                return member.due_on
        return self.due_on
