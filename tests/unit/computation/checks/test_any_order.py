"""Whatever the order of versions and of rounds between them: the outcomes of a plain oracle over all of them.

Rounds evaluate only what `touched` names; the oracle knows nothing of rounds, sites or evaluators. Defects planted in
`touched` must be found out.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.computation.checks import sites
from shared.computation.checks.evaluation import evaluate
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.sites import Moved, Site, touched
from shared.computation.figure import Figure
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind, CheckState
from shared.domain.observation import Basis, Status
from tests.unit.computation.checks.world import book_of, catalogue, check, figure, indicator, rollups_of

CODES, PERIODS, PLACES, SOURCES = ("a", "b"), ("2019", "2020", "2021"), ("REG-76", "DEPT-09", "DEPT-31"), ("s", "t")
KNOWN = catalogue(
    *(indicator(code) for code in CODES),
    checks=[
        check(
            CheckKind.compares, code="years", operands={"a": "a", "b": "b @2019", "c": "a in DEPT-09"},
            left="a + b", right="c", at=[{"territory": "REG-76", "period": "2020"}],
        ),
        check(CheckKind.sums_to, code="equal", whole="a", parts=["b"]),
        check(CheckKind.conflicting_sources, code="conflict", applies_to=["a"]),
        check(CheckKind.child_with_parent, code="child", applies_to=["*"]),
        check(CheckKind.unchanged_copy, code="copy", applies_to=["a", "b"]),
        check(CheckKind.jump, code="jump", applies_to=["b"], factors=["10"], tolerance="0"),
    ],
)  # fmt: skip
Result = dict[tuple[str, str, str, str], tuple[str, Decimal | None, Decimal | None]]
Touched = Callable[[Catalogue, Iterable[Moved]], set[Site]]


@st.composite
def versions(draw: st.DrawFn) -> list[Figure]:
    cells = st.tuples(*map(st.sampled_from, (CODES, PERIODS, PLACES, SOURCES)), st.sampled_from([1, 2, 3, 10, 20]))
    found = draw(st.lists(st.tuples(cells, st.booleans()), min_size=1, max_size=14))
    made = [
        figure(
            code, str(value), period=period, territory=place, source=source, seq=seq,
            basis=Basis.declared if place == "REG-76" else Basis.reported,
            status=Status.final if stands or seq % 3 else Status.withdrawn,
        )
        for seq, ((code, period, place, source, value), stands) in enumerate(found, 1)
    ]  # fmt: skip
    return draw(st.permutations(made))


def in_rounds(arriving: list[Figure], rounds: list[bool], touched_by: Touched) -> Result:
    """Versions one after the other, a round wherever one is due, and one at the end."""
    checks = {c.code: c for c in KNOWN.checks}
    stored: list[Figure] = []
    pending: list[Moved] = []
    results: Result = {}
    for index, version in enumerate(arriving):
        stored.append(version)
        pending.append((version.indicator, version.period, version.territory))
        if index < len(arriving) - 1 and not rounds[index % len(rounds)]:
            continue
        book = book_of(stored)
        rollups = rollups_of(KNOWN, book)
        for site in touched_by(KNOWN, pending):
            evidence = Evidence(site.territory, site.period, KNOWN, book, rollups)
            outcome = evaluate(checks[site.check], evidence, site.subject)
            place = (site.check, site.subject, site.territory, site.period)
            if outcome is None:
                results.pop(place, None)
            else:
                results[place] = (outcome.state.value, outcome.expected, outcome.computed)
        pending.clear()
    return results


class Oracle:
    """What the checks above say of the newest version of each cell, worked out one by one."""

    def __init__(self, versions: list[Figure]) -> None:
        newest: dict[tuple[str, str, str], dict[str, Figure]] = {}
        for f in sorted(versions, key=lambda f: f.submission_seq):
            newest.setdefault((f.indicator, f.territory, f.period), {})[f.source] = f
        self.standing = {
            cell: [f for f in sources.values() if f.status is not Status.withdrawn]
            for cell, sources in newest.items()
        }  # fmt: skip
        self.results: Result = {}

    def all(self) -> Result:
        self.years()
        for period in PERIODS:
            for place in PLACES:
                self.equal(place, period)
                self.conflict(place, period)
                self.copy(place, period)
                self.jump(place, period)
            for code in CODES:
                self.child(code, period)
        return self.results

    def stated(self, code: str, place: str, period: str) -> list[Decimal]:
        return [f.value for f in self.standing.get((code, place, period), []) if f.value is not None]

    def shown(self, code: str, place: str, period: str) -> Decimal | None:
        found = self.standing.get((code, place, period))
        return max(found, key=lambda f: f.submission_seq).value if found else None

    def judge(self, name: str, place: str, period: str, left: Decimal | None, right: Decimal | None) -> None:
        verdict = "unknown" if left is None or right is None else "holds" if left == right else "fails"
        self.results[name, "", place, period] = (verdict, right, left)

    def years(self) -> None:
        a, b = self.shown("a", "REG-76", "2020"), self.shown("b", "REG-76", "2019")
        c = self.shown("a", "DEPT-09", "2020")
        if (a, b, c) != (None, None, None):
            self.judge("years", "REG-76", "2020", None if a is None or b is None else a + b, c)

    def equal(self, place: str, period: str) -> None:
        a, b = (self.shown(code, place, period) for code in CODES)
        if (a, b) != (None, None):
            self.judge("equal", place, period, None if a is None else b, a)

    def conflict(self, place: str, period: str) -> None:
        values = self.stated("a", place, period)
        if len(values) > 1:
            verdict = "fails" if len(set(values)) > 1 else "holds"
            self.results["conflict", "a", place, period] = (verdict, min(values), max(values))

    def copy(self, place: str, period: str) -> None:
        before = str(int(period) - 1)
        pairs = [(self.shown(code, place, period), self.shown(code, place, before)) for code in CODES]
        same = [now == then for now, then in pairs if now is not None and then is not None]
        if same:
            verdict = "fails" if sum(same) >= 2 else "holds"
            self.results["copy", "", place, period] = (verdict, Decimal(0), Decimal(sum(same)))

    def jump(self, place: str, period: str) -> None:
        now, then = self.shown("b", place, period), self.shown("b", place, str(int(period) - 1))
        if now is not None and then is not None:
            verdict = "fails" if now in {10 * then, then / 10} else "holds"
            self.results["jump", "b", place, period] = (verdict, then, now)

    def child(self, code: str, period: str) -> None:
        over = self.stated(code, "REG-76", period)
        below = [v for place in PLACES[1:] for v in self.stated(code, place, period)]
        if over and below:
            twice = Decimal(sum(v in over for v in below))
            verdict = "fails" if twice else "holds"
            self.results["child", code, "REG-76", period] = (verdict, Decimal(0), twice)


@given(versions(), st.lists(st.booleans(), min_size=1, max_size=5))
@settings(max_examples=300)
def test_any_order_gives_what_the_oracle_gives(arriving: list[Figure], rounds: list[bool]) -> None:
    assert in_rounds(arriving, rounds, touched) == Oracle(arriving).all()


def _own_period_only(known: Catalogue, moved: Iterable[Moved]) -> set[Site]:
    """Forgets that the period after is compared with this one."""
    figures = list(moved)
    return {s for s in touched(known, figures) if any(s.period == period for _, period, _ in figures)}


def _own_territory_only(known: Catalogue, moved: Iterable[Moved]) -> set[Site]:
    """Forgets that others look at this territory."""
    figures = list(moved)
    return {s for s in touched(known, figures) if any(s.territory == place for *_, place in figures)}


def _named_only(known: Catalogue, moved: Iterable[Moved]) -> set[Site]:
    """Forgets that an operand may be of another period than the check."""
    years = Site("years", "2020", "REG-76")
    figures = list(moved)
    elsewhere = all((code, period) != ("a", "2020") for code, period, _ in figures)
    return touched(known, figures) - ({years} if elsewhere else set())


@pytest.mark.parametrize("defect", [_own_period_only, _own_territory_only, _named_only])
def test_a_planted_defect_is_found(defect: Touched) -> None:
    @given(versions(), st.lists(st.booleans(), min_size=1, max_size=5))
    @settings(max_examples=2000, database=None, derandomize=True, phases=[Phase.generate])
    def property_of(arriving: list[Figure], rounds: list[bool]) -> None:
        assert in_rounds(arriving, rounds, defect) == Oracle(arriving).all()

    with pytest.raises(AssertionError):
        property_of()


def test_every_kind_says_where_it_is_touched() -> None:
    assert set(sites._TOUCHED) == set(CheckKind)
    assert CheckState.unknown.value == "unknown"
