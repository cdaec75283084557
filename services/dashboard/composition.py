"""Who is in a figure, who is not and why, read off what the aggregator's own core decides. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.computation.completeness import References
from shared.computation.figure import Book, Figure
from shared.computation.rollup import roll_up
from shared.computation.scope import Scope
from shared.computation.sources import own_figures
from shared.computation.standing import Page, Standing, page_before, page_of, references_of, standing_of
from shared.contracts.rollup import Rollup
from shared.domain.indicator import Indicator, Method
from shared.domain.observation import Basis
from shared.domain.period import Period
from shared.domain.territory import Level


@dataclass(frozen=True)
class Part:
    """A contributor, and the stated figures that it was made of: itself, several sources, or those of other periods."""

    figure: Figure
    cells: tuple[Figure, ...]


@dataclass(frozen=True)
class Aside:
    """Figures of one territory that are not in the value, for one reason; none of them for who gave nothing.

    `missing`: the periods that would complete those given.
    """

    territory: str
    reason: str
    cells: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weight:
    """The denominator taken for somebody missing, and whose it is: own, same_period or period_before; None for none."""

    territory: str
    origin: str
    figure: Part | None


@dataclass(frozen=True)
class Composition:
    """A figure taken apart. `rollup`: computed again from the same versions, None where they give none."""

    rollup: Rollup | None
    standing: Standing
    used: list[Part]
    aside: list[Aside]
    declared: list[Figure]
    weights: list[Weight]


def compose(scope: Scope, territory: str, book: Book) -> Composition:
    """Take the figure of a territory apart. `book`: the figures at or under it, of every pair that the scope reads."""
    page = page_of(scope, book)
    rollup = next((r for r in roll_up(scope, book) if r.territory == territory), None)
    standing = standing_of(scope, territory, page)
    used = [_part(scope.indicator, scope.period, figure, book) for figure in standing.used]
    within = {(f.period, f.identity) for part in used for f in part.cells}
    stated = [
        f
        for period in _periods(scope)
        for f in book.get((scope.indicator.code, period), ())
        if scope.tree.covers(territory, f.territory) and (f.period, f.identity) not in within
    ]
    beside = [f for f in stated if _stands_beside(f, scope, territory)]
    reasons = _Reasons(scope, territory, book, page, standing, rollup)
    left = [f for f in stated if f not in beside]
    return Composition(
        rollup=rollup,
        standing=standing,
        used=used,
        aside=[*_grouped(left, reasons), *_silent(rollup, left)],
        declared=sorted(beside, key=lambda f: (-f.submission_seq, f.source)),
        weights=_weights(scope, rollup, standing, references_of(scope, page_before(scope, book), book), book),
    )


def _stands_beside(figure: Figure, scope: Scope, territory: str) -> bool:
    """A total declared for this very territory and period is shown beside ours."""
    own = (figure.territory, figure.period) == (territory, scope.period)
    return own and figure.basis is Basis.declared and not figure.withdrawn


def _periods(scope: Scope) -> list[str]:
    parts: list[str] = []
    if scope.indicator.over_time is not Method.none:
        parts = [part.code for tiling in Period.parse(scope.period).parts() for part in tiling]
    return [scope.period, *parts]


def _part(indicator: Indicator, period: str, figure: Figure, book: Book) -> Part:
    """The stated figures behind a figure that one territory gives of itself."""
    if figure.from_periods:
        found = [
            cell
            for each in figure.from_periods
            for part in [own_figures(book.get((indicator.code, each), ()), indicator)[figure.territory]]
            for cell in _part(indicator, each, part, book).cells
        ]
        return Part(figure, tuple(found))
    names = set(figure.made_of or [figure.identity])
    stated = book.get((indicator.code, period), ())
    return Part(figure, tuple(f for f in stated if f.territory == figure.territory and f.identity in names))


@dataclass(frozen=True)
class _Reasons:
    """Why a figure is not in the value: what the core made of it, given a name."""

    scope: Scope
    territory: str
    book: Book
    page: Page
    standing: Standing
    rollup: Rollup | None

    def of(self, figure: Figure) -> str:
        if figure.withdrawn:
            return "withdrawn"
        if figure.basis is Basis.declared:
            return "declared"
        indicator = self.scope.indicator
        chosen = own_figures(self.book.get((indicator.code, figure.period), ()), indicator)[figure.territory]
        if figure.identity not in (chosen.made_of or (chosen.identity,)):
            return "superseded" if _sides(figure) == _sides(chosen) else "conflicting"
        if not self.scope.counts_for(figure.territory, self.territory):
            return self._outside(figure.territory)
        own = self.page.own.figures.get(figure.territory)
        if figure.territory in self.page.own.incomplete:
            listed = self.rollup is not None and figure.territory in self.rollup.incomplete
            return "incomplete" if listed else "own_total"
        if own is not None and figure.period not in {self.scope.period, *own.from_periods}:
            return self._not_needed(own)
        return "unpaired" if own in self.standing.contributors else "own_total"

    def _outside(self, territory: str) -> str:
        if self.scope.indicator.method is Method.none:
            return "no_method"
        if self.scope.tree[territory].level is Level.metropole:
            return self.scope.indicator.metropoles.value
        return "own_total"

    def _not_needed(self, own: Figure) -> str:
        """A part of the period that the figure of the period was not made of."""
        if not own.from_periods:
            return "whole_stated"
        return "not_last" if self.scope.indicator.over_time is Method.last else "other_parts"

    def missing(self, territory: str) -> tuple[str, ...]:
        """Of the parts of the period, those that would complete the ones given: halves, quarters or months."""
        indicator, period = self.scope.indicator, Period.parse(self.scope.period)
        found = []
        for tiling in period.parts():
            stated = {p.code: own_figures(self.book.get((indicator.code, p.code), ()), indicator) for p in tiling}
            given = {code for code, own in stated.items() if territory in own and not own[territory].withdrawn}
            if given:
                found.append(tuple(p.code for p in tiling if p.code not in given))
        return min(found, key=len, default=())


def _sides(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.numerator, figure.denominator


def _grouped(figures: Iterable[Figure], reasons: _Reasons) -> list[Aside]:
    """One line for each territory and reason, in the order of the catalogue."""
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.territory, reasons.of(figure)), []).append(figure)
    position = {t.code: n for n, t in enumerate(reasons.scope.tree.all())}
    return [
        Aside(territory, reason, tuple(cells), reasons.missing(territory) if reason == "incomplete" else ())
        for (territory, reason), cells in sorted(groups.items(), key=lambda item: (position[item[0][0]], item[0][1]))
    ]


def _silent(rollup: Rollup | None, left: Sequence[Figure]) -> list[Aside]:
    """Those expected who gave nothing; who took a figure back is already told."""
    withdrawn = {f.territory for f in left if f.withdrawn}
    return [Aside(code, "absent") for code in (rollup.absent if rollup else []) if code not in withdrawn]


def _weights(
    scope: Scope, rollup: Rollup | None, standing: Standing, references: References, book: Book
) -> list[Weight]:
    """What stands in for each of those missing, as coverage by weight and bounds count it."""
    if rollup is None or not rollup.expected:
        return []
    unpaired = {f.territory: f for f in standing.contributors if f.territory in rollup.unpaired and not f.withdrawn}
    weights = []
    for territory in sorted({*rollup.absent, *rollup.unpaired, *rollup.incomplete}):
        found = references.of(territory, unpaired)
        figure = None
        origin = "none"
        if found is not None and found[1].startswith("weight:") and scope.weight is not None:
            origin, figure = "same_period", _part(scope.weight, scope.period, references.same_period[territory], book)
        elif found is not None and found[1].startswith("before:") and scope.before and scope.previous:
            before = references.period_before[territory]
            origin, figure = "period_before", _part(scope.before, scope.previous, before, book)
        elif found is not None:
            origin, figure = "own", _part(scope.indicator, scope.period, unpaired[territory], book)
        weights.append(Weight(territory, origin, figure))
    return weights
