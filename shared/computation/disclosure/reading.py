"""From current figures to statements: who reported what, what was added up, and what is known to be equal."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from shared.computation.disclosure.people import Side, sides, small
from shared.computation.disclosure.statements import Atom, Form, Forms, Place, Statements, added, less, merged, side_of
from shared.computation.figure import Book, Figure, Key
from shared.computation.scope import Scope
from shared.computation.standing import Page, page_of, standing_of
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind
from shared.domain.indicator import Method
from shared.domain.observation import Basis
from shared.domain.period import Period

_ADDED = frozenset({Method.sum, Method.ratio, Method.mean})


class Reader:
    """Reads the statements of one family. `scopes` and `book` hold every pair of it that has a figure."""

    def __init__(self, catalogue: Catalogue, scopes: Mapping[Key, Scope], book: Book) -> None:
        self._catalogue = catalogue
        self._scopes = scopes
        self._book = book
        self._pages = {key: page_of(scope, book) for key, scope in scopes.items()}
        self._own: dict[Place, Forms] = {}
        self._told: dict[Place, Forms] = {}
        self.found = Statements(definitions={key: scope.indicator for key, scope in scopes.items()})

    def read(self) -> Statements:
        """Everything that is stated, and what ties it."""
        for key in sorted(self._scopes):
            for territory in self._territories(key):
                self._state(key, territory)
            self._note_small(key)
        for key in sorted(self._scopes):
            self._tie_denominators(key)
        self._tie_rates()
        self._tie_parts()
        return self.found

    def small_in(self, figures: Iterable[Figure]) -> set[Place]:
        """Places of which one of these figures, current or not, counts few people."""
        found = set()
        for figure in figures:
            scope = self._scopes.get((figure.indicator, figure.period))
            if scope is not None and small(scope.indicator, self._counts(scope, figure)):
                found.add((figure.indicator, figure.period, figure.territory))
        return found

    def _territories(self, key: Key) -> list[str]:
        page, tree = self._pages[key], self._scopes[key].tree
        named = {*page.own.figures, *page.declared}
        return sorted(named.union(*(tree.ancestors(code) for code in page.own.figures)))

    def _state(self, key: Key, territory: str) -> None:
        """The figure of a territory, its own where it is a part of that, and what is declared beside it."""
        scope, page = self._scopes[key], self._pages[key]
        place = (*key, territory)
        standing = standing_of(scope, territory, page)
        used = [] if standing.basis is Basis.declared else standing.used
        if territory in page.own.figures and not page.own.figures[territory].withdrawn:
            self.found.state(place, self._own_forms(key, page.own.figures[territory]))
        forms: Forms = {}
        if scope.indicator.method is Method.max and len(used) > 1:
            self.found.unsummed[place] = {(*key, f.territory) for f in used}
        else:
            forms = merged([self._own_forms(key, f) for f in used])
        if not forms and territory in page.declared:
            forms = self._declared_forms(key, page.declared[territory], [])
        elif territory in page.declared:
            self.found.state(place, self._declared_forms(key, page.declared[territory], used))
        self._told[place] = forms
        self.found.state(place, forms)
        if small(scope.indicator, {side: self.found.total(form) for side, form in forms.items()}):
            self.found.small.add(place)

    def _own_forms(self, key: Key, figure: Figure) -> Forms:
        """What a territory says of itself: over its quarters or months where they make it, else its own atoms."""
        place = (*key, figure.territory)
        if place not in self._own:
            parts = self._parts(key, figure.territory)
            if figure.from_periods and not parts:
                self.found.unsummed[place] = {(key[0], period, figure.territory) for period in figure.from_periods}
            self._own[place] = merged(parts) or self._atoms(place, figure)
        return self._own[place]

    def _parts(self, key: Key, territory: str) -> list[Forms]:
        """The forms of the parts of a period where all are there; a stock is that of its last part."""
        over_time = self._scopes[key].indicator.over_time
        if over_time not in {*_ADDED, Method.last}:
            return []
        for tiling in Period.parse(key[1]).parts():
            wanted = tiling[-1:] if over_time is Method.last else tiling
            pages = [(part, self._pages.get((key[0], part.code))) for part in wanted]
            found = [(part, _standing_own(page, territory)) for part, page in pages]
            if all(figure is not None for _, figure in found):
                return [self._own_forms((key[0], part.code), figure) for part, figure in found if figure is not None]
        return []

    def _atoms(self, place: Place, figure: Figure) -> Forms:
        counts = self._counts(self._scopes[place[:2]], figure)
        forms = {}
        for side, number in counts.items():
            atom = Atom(place, side)
            self.found.values[atom] = number
            forms[side] = {atom: 1}
        return forms

    def _declared_forms(self, key: Key, figure: Figure, used: list[Figure]) -> Forms:
        """A declared total is taken for that of everybody below: those who reported and those only declared."""
        scope, page = self._scopes[key], self._pages[key]
        tree, here = scope.tree, figure.territory
        below = [t for t in page.declared if t != here and tree.covers(here, t)]
        alone = [t for t in below if not any(tree.covers(t, f.territory) for f in used)]
        tops = [t for t in alone if not any(t != other and tree.covers(other, t) for other in alone)]
        forms = [self._own_forms(key, f) for f in used]
        forms += [self._declared_forms(key, page.declared[t], []) for t in sorted(tops)]
        return merged(forms) or self._atoms((*key, here), figure)

    def _note_small(self, key: Key) -> None:
        """Whatever any source says of a place, withdrawn or not, is on the pages."""
        self.found.small |= self.small_in(self._book.get(key, ()))

    def _counts(self, scope: Scope, figure: Figure) -> Mapping[Side, Decimal]:
        weight = scope.indicator.denominator_indicator
        page = self._pages.get((weight, figure.period)) if weight else None
        own = None if page is None else _standing_own(page, figure.territory)
        return sides(scope.indicator, figure, None if own is None else own.value).counts

    def _tie_denominators(self, key: Key) -> None:
        """One's denominator is the figure of another indicator, where both are reported."""
        code, period = key
        indicator = self._scopes[key].indicator
        ties = [(indicator.denominator_indicator, Side.value.value)] if indicator.denominator_indicator else []
        ties += [
            (check.denominator_indicator, check.denominator_operand.value)
            for check in self._catalogue.checks
            if check.kind is CheckKind.ratio_of and check.whole == code and check.denominator_indicator
        ]
        for other, side in dict.fromkeys(ties):
            for territory in sorted(self._pages[key].own.figures):
                mine = side_of(self._own.get((code, period, territory), {}), Side.denominator.value)
                theirs = side_of(self._own.get((other, period, territory), {}), side)
                if mine and theirs:
                    self.found.relate(less(mine, theirs))

    def _tie_rates(self) -> None:
        """Rates of one denominator say it alike, even where the indicator that it is was corrected alone."""
        first: dict[Place, Form] = {}
        for (code, period, territory), forms in sorted(self._own.items()):
            weight = self._scopes[code, period].indicator.denominator_indicator
            mine = side_of(forms, Side.denominator.value)
            if weight and mine:
                self.found.relate(less(mine, first.setdefault((weight, period, territory), mine)))

    def _tie_parts(self) -> None:
        """The parts of a whole add up to it, wherever all of them are stated."""
        for check in (c for c in self._catalogue.checks if c.kind is CheckKind.sums_to):
            whole_side = (check.whole_operand or check.operand).value
            for (indicator, period, territory), forms in sorted(self._told.items()):
                if indicator != check.whole:
                    continue
                whole = side_of(forms, whole_side)
                parts = [
                    side_of(self._told.get((code, period, territory), {}), check.operand.value) for code in check.parts
                ]
                present = [part for part in parts if part]
                if whole and len(present) == len(parts):
                    self.found.relate(less(added(present), whole))


def _standing_own(page: Page | None, territory: str) -> Figure | None:
    figure = None if page is None else page.own.figures.get(territory)
    return None if figure is None or figure.withdrawn else figure
