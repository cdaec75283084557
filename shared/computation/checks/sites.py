"""Where checks are to be evaluated when figures move, and what they read there. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from shared.computation.checks.neighbours import applies
from shared.computation.figure import Key
from shared.computation.scope import moved_by
from shared.domain.catalogue import Catalogue
from shared.domain.check import Against, Check, CheckKind
from shared.domain.operand import Subject
from shared.domain.period import Period

# (indicator, period, territory) of a figure that moved.
Moved = tuple[str, str, str]


@dataclass(frozen=True, order=True)
class Site:
    """One check at one place. `subject`: the indicator that it looks at, for kinds that look at one after the other."""

    check: str
    period: str
    territory: str
    subject: str = ""


def touched(catalogue: Catalogue, moved: Iterable[Moved]) -> set[Site]:
    """Every place at which a check may find something else because these figures moved.

    What the catalogue does not know moves nothing: it shows up once the catalogue does.
    """
    known = {m for m in moved if m[0] in catalogue.indicators and m[2] in catalogue.territories}
    shown = _shown(catalogue, known)
    sites: set[Site] = set()
    for check in catalogue.checks:
        found = _TOUCHED[check.kind](catalogue, check, known, shown)
        sites.update(s for s in found if check.counts_at(catalogue.territories[s.territory].level))
    return sites


def reads(catalogue: Catalogue, check: Check, site: Site) -> set[Key]:
    """Every (indicator, period) whose figures or rollups a check looks at in one place."""
    before = Period.parse(site.period).previous()
    periods = {site.period, *([before.code] if before is not None else [])}
    match check.kind:
        case CheckKind.compares:
            operands = check.read_operands.values()
            return {(o.indicator, o.period or site.period) for o in operands if o.subject is Subject.figure}
        case CheckKind.unchanged_copy if check.copy_of:
            return {(code, site.period) for code in [check.copy_of, *_matching(catalogue, check)]}
        case CheckKind.unchanged_copy:
            return {(code, period) for code in _matching(catalogue, check) for period in periods}
        case CheckKind.jump:
            return {(site.subject, period) for period in periods}
        case _ if site.subject:
            return {(site.subject, site.period)}
        case _:
            return {(code, site.period) for code in check.indicators()}


def _shown(catalogue: Catalogue, moved: Collection[Moved]) -> dict[Key, set[str]]:
    """Territories whose shown figure these may change, by (indicator, period): those above and later ones included."""
    territories: dict[Key, set[str]] = defaultdict(set)
    for indicator, period, territory in moved:
        territories[indicator, period].update((territory, *catalogue.territories.ancestors(territory)))
    shown: dict[Key, set[str]] = defaultdict(set)
    for key, names in territories.items():
        for other in moved_by(catalogue, key):
            shown[other] |= names
    return shown


def _of_named(_: Catalogue, check: Check, __: Collection[Moved], shown: dict[Key, set[str]]) -> Iterator[Site]:
    """Checks of indicators that they name: where the figure of any of them may have changed."""
    named = set(check.indicators())
    for (indicator, period), territories in shown.items():
        if indicator in named:
            yield from (Site(check.code, period, territory) for territory in territories)


def _of_operands(
    catalogue: Catalogue, check: Check, moved: Collection[Moved], shown: dict[Key, set[str]]
) -> Iterator[Site]:
    """Comparisons: at their own places where one of the figures read there may have changed, else as those above.

    One of targets and territories only follows from the catalogue: it is evaluated whatever moved.
    """
    if not check.at:
        yield from _of_named(catalogue, check, moved, shown)
    for place in check.at:
        site = Site(check.code, place.period, place.territory)
        keys = reads(catalogue, check, site)
        if not keys or not shown.keys().isdisjoint(keys):
            yield site


def _of_statements(_: Catalogue, check: Check, moved: Collection[Moved], __: dict[Key, set[str]]) -> Iterator[Site]:
    """Statements of one figure: where it is stated."""
    for indicator, period, territory in moved:
        if applies(check, indicator):
            yield Site(check.code, period, territory, indicator)


def _of_parents(catalogue: Catalogue, check: Check, moved: Collection[Moved], _: dict[Key, set[str]]) -> Iterator[Site]:
    """Parents: of whatever is stated, the territory itself and all above it."""
    for indicator, period, territory in moved:
        if applies(check, indicator):
            for place in (territory, *catalogue.territories.ancestors(territory)):
                yield Site(check.code, period, place, indicator)


def _of_copies(_: Catalogue, check: Check, moved: Collection[Moved], __: dict[Key, set[str]]) -> Iterator[Site]:
    """Copies: the period stated and, where it may be copied from, the one after."""
    for indicator, period, territory in moved:
        if applies(check, indicator) or indicator == check.copy_of:
            yield Site(check.code, period, territory)
            if check.copy_of is None:
                yield from (Site(check.code, later, territory) for later in _following(period))


def _of_jumps(catalogue: Catalogue, check: Check, moved: Collection[Moved], _: dict[Key, set[str]]) -> Iterator[Site]:
    """Jumps: the period stated and the one after, or every territory that this one is a peer of."""
    tree = catalogue.territories
    for indicator, period, territory in moved:
        if not applies(check, indicator):
            continue
        if check.against is Against.previous:
            for each in (period, *_following(period)):
                yield Site(check.code, each, territory, indicator)
        else:
            level = tree[territory].level
            for peer in (t.code for t in tree.all() if t.level is level):
                yield Site(check.code, period, peer, indicator)


def _following(period: str) -> Iterator[str]:
    after = Period.parse(period).following()
    if after is not None:
        yield after.code


def _matching(catalogue: Catalogue, check: Check) -> list[str]:
    return [code for code in catalogue.indicators if applies(check, code)]


_TOUCHED: dict[CheckKind, Callable[[Catalogue, Check, Collection[Moved], dict[Key, set[str]]], Iterator[Site]]] = {
    CheckKind.part_of: _of_named,
    CheckKind.sums_to: _of_named,
    CheckKind.ratio_of: _of_named,
    CheckKind.declared_vs_computed: _of_named,
    CheckKind.compares: _of_operands,
    CheckKind.conflicting_sources: _of_statements,
    CheckKind.repeated_line: _of_statements,
    CheckKind.child_with_parent: _of_parents,
    CheckKind.unchanged_copy: _of_copies,
    CheckKind.jump: _of_jumps,
}
