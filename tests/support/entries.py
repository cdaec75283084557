"""Entries of registers as ingestion would publish them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.ingestion.messages import Stamp, entry_reported
from services.ingestion.validate.validation import Outcome
from shared.contracts.register import EntryReported, entry_event_id
from shared.domain.register import Action, ActionKind, Entry, Project, ProjectCall, Scale
from tests.support.wire import RECEIVED


def reported(entry: Entry, seq: int, **fields: Any) -> EntryReported:
    """One version of an entry; its receipt and instant follow from its number."""
    receipt = f"rcp-{seq}"
    return EntryReported(
        event_id=entry_event_id(receipt, entry),
        receipt_id=receipt,
        submission_seq=seq,
        feed=f"{entry.register_name.value}s",
        source="test",
        received_at=RECEIVED + timedelta(minutes=seq),
        entry=entry,
        **fields,
    )


def of_file(outcome: Outcome, seq: int, feed: str) -> list[EntryReported]:
    """The messages of a judged file."""
    stamp = Stamp(f"rcp-{seq}", seq, feed, simulated=False, received_at=RECEIVED + timedelta(minutes=seq))
    return [entry_reported(entry, stamp) for entry in outcome.entries]


def call(name: str = "call", **fields: Any) -> ProjectCall:
    """A regional call of 2021."""
    return ProjectCall(
        **{"id": name, "territory": "REG-76", "period": "2021", "kind": "AAP", "name": name, "scale": Scale.regional}
        | fields
    )


def project(name: str, amount: int | Decimal | None = None, **fields: Any) -> Project:
    """A project of Haute-Garonne, retained by `call`."""
    base = {"territory": "DEPT-31", "period": "2021", "call": "call", "title": name, "scale": Scale.departmental}
    return Project(**base | {"id": name, "amount": None if amount is None else Decimal(amount)} | fields)


def action(code: str, cost: int | None = None, **fields: Any) -> Action:
    """A line of the convention of Dijon Métropole in 2021."""
    base = {"territory": "EPCI-242100410", "period": "2021", "kind": ActionKind.action, "title": code}
    cost_given = None if cost is None else Decimal(cost)
    return Action(**base | {"id": f"EPCI-242100410 2021 {code}", "code": code, "cost": cost_given} | fields)
