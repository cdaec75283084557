"""Lines of a register: one row per entry, each column a field of it. A row with one faulty cell is refused whole."""

from collections.abc import Callable

from services.ingestion.feeds.model import Feed
from services.ingestion.repair.outcome import LONGEST_TEXT, UnreadableError
from services.ingestion.repair.statuses import read_status
from services.ingestion.repair.words_of_entries import read_action_kind, read_state, read_yes_no
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.entry_row import EntryRow, RefusedRowError
from services.ingestion.validate.places import Placed
from services.ingestion.validate.provenance import source_of
from services.ingestion.validate.reader import LineReader
from shared.domain.observation import Status
from shared.domain.register import Action, Entry, Milestone, MilestoneState, Project, ProjectCall, Register

_LONG_TEXTS = ("title", "organisation", "launched_by", "locality", "note", "source", "document", "line")


class RegisterReader:
    """The entry of each line of one table."""

    def __init__(self, feed: Feed, reader: LineReader) -> None:
        self._feed = feed
        self._reader = reader

    def entry(self, placed: Placed, period: str) -> ReadEntry | None:
        """The entry of a line; None with what is faulty noted."""
        line = placed.line
        row = EntryRow(line, self._reader)
        said = row.read("status", lambda: read_status(line["status"]) or _no_status())
        made = self._make(row, placed, period)
        if not self._reader.within(line, _LONG_TEXTS, LONGEST_TEXT) or row.faulty or made is None:
            return None
        column = self._reader.title("id") or self._reader.title("code")
        status = row.weakest(said or Status.final)
        return ReadEntry(made, source_of(line, self._feed), status, line.sheet, line.row, column)

    def _make(self, row: EntryRow, placed: Placed, period: str) -> Entry | None:
        makers: dict[Register, Callable[[EntryRow, Placed, str], Entry]] = {
            Register.project_call: _call,
            Register.project: _project,
            Register.action: _action,
            Register.milestone: _milestone,
        }
        assert self._feed.register_name is not None  # the declaration of a register feed has one
        try:
            return makers[self._feed.register_name](row, placed, period)
        except RefusedRowError:
            return None


def _no_status() -> Status:
    """`missing` says that there is no figure: an entry is there or it is not."""
    raise UnreadableError("unknown_status", {"expected": "définitif, provisoire, estimé, retiré"})


def _call(row: EntryRow, placed: Placed, period: str) -> ProjectCall:
    return ProjectCall(
        id=row.identifier("id"),
        territory=placed.territory,
        period=period,
        note=row["note"],
        kind=row["kind"],
        name=row.text("title"),
        launched_by=row["launched_by"],
        scale=row.scale(placed.territory),
        launched=row.moment("launched"),
        closed=row.moment("closed"),
        decided=row.moment("decided"),
        budget=row.amount("budget"),
        submitted=row.count("submitted"),
        selected=row.count("selected"),
        selected_regional=row.count("selected_regional"),
        selected_departmental=row.count("selected_departmental"),
        awarded=row.amount("awarded", exact=False),
        awarded_qualifier=row.qualifier("awarded_qualifier"),
    )


def _project(row: EntryRow, placed: Placed, period: str) -> Project:
    return Project(
        id=row.identifier("id"),
        territory=placed.territory,
        period=period,
        note=row["note"],
        call=row.identifier("call"),
        organisation=row["organisation"],
        title=row.text("title"),
        theme=row["theme"],
        amount=row.amount("amount"),
        scale=row.scale(placed.territory),
        locality=row["locality"],
    )


def _action(row: EntryRow, placed: Placed, period: str) -> Action:
    code = row.text("code")
    kind = row.read("kind", lambda: read_action_kind(row.cell("kind")))
    return Action(
        # The lines of a convention are numbered inside it: 3.5 of Dijon Métropole in 2021.
        id=row["id"] or f"{placed.territory} {period} {code}",
        territory=placed.territory,
        period=period,
        note=row["note"],
        code=code,
        kind=kind if kind is not None else read_action_kind(None),
        parent=row["parent"],
        title=row.text("title"),
        cost=row.amount("cost"),
        continued=row.read("continued", lambda: read_yes_no(row.cell("continued"))),
    )


def _milestone(row: EntryRow, placed: Placed, period: str) -> Milestone:
    due, reached_on = row.needed("due", lambda: row.day("due")), row.day("reached_on")
    state = row.read("state", lambda: read_state(row.cell("state"), reached=reached_on is not None))
    if due is None:
        raise RefusedRowError  # a date that cannot be read is noted
    return Milestone(
        id=row.identifier("id"),
        territory=placed.territory,
        period=period,
        note=row["note"],
        title=row.text("title"),
        subject=row["subject"],
        due=due,
        reached_on=reached_on,
        state=state or MilestoneState.planned,
    )
