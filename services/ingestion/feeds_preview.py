"""What a feed would read from a sample, as lines of text for whoever writes the declaration."""

from collections.abc import Iterator, Sequence

from services.ingestion.feeds.model import Feed
from services.ingestion.notes import Note
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.table import Table
from services.ingestion.validate.validation import Outcome
from services.ingestion.wording import sentence

_MOST = 10


def tables_in_words(tables: Sequence[Table], feed: Feed) -> Iterator[str]:
    """Where each table was found, and which column of the file is which of the feed."""
    for table in tables:
        where = f"sheet “{table.sheet.name}”, " if table.sheet.name else ""
        yield f"table: {where}header in row {table.header.number}"
        yield from (f"  {key} <- “{table.titles[key]}”" for key in feed.columns if key in table.titles)
        for across in table.across:
            yield from (f"  {key} of {across.period} <- “{title}”" for key, title in across.titles.items())
        absent = [key for key in feed.columns if key not in table.titles and not _across(table, key)]
        if absent:
            yield f"  not in the file: {', '.join(absent)}"


def outcome_in_words(outcome: Outcome) -> Iterator[str]:
    """Periods, the first figures or entries, then every kind of repair and error with its places."""
    recorded = outcome.recorded
    noun = "entries" if outcome.entries else "figures"
    yield f"periods: {', '.join(sorted({r.period for r in recorded})) or 'none'}"
    yield f"{noun}: {len(recorded)}"
    yield from (f"  {_of(r)}" for r in recorded[:_MOST])
    if len(recorded) > _MOST:
        yield f"  … and {len(recorded) - _MOST} more"
    for title, notes in (("repairs", outcome.repairs), ("errors", outcome.errors)):
        yield f"{title}: {len(notes)}"
        yield from (f"  {note_in_words(note)}" for note in notes[:_MOST])
        if len(notes) > _MOST:
            yield f"  … and {len(notes) - _MOST} more"


def note_in_words(note: Note) -> str:
    """One remark with its place."""
    said = sentence(note.code, {**note.params, "raw": note.raw, "column": note.column}, english=True)
    place = ", ".join(p for p in (note.sheet, f"row {note.row}" if note.row else "", note.column) if p)
    return f"{place or 'file'}: {note.code}: {said}"


def _of(recorded: Figure | ReadEntry) -> str:
    if isinstance(recorded, ReadEntry):
        return f"row {recorded.row}: {recorded.entry.id} {recorded.territory} {recorded.period}"
    sides = (
        ""
        if recorded.numerator is None and recorded.denominator is None
        else (f" ({_plain(recorded.numerator)} / {_plain(recorded.denominator)})")
    )
    value = f"{_plain(recorded.value)}{sides}"
    return (
        f"row {recorded.row}: {recorded.indicator} {recorded.territory} {recorded.period} = {value} [{recorded.basis}]"
    )


def _plain(number: object) -> str:
    return "-" if number is None else format(number, "f")


def _across(table: Table, key: str) -> bool:
    return any(key in across.columns for across in table.across)
