"""What ingestion answers for a case, written the way the cases write it."""

from dataclasses import dataclass
from decimal import Decimal

from services.ingestion.feeds.loader import load_feeds
from services.ingestion.notes import Note
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.validation import Outcome, validate
from services.ingestion.wording import listed
from tests.corpus.case import number, short
from tests.unit.ingestion.judge import catalogue

FEEDS = load_feeds()
# The parameter of a repair that the cases write: what the cell became, but for a total the sum that it is not.
_SAYS = {"total_differs": "computed"}


@dataclass(frozen=True)
class Receipt:
    """The lines of a receipt, sorted; `refused` is the code of a file refused whole, with no line then."""

    figures: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    refused: str = ""
    absent: frozenset[str] = frozenset()


def judged(content: bytes, file_name: str, feed: str, reporter: str, period: str | None) -> Outcome:
    """The pure judgement of a file; raises FileRefusedError."""
    sheets = read_sheets(content, "", file_name)
    return validate(sheets, FEEDS[feed], catalogue(), reporter, period)


def receipt_of(content: bytes, file_name: str, feed: str, reporter: str, period: str | None) -> Receipt:
    """The receipt of a file. Its sentences are made too: each code must have one that its parameters fill."""
    try:
        outcome = judged(content, file_name, feed, reporter, period)
    except FileRefusedError as refused:
        return Receipt(refused=refused.code)
    assert all(entry["message"] for entry in listed([*outcome.repairs, *outcome.errors]))
    return Receipt(
        figures=tuple(sorted(map(_figure, outcome.figures))),
        entries=tuple(sorted(map(_entry, outcome.entries))),
        repairs=tuple(
            sorted(_note(n, _SAYS.get(n.code, "value")) for n in outcome.repairs if n.code != "columns_absent")
        ),
        errors=tuple(sorted(_note(n, "proposal") for n in outcome.errors)),
        absent=frozenset(
            name for n in outcome.repairs if n.code == "columns_absent" for name in n.params["columns"].split(" ; ")
        ),
    )


def _figure(figure: Figure) -> str:
    numbers = f"{number(figure.value)} {number(figure.numerator)}/{number(figure.denominator)}"
    place = f"{figure.indicator} {figure.territory} {figure.period}"
    return f"{place} {numbers} {figure.status} {figure.qualifier} {figure.basis} source:{figure.source}"


def _entry(read: ReadEntry) -> str:
    """Identifier, territory, period, the amount or cost, status."""
    entry = read.entry
    stated = [getattr(entry, name) for name in ("amount", "cost", "awarded", "due") if hasattr(entry, name)]
    amount = stated[0] if stated else None
    shown = number(amount) if isinstance(amount, Decimal) or amount is None else str(amount)
    return f"{entry.id} {entry.territory} {entry.period} {shown} {read.status}"


def _note(note: Note, param: str) -> str:
    place = str(note.row) if note.row is not None else ""
    if note.sheet not in ("", "Feuil1"):
        place = f"{note.sheet}!{place}"
    return " | ".join([place, note.column, note.code, short(note.params.get(param))])
