"""collections.yaml: the feeds there are, and the campaigns that ask for them."""

from typing import Any

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.catalogue.targets import check_period
from shared.domain.collection import Collection, Feed, Member
from shared.domain.period import Period


def check_feeds(records: list[Record], faults: list[Fault]) -> list[Feed]:
    """The declared feeds."""
    return [feed for _, feed in build_all(Feed, records, lambda f: f.code, "code", faults)]


def check_collections(
    records: list[Record], feeds: Known, indicators: Known, territories: Known, faults: list[Fault]
) -> list[Collection]:
    """The collections, their members in the order of their codes."""
    found: list[tuple[Record, Collection]] = []
    spelled_out = [_spell_out_members(record, faults) for record in records]
    for record, collection in build_all(Collection, spelled_out, lambda c: c.code, "code", faults):
        feeds.check_all(collection.feeds, record, "feeds", faults)
        indicators.check_all(collection.indicators, record, "indicators", faults)
        territories.check_all((m.territory for m in collection.members), record, "members", faults)
        check_period(collection.period, record, faults)
        _check_due(record, collection, faults)
        for other_record, other in found:
            _check_overlap(record, collection, other_record, other, faults)
        found.append((record, collection))
    return [_in_order(collection) for _, collection in found]


def _spell_out_members(record: Record, faults: list[Fault]) -> Record:
    """A member written as a bare code becomes a mapping; unknown keys of the others are reported."""
    members = record.values.get("members")
    if not isinstance(members, list):
        return record
    spelled_out: list[Any] = []
    for index, member in enumerate(members):
        spelled_out.append({"territory": member} if isinstance(member, str) else member)
        for name in member if isinstance(member, dict) else ():
            if name not in Member.model_fields:
                expected = ", ".join(Member.model_fields)
                faults.append(record.fault(f"members.{index}.{name}", f"unknown field; expected one of {expected}"))
    return Record(record.file, record.line, {**record.values, "members": spelled_out}, record.lines)


def _check_due(record: Record, collection: Collection, faults: list[Fault]) -> None:
    """A due date before the period starts makes everybody late at once: it is a slip of the year."""
    try:
        start = Period.parse(collection.period).start
    except ValueError:
        return
    if collection.due_on < start:
        faults.append(record.fault("due_on", f"{collection.due_on} comes before period {collection.period} starts"))
    for index, member in enumerate(collection.members):
        if member.due_on is not None and member.due_on < start:
            field = f"members.{index}.due_on"
            faults.append(record.fault(field, f"{member.due_on} comes before period {collection.period} starts"))


def _check_overlap(
    record: Record, collection: Collection, other_record: Record, other: Collection, faults: list[Fault]
) -> None:
    """A figure answers one collection: two that ask the same in one period would both expect it."""
    if collection.period != other.period:
        return
    for field, mine, theirs in (
        ("feeds", collection.feeds, other.feeds),
        ("indicators", collection.indicators, other.indicators),
    ):
        for index, code in enumerate(mine):
            if code in theirs:
                place = f"{other.code} (line {other_record.line})"
                message = f"{code} is already asked by {place} for {collection.period}"
                faults.append(record.fault(f"{field}.{index}", message))


def _in_order(collection: Collection) -> Collection:
    return collection.model_copy(update={"members": sorted(collection.members, key=lambda m: m.territory)})
