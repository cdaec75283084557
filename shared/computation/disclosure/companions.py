"""Which figures are withheld beside the small ones, so that no visible sum gives one of them back."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum

from shared.computation.disclosure.people import Side
from shared.computation.disclosure.recovery import Known
from shared.computation.disclosure.statements import Atom, Form, Place, Statement, Statements


class Reason(StrEnum):
    """Why something is withheld, the strictest first.

    primary, secondary: the figure itself. contributor: the figure stands, what would single out one of its contributors
    (minimum, median, maximum, bounds, evolution) does not, and neither does its past. past: only its past.
    """

    primary = "primary"
    secondary = "secondary"
    contributor = "contributor"
    past = "past"


Hidden = dict[Place, Reason]
# Who is counted leads over who is not: the companion of a small count is the next smallest count.
_ORDER = (Side.value, Side.numerator, Side.complement, Side.denominator)


def hide(statements: Statements) -> Hidden:
    """Every place whose figure is withheld. Only these two reasons: primary and secondary.

    First each visible sum gets a second withheld term, and enough people among those withheld; then all visible sums
    together are solved, and whatever they give back gets another companion, until they give nothing back.
    """
    hidden: Hidden = dict.fromkeys(sorted(statements.small), Reason.primary)
    if not hidden:
        return hidden
    settled = -1
    while settled != len(hidden):
        settled = len(hidden)
        _hide_unsummed(statements, hidden)
        _complete_lines(statements, hidden)
        _audit(statements, hidden)
    return hidden


def _hide_unsummed(statements: Statements, hidden: Hidden) -> None:
    """A maximum is the figure of one of its contributors: it goes where any of them goes."""
    for place, contributors in sorted(statements.unsummed.items()):
        if contributors & hidden.keys():
            hidden.setdefault(place, Reason.secondary)


def _complete_lines(statements: Statements, hidden: Hidden) -> None:
    """Give each sum that is visible at least two withheld terms and, among them, people enough."""
    lines = sorted(
        (s for s in statements.stated if len(s.form) > 1 and not _both_sides(s)),
        key=lambda s: (len(s.form), s.place, _ORDER.index(s.side)),
    )
    changed = True
    while changed:
        before = len(hidden)
        for line in lines:
            if line.place not in hidden and not _complete(statements, hidden, line.form):
                hidden[line.place] = Reason.secondary
        for relation in statements.relations:
            _complete(statements, hidden, relation)
        changed = len(hidden) > before


def _both_sides(statement: Statement) -> bool:
    """Say whether a denominator is numerator and complement together: those have lines of their own."""
    return statement.side is Side.denominator and any(atom.side is not Side.denominator for atom in statement.form)


def _complete(statements: Statements, hidden: Hidden, form: Form) -> bool:
    """Hide the smallest figures of a line until those hidden are safe; False where the line itself must go."""
    while True:
        unknown = [atom for atom in form if atom.place in hidden]
        if not any(statements.values[atom] for atom in unknown):
            return True
        if len({form[atom] > 0 for atom in unknown}) > 1:
            return True
        enough = sum((statements.values[atom] for atom in unknown), Decimal(0)) >= statements.limit()
        if len(unknown) > 1 and enough:
            return True
        companion = _smallest(statements, hidden, form)
        if companion is None:
            return False
        hidden[companion] = Reason.secondary


def _smallest(statements: Statements, hidden: Hidden, atoms: Iterable[Atom]) -> Place | None:
    """The smallest visible figure among atoms, then by code. A zero hides nobody."""
    visible = [(statements.values[atom], atom.place) for atom in atoms if atom.place not in hidden]
    return min(((value, place) for value, place in visible if value > 0), default=(None, None))[1]


def _audit(statements: Statements, hidden: Hidden) -> None:
    """Solve what stays visible; give a companion to all that it gives back."""
    while True:
        before = len(hidden)
        places = set(hidden)
        space = _visible(statements, places)
        for secret in _secrets(statements, places):
            used = space.gives(_unknown(secret.form, places))
            if used is not None:
                fresh = hidden.keys() - places
                _break(statements, hidden, fresh, [_source(statements, name) for name in sorted(used)])
        if len(hidden) == before:
            return


def _break(statements: Statements, hidden: Hidden, fresh: set[Place], used: list[tuple[Place | None, Form]]) -> None:
    """Withhold one more figure of the sums that gave a secret back; where none is left, the smallest of the sums.

    `fresh`: companions of other secrets of this round, which may have broken these sums as well.
    """
    if any(place in fresh or any(atom.place in fresh for atom in form) for place, form in used):
        return
    companion = _smallest(statements, hidden, [atom for _, form in used for atom in form])
    if companion is None:
        sums = [(statements.total(form), place) for place, form in used if place is not None and place not in hidden]
        companion = min(sums, default=(None, None))[1]
    if companion is not None:
        hidden[companion] = Reason.secondary


def _visible(statements: Statements, hidden: set[Place]) -> Known[Atom, int]:
    """What is known of the withheld atoms: every visible sum and relation less its visible terms.

    A line whose withheld terms come to nothing gives each of them back: counts are never negative.
    """
    space: Known[Atom, int] = Known()
    for name, (place, form) in enumerate(_sources(statements)):
        if place in hidden:
            continue
        rest = _unknown(form, hidden)
        space.add(rest, name)
        if place is not None and rest and not any(statements.values[atom] for atom in rest):
            for atom in rest:
                space.add({atom: 1}, name)
    return space


def _sources(statements: Statements) -> Iterator[tuple[Place | None, Form]]:
    for statement in statements.stated:
        yield statement.place, statement.form
    for relation in statements.relations:
        yield None, relation


def _source(statements: Statements, name: int) -> tuple[Place | None, Form]:
    if name < len(statements.stated):
        return statements.stated[name].place, statements.stated[name].form
    return None, statements.relations[name - len(statements.stated)]


def _unknown(form: Form, hidden: set[Place]) -> Form:
    return {atom: factor for atom, factor in form.items() if atom.place in hidden}


def _secrets(statements: Statements, hidden: set[Place]) -> Iterator[Statement]:
    """The withheld numbers that are about somebody.

    The denominator of a percentage is none unless it is small: it is as a rule the figure of another indicator.
    """
    for statement in statements.stated:
        if statement.place not in hidden:
            continue
        number = statements.total(statement.form)
        limit = statements.definitions[statement.place[:2]].small_cell
        if number and not (_both_sides(statement) and number >= limit):
            yield statement
