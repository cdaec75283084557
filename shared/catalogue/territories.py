"""territories.csv: typed codes in a tree, each with its time zone and its calendar of public holidays."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.territory import Level, Territory, is_code, level_of

HOLIDAYS = frozenset({"metropole", "57", "6AE", "971", "972", "973", "974", "976"})
"""Calendars: metropolitan France, then subdivisions as the `holidays` library names them (6AE is Alsace)."""

_PARENT_LEVEL = {Level.region: Level.country, Level.department: Level.region, Level.metropole: Level.department}


def check_territories(records: list[Record], known: Known, faults: list[Fault]) -> list[Territory]:
    """The territories of the rows, in their order."""
    built = list(build_all(Territory, records, lambda t: t.code, "code", faults))
    for record, territory in built:
        _check_code(record, territory, faults)
        _check_parent(record, territory, known, faults)
        _check_calendar(record, territory, faults)
    _check_cycles(built, faults)
    return [territory for _, territory in built]


def _check_code(record: Record, territory: Territory, faults: list[Fault]) -> None:
    if not is_code(territory.code):
        message = f"{territory.code!r} is not a typed code; expected NAT-FR, REG-76, DEPT-31 or EPCI-243100518"
        faults.append(record.fault("code", message))
    elif level_of(territory.code) is not territory.level:
        message = f"{territory.level} does not go with {territory.code}, which is a {level_of(territory.code)}"
        faults.append(record.fault("level", message))


def _check_parent(record: Record, territory: Territory, known: Known, faults: list[Fault]) -> None:
    wanted = _PARENT_LEVEL.get(territory.level)
    if territory.parent is None:
        if wanted is not None:
            faults.append(record.fault("parent", f"is missing: a {territory.level} lies in a {wanted}"))
        return
    known.check(territory.parent, record, "parent", faults)
    if is_code(territory.parent) and level_of(territory.parent) is not wanted:
        expected = f"lies in a {wanted}" if wanted else "has no parent"
        faults.append(record.fault("parent", f"{territory.parent}: a {territory.level} {expected}"))


def _check_calendar(record: Record, territory: Territory, faults: list[Fault]) -> None:
    try:
        ZoneInfo(territory.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(record.fault("zone", f"{territory.zone!r} is not an IANA time zone such as Europe/Paris"))
    if territory.holidays not in HOLIDAYS:
        expected = ", ".join(sorted(HOLIDAYS))
        faults.append(record.fault("holidays", f"{territory.holidays!r} is unknown; expected one of {expected}"))


def _check_cycles(built: list[tuple[Record, Territory]], faults: list[Fault]) -> None:
    """Report every territory that is its own ancestor: walking up from it would never end."""
    parents = {territory.code: territory.parent for _, territory in built}
    for record, territory in built:
        path = [territory.code]
        while (above := parents.get(path[-1])) is not None and above not in path:
            path.append(above)
        if above == territory.code:
            faults.append(record.fault("parent", f"lies in itself: {' > '.join([*path, above])}"))
