"""What the public reads of some figures, as the views and the read API show it, and an attacker who knows the rules.

The attacker shares no line with shared.computation.disclosure: dense Gaussian elimination over Fractions on the rows of
the page, and a brute force over all whole numbers.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product

from shared.computation.disclosure.companions import Reason
from shared.computation.disclosure.marks import suppress
from shared.computation.figure import Figure, Key
from shared.computation.rollup import roll_up
from shared.computation.scope import scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Basis, Status

Place = tuple[str, str, str]
Unknown = tuple[str, str, str, str, int]
EXACT = {Reason.contributor, Reason.past, None}


def figure(indicator: str, territory: str, period: str = "2020", seq: int = 1, **more: object) -> Figure:
    number = lambda v: None if v is None else Decimal(str(v))  # noqa: E731
    numbers = {side: number(more.pop(side, None)) for side in ("value", "numerator", "denominator")}
    fields = {
        "indicator": indicator, "period": period, "territory": territory, "source": "f", "basis": Basis.reported,
        "submission_seq": seq, "definition_version": 1, "status": Status.final, "simulated": False,
    }  # fmt: skip
    return Figure(**(fields | numbers | more))  # type: ignore[arg-type]


def book_of(figures: Iterable[Figure]) -> dict[Key, list[Figure]]:
    newest: dict[tuple[str, ...], Figure] = {}
    for f in sorted(figures, key=lambda f: f.submission_seq):
        newest[f.indicator, f.period, f.territory, f.source, f.basis] = f
    book: dict[Key, list[Figure]] = {}
    for f in newest.values():
        book.setdefault((f.indicator, f.period), []).append(f)
    return book


def keys_of(catalogue: Catalogue, figures: Iterable[Figure], periods: Iterable[str] = ()) -> list[Key]:
    return sorted({(f.indicator, f.period) for f in figures} | {(f.indicator, p) for f in figures for p in periods})


@dataclass
class Page:
    """Rollups and own figures at one instant with what the public sees of them."""

    current: bool = True
    rollups: dict[Place, Rollup] = field(default_factory=dict)
    own: dict[Place, Figure] = field(default_factory=dict)
    shown: set[Place] = field(default_factory=set)
    whole: set[Place] = field(default_factory=set)  # with minimum, maximum, bounds, evolution

    def secret(self) -> set[Place]:
        return self.rollups.keys() - self.shown


def page(
    catalogue: Catalogue, versions: list[Figure], marks: Mapping[Place, Reason], periods: list[str], *, past: bool
) -> Page:
    """The page of the versions known at an instant, `past` where it is not the newest one."""
    book, result = book_of(versions), Page(current=not past)
    for key in keys_of(catalogue, versions, periods):
        scope = scope_of(catalogue, key)
        for rollup in roll_up(scope, book):
            place = (*key, rollup.territory)
            result.rollups[place] = rollup
            reason = marks.get(place)
            before = marks.get((key[0], scope.previous or "", rollup.territory))
            if reason is None or (reason in EXACT and not past):
                result.shown.add(place)
                if {reason, before} <= ({None} if past else {None, Reason.past}):
                    result.whole.add(place)
        for f in book.get(key, []):
            if f.basis is not Basis.declared and not f.withdrawn:
                result.own[(*key, f.territory)] = f
    return result


def marks_of(catalogue: Catalogue, versions: list[Figure], periods: list[str]) -> dict[Place, Reason]:
    scopes = {key: scope_of(catalogue, key) for key in keys_of(catalogue, versions, periods)}
    return suppress(catalogue, scopes, book_of(versions), versions)


class Attacker:
    """Unknown: each own number of each department, in each of its versions. Known: all equations of the pages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.equations: list[tuple[dict[Unknown, int], Fraction]] = []
        self.truth: dict[Unknown, Fraction] = {}

    def read(self, page: Page) -> None:
        for place, rollup in page.rollups.items():
            known = place in page.shown
            for side in ("value", "numerator", "denominator"):
                number = getattr(rollup, side)
                form = self.form(page, place, side)
                if known and number is not None and form:
                    self.equations.append((form, Fraction(number)))
            moved = rollup.evolution
            if place in page.whole and moved is not None and moved.comparable and rollup.numerator is None:
                for total, period in ((moved.common_now, place[1]), (moved.common_before, moved.against)):
                    forms = [self.form(page, (place[0], period, t), "value") for t in moved.common]
                    if total is not None and all(forms):
                        self.equations.append((_sum(forms), Fraction(total)))
                now = self.form(page, place, "value")
                then = self.form(page, (place[0], moved.against, place[2]), "value")
                if moved.change is not None and now and then:
                    minus = {u: -c for u, c in then.items()}
                    self.equations.append((_sum([now, minus]), Fraction(moved.change)))
        for place, own in page.own.items():
            for side in ("value", "numerator", "denominator"):
                number, form = getattr(own, side), self.own_form(page, place, side)
                if place in page.shown and number is not None and form:
                    self.equations.append((form, Fraction(number)))
            self._tie(page, place)

    def _tie(self, page: Page, place: Place) -> None:
        """Denominators that are the figure of another indicator; parts of a whole."""
        code, period, territory = place
        weight = self.catalogue.indicators[code].denominator_indicator
        if weight:
            mine = self.own_form(page, place, "denominator")
            theirs = self.own_form(page, (weight, period, territory), "value")
            # Where the two sources disagree he computes something, and something wrong.
            if mine and theirs and self.value(mine) == self.value(theirs):
                self.equations.append((_sum([mine, {u: -c for u, c in theirs.items()}]), Fraction(0)))
        for check in self.catalogue.checks:
            if check.whole == code and check.parts:
                parts = [self.own_form(page, (p, period, territory), "value") for p in check.parts]
                whole = self.own_form(page, place, "value")
                if all(parts) and whole and sum(map(self.value, parts)) == self.value(whole):
                    self.equations.append((_sum([*parts, {u: -c for u, c in whole.items()}]), Fraction(0)))

    def form(self, page: Page, place: Place, side: str) -> dict[Unknown, int]:
        """A rollup over those who count for it; names of who reported are public."""
        code, period, territory = place
        if place not in page.rollups:
            return {}
        tree = self.catalogue.territories
        below = [t.code for t in tree.all() if tree.covers(territory, t.code)]
        forms = []
        for t in below:
            own = self.own_form(page, (code, period, t), side)
            both = (
                self.own_form(page, (code, period, t), "numerator"),
                self.own_form(page, (code, period, t), "denominator"),
            )
            if own and (side == "value" or all(both)):
                forms.append(own)
        return _sum(forms)

    def own_form(self, page: Page, place: Place, side: str) -> dict[Unknown, int]:
        own = page.own.get(place)
        number = None if own is None else getattr(own, side)
        if own is not None and number is not None:
            if side == "value" and own.numerator is not None:
                return {}
            unknown = (*place, side, own.submission_seq)
            self.truth[unknown] = Fraction(number)
            return {unknown: 1}
        if own is None and side == "value" and place[1].isdigit():
            quarters = [self.own_form(page, (place[0], f"{place[1]}-Q{q}", place[2]), side) for q in (1, 2, 3, 4)]
            return _sum(quarters) if all(quarters) else {}
        return {}

    def secrets(self, page: Page, marks: Mapping[Place, Reason]) -> dict[tuple[Place, str], dict[Unknown, int]]:
        """Every number about somebody that this page withholds; a denominator only where it is small.

        A total of the past is withheld so that nobody takes a difference; what it comes to is no secret unless small.
        """
        found: dict[tuple[Place, str], dict[Unknown, int]] = {}
        for place in page.secret():
            n, d = self.form(page, place, "numerator"), self.form(page, place, "denominator")
            sides = {"value": self.form(page, place, "value"), "numerator": n}
            if n and d:
                sides["complement"] = _sum([d, {u: -c for u, c in n.items()}])
            if d and self._small(place, d):
                sides["denominator"] = d
            held = marks[place] not in EXACT and (page.current or place in page.own)
            found |= {
                (place, side): form
                for side, form in sides.items()
                if form and self.value(form) and (held or self._small(place, form))
            }
        return found

    def _small(self, place: Place, form: Mapping[Unknown, int]) -> bool:
        return 0 < self.value(form) < self.catalogue.indicators[place[0]].small_cell

    def value(self, form: Mapping[Unknown, int]) -> Fraction:
        return sum((c * self.truth[u] for u, c in form.items()), Fraction(0))

    def solved(self, secrets: Mapping[Hashable, dict[Unknown, int]]) -> dict[Hashable, Fraction]:
        """The secrets that are linear combinations of the equations, with the value that comes out."""
        unknowns = sorted({u for form, _ in self.equations for u in form} | {u for f in secrets.values() for u in f})
        column = {u: i for i, u in enumerate(unknowns)}
        rows = [_dense(form, right, column) for form, right in self.equations]
        echelon = _echelon(rows)
        found = {}
        for name, form in secrets.items():
            rest = _dense(form, Fraction(0), column)
            for pivot, row in echelon:
                if rest[pivot]:
                    factor = rest[pivot]
                    rest = [a - factor * b for a, b in zip(rest, row, strict=True)]
            if not any(rest[:-1]):
                found[name] = -rest[-1]
        return found

    def pinned(self, secrets: Mapping[Hashable, dict[Unknown, int]]) -> set[Hashable]:
        """The secrets that take a single value over all whole numbers that fit the equations (small pages only)."""
        fixed = {next(iter(f)): r / next(iter(f.values())) for f, r in self.equations if len(f) == 1}
        free = sorted({u for f, _ in self.equations for u in f} - fixed.keys())
        largest = int(max((abs(r) for _, r in self.equations), default=Fraction(0)))
        seen: dict[Hashable, set[Fraction]] = {name: set() for name in secrets}
        for numbers in product(range(largest + 1), repeat=len(free)):
            guess = fixed | dict(zip(free, map(Fraction, numbers), strict=True))
            if all(sum(c * guess[u] for u, c in f.items()) == r for f, r in self.equations):
                for name, form in secrets.items():
                    seen[name].add(sum((c * guess.get(u, Fraction(0)) for u, c in form.items()), Fraction(0)))
        return {name for name, values in seen.items() if len(values) == 1}


