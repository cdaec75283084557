"""Earlier versions: what a page of the past told to be equal stays so, and ties what is shown now to what is not."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from shared.computation.disclosure.people import Side, small
from shared.computation.disclosure.reading import Reader, standing_own
from shared.computation.disclosure.statements import Atom, Form, Forms, Place, Statements
from shared.computation.figure import Book, Figure, Key, current
from shared.computation.scope import Scope
from shared.domain.catalogue import Catalogue

# A version and what it counted at its instant: a percentage without counts implies others once its denominator moves.
Version = tuple[Figure, tuple[tuple[Side, Decimal], ...]]


def read_earlier(catalogue: Catalogue, scopes: Mapping[Key, Scope], versions: Sequence[Figure], now: Reader) -> None:
    """Add to what is stated now the relations of every earlier instant, and the versions that are in them.

    Sums over territories need none of this: of the past they are shown only where all that is in them is.
    """
    moved = {f.territory for f in versions if not now.is_own(f)}
    instants = sorted({f.submission_seq for f in versions if f.territory in moved})
    names: dict[Version, Place] = {}
    seen = {frozenset(relation.items()) for relation in now.found.relations}
    for instant in instants:
        touched = {f.territory for f in versions if f.submission_seq == instant} & moved
        book = current(f for f in versions if f.territory in touched and f.submission_seq <= instant)
        then = _EarlierReader(catalogue, scopes, book, now, names)
        for relation in then.relations():
            if frozenset(relation.items()) not in seen:
                seen.add(frozenset(relation.items()))
                _note(now.found, then.found, relation, names)


def _note(known: Statements, then: Statements, relation: Form, names: Mapping[Version, Place]) -> None:
    known.relations.append(relation)
    places = {atom.place for atom in relation}
    for (figure, counts), place in names.items():
        if place not in places or place in known.earlier:
            continue
        known.earlier[place] = (figure.indicator, figure.period, figure.territory)
        known.values |= {Atom(place, side): number for side, number in counts}
        known.state(place, {side: {Atom(place, side): 1} for side, _ in counts})
        if small(then.definitions[place[:2]], dict(counts)):
            known.small.add(place)


class _EarlierReader(Reader):
    """Reads the figures of an earlier instant. One that is still current keeps its place, any other has one of its own."""

    def __init__(
        self, catalogue: Catalogue, scopes: Mapping[Key, Scope], book: Book, now: Reader, names: dict[Version, Place]
    ) -> None:
        super().__init__(catalogue, scopes, book)
        self._now = now
        self._names = names

    def relations(self) -> list[Form]:
        """What was equal at that instant, among what each territory said of itself."""
        for key in sorted(self._scopes):
            page = self._pages[key]
            for territory in sorted(page.own.figures):
                figure = standing_own(page, territory)
                if figure is not None:
                    self._told[(*key, territory)] = self._own_forms(key, figure)
        self._tie()
        return self.found.relations

    def _atoms(self, place: Place, figure: Figure) -> Forms:
        counts = self._counts(self._scopes[place[:2]], figure)
        same = all(self._now.found.values.get(Atom(place, side)) == number for side, number in counts.items())
        if not (same and self._now.is_own(figure)):
            version = figure, tuple(sorted(counts.items()))
            place = self._names.setdefault(version, (*place[:2], f"{place[2]} before {len(self._names)}"))
        self.found.values |= {Atom(place, side): number for side, number in counts.items()}
        return {side: {Atom(place, side): 1} for side in counts}
