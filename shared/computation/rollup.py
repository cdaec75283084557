"""All rollups of one indicator and one period, from the newest versions. Pure: same figures, same bytes."""

import hashlib

from shared.computation.aggregation import spread
from shared.computation.completeness import References, completeness
from shared.computation.evolution import evolution
from shared.computation.figure import Book, Figure, worst_status
from shared.computation.scope import Scope
from shared.computation.standing import Page, Standing, page_before, page_of, references_of, standing_of
from shared.contracts.rollup import Evolution, Rollup
from shared.domain.indicator import Method
from shared.domain.observation import Basis


def roll_up(scope: Scope, book: Book) -> list[Rollup]:
    """Every rollup that the figures of a book give: each reporter's own, those above, and what is only declared.

    `book` holds the current figures of every key that `scope.reads` names. Raises ArithmeticError on figures beyond a
    hundred digits.
    """
    page = page_of(scope, book)
    if page.empty():
        return []
    before = page_before(scope, book)
    references = references_of(scope, before, book)
    return [_rollup(scope, territory, page, before, references) for territory in _territories(scope, page)]


def _territories(scope: Scope, page: Page) -> list[str]:
    """Territories that get a rollup, in the order of codes."""
    reporting = {*page.own.figures, *page.own.incomplete}
    wanted = set(reporting)
    if scope.indicator.method is not Method.none:
        for code in reporting:
            wanted.update(scope.tree.ancestors(code))
    return sorted(wanted | set(page.declared))


def _rollup(scope: Scope, territory: str, page: Page, before: Page | None, references: References) -> Rollup:
    """The figure of a territory with all that qualifies it."""
    now = standing_of(scope, territory, page)
    moved, followed = _evolution(scope, territory, now, before)
    if now.basis is Basis.declared:
        return _as_declared(scope, territory, now, moved, followed)
    own = {f.territory for f in now.made.used}
    standing = [f for f in now.contributors if not f.withdrawn]
    incomplete = scope.missing_parts(territory, page.own.incomplete, [f.territory for f in standing])
    expected = scope.expected_under(territory)
    if expected is not None:
        # Whoever reports without being asked joins those expected, so that coverage never passes one.
        expected |= own | set(now.made.unpaired) | set(incomplete)
    unpaired = {f.territory: f for f in standing if f.territory in now.made.unpaired}
    covered = completeness(scope.indicator, now.made, expected, references, unpaired)
    low, middle, high = spread(scope.indicator.method, now.made.used)
    silent = set() if expected is None else expected - own - set(now.made.unpaired) - set(incomplete)
    return Rollup(
        territory=territory,
        level=scope.tree[territory].level,
        method=scope.indicator.method,
        definition_version=scope.indicator.definition_version,
        value=now.value,
        numerator=now.made.numerator,
        denominator=now.made.denominator,
        reported=len(own),
        expected=None if expected is None else len(expected),
        eligible=scope.eligible_under(territory),
        absent=sorted(silent),
        unpaired=now.made.unpaired,
        incomplete=incomplete,
        from_periods=sorted({p for f in standing for p in f.from_periods}),
        coverage=covered.coverage,
        coverage_weight=covered.coverage_weight,
        low=covered.low,
        high=covered.high,
        min=low,
        median=middle,
        max=high,
        status=worst_status(standing),
        basis=Basis.computed,
        simulated=any(f.simulated for f in now.contributors),
        evolution=moved,
        version=_digest(scope, now.contributors, expected, [*incomplete, *covered.follows_from, *followed]),
    )


def _as_declared(scope: Scope, territory: str, now: Standing, moved: Evolution | None, followed: list[str]) -> Rollup:
    """A stated total where nobody below reported: shown as declared, coverage unknown."""
    figure = now.contributors[0]
    return Rollup(
        territory=territory,
        level=scope.tree[territory].level,
        method=scope.indicator.method,
        definition_version=scope.indicator.definition_version,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        reported=0,
        expected=None,
        status=figure.status,
        basis=Basis.declared,
        simulated=figure.simulated,
        evolution=moved,
        version=_digest(scope, [figure], None, followed),
    )


def _evolution(scope: Scope, territory: str, now: Standing, before: Page | None) -> tuple[Evolution | None, list[str]]:
    """The move since the period before, with the versions that it follows from; None where that period says nothing."""
    if before is None or scope.before is None or scope.previous is None:
        return None, []
    then = standing_of(scope, territory, before)
    if then.value is None:
        return None, []
    comparable = now.basis is then.basis and scope.before.definition_version == scope.indicator.definition_version
    moved = evolution(
        scope.previous, scope.indicator.method, (now.value, now.used), (then.value, then.used), comparable=comparable
    )
    return moved, [f"{scope.previous}:{f.identity}" for f in then.contributors]


def _digest(scope: Scope, contributors: list[Figure], expected: set[str] | None, others: list[str]) -> str:
    """Names everything that a rollup follows from, so that equal digests mean equal figures. Never a counter."""
    i = scope.indicator
    before = None if scope.before is None else scope.before.definition_version
    definition = (
        i.code, i.definition_version, i.method.value, i.metropoles.value, i.over_time.value, i.sources.value, before
    )  # fmt: skip
    asked = "nobody said" if expected is None else ",".join(sorted(expected))
    named = [*map(str, definition), asked, *(f.identity for f in contributors), "with", *others]
    return hashlib.sha256("|".join(named).encode()).hexdigest()[:16]