def _sum(forms: Iterable[Mapping[Unknown, int]]) -> dict[Unknown, int]:
    total: dict[Unknown, int] = {}
    for form in forms:
        for unknown, factor in form.items():
            total[unknown] = total.get(unknown, 0) + factor
    return {u: c for u, c in total.items() if c}


def _dense(form: Mapping[Unknown, int], right: Fraction, column: Mapping[Unknown, int]) -> list[Fraction]:
    row = [Fraction(0)] * (len(column) + 1)
    for unknown, factor in form.items():
        row[column[unknown]] = Fraction(factor)
    row[-1] = right
    return row


def _echelon(rows: list[list[Fraction]]) -> list[tuple[int, list[Fraction]]]:
    pivots: list[tuple[int, list[Fraction]]] = []
    for given in rows:
        row = given
        for pivot, other in pivots:
            if row[pivot]:
                factor = row[pivot]
                row = [a - factor * b for a, b in zip(row, other, strict=True)]
        lead = next((i for i, a in enumerate(row[:-1]) if a), None)
        if lead is None:
            continue
        row = [a / row[lead] for a in row]
        pivots = [(p, [a - o[lead] * b for a, b in zip(o, row, strict=True)] if o[lead] else o) for p, o in pivots]
        pivots.append((lead, row))
    return pivots
