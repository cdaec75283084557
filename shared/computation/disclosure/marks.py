"""All marks of a family: what is withheld now, what of its past, and beside it."""

from collections.abc import Iterable, Mapping

from shared.computation.disclosure.companions import Hidden, Reason, hide
from shared.computation.disclosure.earlier import read_earlier
from shared.computation.disclosure.reading import Reader
from shared.computation.disclosure.statements import Place
from shared.computation.figure import Book, Figure, Key
from shared.computation.scope import Scope, weighed_by
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind
from shared.domain.indicator import Method
from shared.domain.period import Period


def suppress(catalogue: Catalogue, scopes: Mapping[Key, Scope], book: Book, versions: Iterable[Figure]) -> Hidden:
    """The marks of one family, in the order of places.

    `scopes` and `book`: every pair of the family that has a figure, with the current ones; `versions`: all figures that
    its cells ever had. Equal versions give equal marks, whatever the order in which they came.
    """
    versions = list(versions)
    reader = Reader(catalogue, scopes, book)
    statements = reader.read()
    read_earlier(catalogue, scopes, versions, reader)
    small, earlier = reader.small_in(versions), statements.earlier

    def follow(places: Iterable[Place]) -> list[Place]:
        closed = _made_of(catalogue, small.union(earlier.get(place, place) for place in places)) if earlier else ()
        return [version for version, place in earlier.items() if place in closed]

    found = hide(statements, follow)
    ever = small.union(earlier.get(place, place) for place in found)
    hidden = {place: reason for place, reason in found.items() if place not in earlier}
    marks = dict(hidden)
    for place in _beside(catalogue, hidden):
        marks.setdefault(place, Reason.contributor)
    for place in _made_of(catalogue, ever):
        marks.setdefault(place, Reason.past)
    return dict(sorted(marks.items()))


def _beside(catalogue: Catalogue, hidden: Iterable[Place]) -> set[Place]:
    """Figures of the same period to which a withheld one contributes, or whose absentees it weighs."""
    found: set[Place] = set()
    for indicator, period, territory in hidden:
        for above in _upwards(catalogue, territory):
            found.add((indicator, period, above))
            found |= {(other, period, above) for other in weighed_by(catalogue, indicator)}
    return found


def _made_of(catalogue: Catalogue, ever: Iterable[Place]) -> set[Place]:
    """Figures into which a small or withheld one ever entered: the difference of two instants would be that one.

    Over territories, over time, over parts, and as a weight.
    """
    found: set[Place] = set()
    waiting = list(ever)
    while waiting:
        indicator, period, territory = waiting.pop()
        wider = [
            *((indicator, period, above) for above in catalogue.territories.ancestors(territory)),
            *((indicator, whole, territory) for whole in _wholes(catalogue, indicator, period)),
            *((other, period, territory) for other in _followers(catalogue, indicator)),
        ] if territory in catalogue.territories else []  # fmt: skip
        new = {(indicator, period, territory), *wider} - found
        found |= new
        waiting += [place for place in new if place != (indicator, period, territory)]
    return found


def _wholes(catalogue: Catalogue, indicator: str, period: str) -> list[str]:
    """Wider periods that are made of this one."""
    wider = [whole.code for whole in Period.parse(period).wholes()]
    return [whole for whole in wider if catalogue.definition(indicator, whole).over_time is not Method.none]


def _followers(catalogue: Catalogue, indicator: str) -> set[str]:
    """Indicators whose figures, or what qualifies them, are made of those of this one."""
    wholes = {c.whole for c in catalogue.checks if c.kind is CheckKind.sums_to and indicator in c.parts}
    return wholes | set(weighed_by(catalogue, indicator))


def _upwards(catalogue: Catalogue, territory: str) -> list[str]:
    tree = catalogue.territories
    return [territory, *tree.ancestors(territory)] if territory in tree else [territory]
