"""Read the declared feeds. A fault names file, line and field, and stops the service at start: it is not a sender's."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.ingestion.feeds.consistency import check_declaration
from services.ingestion.feeds.declaration import read_declaration
from services.ingestion.feeds.mapping import read_mapping
from services.ingestion.feeds.model import Feed
from shared.catalogue.fault import Fault
from shared.catalogue.record import Record

FOLDER = Path(__file__).parent


class FeedError(ValueError):
    """Declarations that cannot be used; `faults` lists every reason."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def read_feed(path: Path, own: Path | None = None) -> Feed:
    """Read one declaration; raises FeedError. A mapping file in the folder `own` comes before the one beside it."""
    faults: list[Fault] = []
    read = read_with_lines(path, faults, own)
    if read is None or faults:
        raise FeedError(faults)
    return read[0]


def read_with_lines(path: Path, faults: list[Fault], own: Path | None = None) -> tuple[Feed, Record] | None:
    """The same with the lines of the file, for those who look for further faults; None where there is no feed."""
    record = read_declaration(path, faults)
    if record is None:
        return None
    _resolve_mappings(record, path, own, faults)
    try:
        feed = Feed.model_validate(record.values)
    except ValidationError as error:
        faults.extend(_in_words(record, dict(detail)) for detail in error.errors(include_url=False))
        return None
    faults.extend(check_declaration(feed, record))
    return feed, record


@cache
def load_feeds(own: Path | None = None) -> dict[str, Feed]:
    """Every feed by name, in the order of their names: those that come with Vigie and those of the folder `own`.

    Raises FeedError with every fault of every file.
    """
    faults: list[Fault] = []
    if own is not None and not own.is_dir():
        fault = Fault(own.as_posix(), 1, "", "is not a folder; VIGIE_FEEDS_DIR names the folder of your feeds")
        raise FeedError([fault])
    found: dict[str, Feed] = {}
    first: dict[str, Record] = {}
    for path in declarations(own):
        read = read_with_lines(path, faults, own)
        if read is None:
            continue
        feed, record = read
        if feed.name in found:
            where = first[feed.name].file
            faults.append(record.fault("name", f"{feed.name} is already declared by {where}; choose another name"))
            continue
        found[feed.name], first[feed.name] = feed, record
    if faults:
        raise FeedError(faults)
    names = frozenset(found)
    return {name: feed.model_copy(update={"others": names}) for name, feed in sorted(found.items())}


def declarations(own: Path | None = None) -> list[Path]:
    """The files that declare feeds, ours first."""
    folders = [FOLDER] if own is None else [FOLDER, own]
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]


def _in_words(record: Record, detail: dict[str, Any]) -> Fault:
    """One pydantic error as a fault that names the value and what was expected."""
    path = ".".join(str(part) for part in detail["loc"])
    match detail["type"]:
        case "missing":
            return record.fault(path, "is missing; add it")
        case "extra_forbidden":
            return record.fault(path, "is not a field here; docs/feeds.md lists them")
        case "enum" | "literal_error":
            return record.fault(path, f"{detail['input']!r} is unknown; write {detail['ctx']['expected']}")
        case "string_pattern_mismatch":
            return record.fault(path, f"{detail['input']!r} should be lower-case letters, digits and hyphens")
        case _:
            message = str(detail["msg"])
            return record.fault(path, f"{message[:1].lower()}{message[1:]}; it says {str(detail['input'])[:60]!r}")


def _resolve_mappings(record: Record, path: Path, own: Path | None, faults: list[Fault]) -> None:
    """Put what a mapping file says in the place of its name."""
    columns = record.values.get("columns")
    for key, column in columns.items() if isinstance(columns, dict) else ():
        named: Any = column.get("values") if isinstance(column, dict) else None
        if not isinstance(named, str):
            continue
        if Path(named).name != named:
            faults.append(record.fault(f"columns.{key}.values", f"{named!r} should be a file name, without a folder"))
            column["values"] = {}
            continue
        beside = [folder / named for folder in (own, path.parent) if folder is not None]
        chosen = next((file for file in beside if file.exists()), None)
        if chosen is None:
            faults.append(record.fault(f"columns.{key}.values", f"there is no file {named} beside this one"))
        pairs = read_mapping(chosen, faults) if chosen else None
        column["values"], column["values_file"] = pairs or {}, named
