"""`vigie feeds check` and `vigie feeds list`: declarations judged before they serve, and tried on a sample."""

import argparse
from pathlib import Path

from services.ingestion.feeds.model import Feed
from shared.catalogue.fault import CatalogueError, Fault
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue
from shared.runtime.errors import CommandError
from shared.runtime.settings import settings


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands of `vigie feeds`; exit codes: 0 good, 1 faults or errors in a sample, 2 nothing to judge."""
    feeds = subparsers.add_parser("feeds", help="the feeds that may be sent: list them, check their declarations")
    actions = feeds.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="name, shape, levels and title of each feed")
    listing.set_defaults(run=list_feeds)
    check = actions.add_parser("check", help="list every fault of declarations; with --sample, what one would read")
    check.add_argument(
        "files", type=Path, nargs="*", metavar="FILE", help="default: those of Vigie and VIGIE_FEEDS_DIR"
    )
    check.add_argument("--catalogue", type=Path, metavar="DIR", help="default: VIGIE_CATALOGUE_DIR")
    check.add_argument("--sample", type=Path, metavar="FILE", help="a file as senders have it")
    check.add_argument("--feed", metavar="NAME", help="which feed reads the sample, where several are checked")
    check.add_argument("--territory", default="NAT-FR", metavar="CODE", help="who would send the sample (NAT-FR)")
    check.add_argument("--period", metavar="PERIOD", help="the period given with the sample, if any")
    check.set_defaults(run=check_feeds)


def list_feeds(_: argparse.Namespace) -> int:
    """Print one line for each feed."""
    from services.ingestion.feeds.loader import FeedError, load_feeds

    try:
        feeds = load_feeds(settings().feeds_dir)
    except FeedError as error:
        return _print_faults(error.faults)
    width = max(len(name) for name in feeds)
    for feed in feeds.values():
        levels = ", ".join(level.value for level in feed.levels)
        print(f"{feed.name:<{width}}  {feed.shape.value:<8}  {feed.title} ({levels})")
    return 0


def check_feeds(options: argparse.Namespace) -> int:
    """Print each fault as file:line: field: message, then what the sample gives."""
    from services.ingestion.feeds.against_catalogue import check_against
    from services.ingestion.feeds.loader import declarations, read_with_lines

    own = settings().feeds_dir
    if own is not None and not own.is_dir():
        msg = f"VIGIE_FEEDS_DIR: {own} is not a folder"
        raise CommandError(msg)
    faults: list[Fault] = []
    catalogue = _catalogue(options.catalogue or settings().catalogue_dir)
    feeds: dict[str, Feed] = {}
    where: dict[str, str] = {}
    asked = [path.resolve() for path in options.files]
    # A declaration given by name stands beside all the others, whose names it may not take.
    paths = [*asked, *(path for path in declarations(own) if path.resolve() not in asked)]
    for path in paths:
        found: list[Fault] = []
        read = read_with_lines(path, found, own)
        if read is not None:
            feed, record = read
            found += check_against(feed, record, catalogue)
            first = where.setdefault(feed.name, record.file)
            if first != record.file:
                faults.append(Fault(first, 1, "name", f"{feed.name} is also declared by {record.file}; rename one"))
            elif not asked or path in asked:
                feeds[feed.name] = feed
        faults += found if not asked or path in asked else []
    if faults:
        return _print_faults(faults)
    print(f"feeds: {len(feeds)} checked: ok")
    return _try_sample(options, feeds, catalogue) if options.sample else 0


def _print_faults(faults: list[Fault]) -> int:
    print("\n".join(str(fault) for fault in sorted(faults, key=lambda f: (f.file, f.line, f.field))))
    return 1


def _catalogue(folder: Path) -> Catalogue:
    try:
        return read_catalogue(folder)
    except CatalogueError as error:
        msg = f"the catalogue in {folder} has faults; run `vigie catalogue check --from {folder}` ({error.faults[0]})"
        raise CommandError(msg) from error


def _try_sample(options: argparse.Namespace, feeds: dict[str, Feed], catalogue: Catalogue) -> int:
    from services.ingestion.feeds_preview import note_in_words, outcome_in_words, tables_in_words
    from services.ingestion.notes import Note, Severity
    from services.ingestion.parse.read import read_sheets
    from services.ingestion.parse.rows import FileRefusedError
    from services.ingestion.validate.finding import find_tables
    from services.ingestion.validate.validation import validate

    feed = _chosen(options.feed, feeds)
    territory, period = _territory(options.territory, catalogue), options.period
    try:
        content = options.sample.read_bytes()
    except OSError as error:
        msg = f"{options.sample}: {error.strerror}"
        raise CommandError(msg) from error
    try:
        sheets = read_sheets(content, "", options.sample.name)
        print("\n".join(tables_in_words(find_tables(sheets, feed, period), feed)))
        outcome = validate(sheets, feed, catalogue, territory, period)
    except FileRefusedError as refused:
        note = Note(refused.code, Severity.error, refused.sheet, refused.row, refused.column, params=refused.params)
        print(f"refused: {note_in_words(note)}")
        return 1
    print("\n".join(outcome_in_words(outcome)))
    return 1 if outcome.errors else 0


def _chosen(name: str | None, feeds: dict[str, Feed]) -> Feed:
    if name is None and len(feeds) == 1:
        return next(iter(feeds.values()))
    if name not in feeds:
        msg = f"say which feed reads the sample: --feed {' | '.join(feeds)}"
        raise CommandError(msg)
    return feeds[name]


def _territory(code: str, catalogue: Catalogue) -> str:
    if code not in catalogue.territories:
        msg = f"--territory {code}: no such territory; write a code such as DEPT-31 or REG-76"
        raise CommandError(msg)
    return code
