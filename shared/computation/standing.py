"""Who is in the figure of a territory, before anything qualifies it. For rollups and explanations. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from shared.computation.aggregation import Aggregate, aggregate, own_value
from shared.computation.completeness import References
from shared.computation.figure import Book, Figure
from shared.computation.scope import Scope
from shared.computation.sources import declared_figures
from shared.computation.timeline import Own, own_at
from shared.domain.indicator import Indicator, Method
from shared.domain.observation import Basis


@dataclass(frozen=True)
class Page:
    """What a period says: each territory of itself, and totals declared over others."""

    own: Own
    declared: dict[str, Figure]

    def empty(self) -> bool:
        """Say whether nobody says anything."""
        return not (self.own.figures or self.declared)


@dataclass(frozen=True)
class Standing:
    """The figure of one territory before anything qualifies it. `used`: the contributors that are in the value."""

    basis: Basis
    contributors: list[Figure]
    made: Aggregate
    value: Decimal | None
    used: list[Figure]


def page_of(scope: Scope, book: Book) -> Page:
    """The page of the scope's own period."""
    return _page(scope, scope.indicator, scope.period, book)


def page_before(scope: Scope, book: Book) -> Page | None:
    """The page of the period before; None where that has no meaning."""
    if scope.previous is None or scope.before is None:
        return None
    return _page(scope, scope.before, scope.previous, book)


def references_of(scope: Scope, before: Page | None, book: Book) -> References:
    """Denominators that stand in for those of the absentees."""
    return References(
        same_period={} if scope.weight is None else own_at(scope.weight, scope.period, book).figures,
        period_before={} if before is None else before.own.figures,
    )


def standing_of(scope: Scope, territory: str, page: Page) -> Standing:
    """What a territory's figure is: computed from those that reported, else as declared."""
    contributors = scope.contributors_to(territory, page.own.figures)
    standing = [f for f in contributors if not f.withdrawn]
    if not standing and territory in page.declared:
        figure = page.declared[territory]
        return Standing(Basis.declared, [figure], Aggregate(None, None, None, [], []), figure.value, [figure])
    made = aggregate(scope.indicator.method, standing)
    own_only = [f for f in standing if f.territory == territory] if len(standing) == 1 else []
    value = _value(made, scope.indicator.method, own_only)
    return Standing(Basis.computed, contributors, made, value, made.used or own_only)


def _page(scope: Scope, indicator: Indicator, period: str, book: Book) -> Page:
    """The figures of a period whose territories the catalogue knows."""
    own = own_at(indicator, period, book)
    declared = declared_figures(book.get((indicator.code, period), ()), indicator)
    known = Own(
        {t: f for t, f in own.figures.items() if t in scope.tree},
        frozenset(t for t in own.incomplete if t in scope.tree),
    )
    return Page(known, {t: f for t, f in declared.items() if t in scope.tree})


def _value(made: Aggregate, method: Method, own_only: list[Figure]) -> Decimal | None:
    """The aggregate or, for a lone figure, what its reporter states: a percentage without counts is shown as it is."""
    if len(own_only) == 1 and made.value is None:
        return own_only[0].value
    return own_value(made.used[0], method) if method is Method.none and made.used else made.value
