"""All marks of a family: what is withheld now, what of its past, and beside it."""

from collections.abc import Iterable, Mapping

from shared.computation.disclosure.companions import Hidden, Reason, hide
from shared.computation.disclosure.reading import Reader
from shared.computation.disclosure.statements import Place
from shared.computation.figure import Book, Figure, Key
from shared.computation.scope import Scope, weighed_by
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind


def suppress(catalogue: Catalogue, scopes: Mapping[Key, Scope], book: Book, versions: Iterable[Figure]) -> Hidden:
    """The marks of one family, in the order of places.

    `scopes` and `book`: every pair of the family that has a figure, with the current ones; `versions`: all figures that
    its cells ever had. Equal versions give equal marks, whatever the order in which they came.
    """
    versions = list(versions)
    reader = Reader(catalogue, scopes, book)
    statements = reader.read()
    standing = {f for figures in book.values() for f in figures}
    for place in reader.small_in(f for f in versions if f not in standing):
        # It was small once: what was equal to it then, and was not corrected with it, would tell.
        statements.small |= _tied(catalogue, place) & statements.told()
    hidden = hide(statements)
    marks = dict(hidden)
    for place in _beside(catalogue, hidden):
        marks.setdefault(place, Reason.contributor)
    if hidden or reader.small_in(versions):
        for place in _everywhere(catalogue, scopes, versions):
            marks.setdefault(place, Reason.past)
    return dict(sorted(marks.items()))


def _beside(catalogue: Catalogue, hidden: Iterable[Place]) -> set[Place]:
    """Figures of the same period to which a withheld one contributes, or whose absentees it weighs."""
    found: set[Place] = set()
    for indicator, period, territory in hidden:
        for above in _upwards(catalogue, territory):
            found.add((indicator, period, above))
            found |= {(other, period, above) for other in weighed_by(catalogue, indicator, period)}
    return found


def _tied(catalogue: Catalogue, place: Place) -> set[Place]:
    """Figures of the same territory and period that are tied to one by a sum or as its denominator."""
    indicator, period, territory = place
    weight = catalogue.definition(indicator, period).denominator_indicator
    tied = {weight, *weighed_by(catalogue, indicator, period)} - {None}
    for check in catalogue.checks:
        if check.kind is CheckKind.sums_to and indicator in check.indicators():
            tied |= set(check.indicators()) - {indicator}
    return {(code, period, territory) for code in tied if code is not None}


def _everywhere(catalogue: Catalogue, scopes: Iterable[Key], versions: Iterable[Figure]) -> set[Place]:
    """Every figure of a family into which something small ever entered: nothing of its past is for the public.

    The difference of two instants is what came in between, and figures that were equal at one of them give each other
    back at the other. Auditing all instants together costs more the longer a history is; this costs nothing.
    """
    territories = {above for f in versions for above in _upwards(catalogue, f.territory)}
    return {(indicator, period, territory) for indicator, period in scopes for territory in territories}


def _upwards(catalogue: Catalogue, territory: str) -> list[str]:
    tree = catalogue.territories
    return [territory, *tree.ancestors(territory)] if territory in tree else [territory]
