"""An attacker who reads every public row of two instants computes no suppressed figure."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.computation.disclosure import companions
from shared.computation.disclosure.companions import Reason
from shared.computation.disclosure.family import families
from shared.computation.figure import Figure
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from tests.support.public_page import figure, marks_of, page
from tests.unit.computation.disclosure.cases import (
    ASE,
    OVER_TIME,
    PARTS,
    QUARTERS,
    TREE,
    WEST,
    attack,
    catalogue,
    detailed,
    holds,
    indicator,
    quarterly,
    rates,
)  # fmt: skip


@settings(deadline=None)
@given(rates())
def test_rates_and_their_denominators_are_not_given_back(figures: list[Figure]) -> None:
    holds(ASE, [figures], ["2020"])


@settings(deadline=None)
@given(detailed())
def test_parts_of_a_whole_are_not_given_back(figures: list[Figure]) -> None:
    holds(PARTS, [figures], ["2020"])


@settings(deadline=None)
@given(quarterly())
def test_quarters_are_not_given_back_by_years_regions_and_evolutions(figures: list[Figure]) -> None:
    holds(OVER_TIME, [figures], ["2020", *QUARTERS])


@settings(max_examples=100, deadline=None)
@given(rates(1), rates(2), rates(3))
def test_two_instants_do_not_give_back_what_came_in_between(first, second, third) -> None:
    holds(ASE, [first, second, third], ["2020"])


@settings(max_examples=100, deadline=None)
@given(quarterly(1), quarterly(2))
def test_nor_do_they_over_time(first, second) -> None:
    holds(OVER_TIME, [first, second], ["2020", *QUARTERS])


@settings(deadline=None)
@given(st.one_of(rates(), rates()), st.randoms())
def test_marks_do_not_depend_on_the_order_of_figures(figures: list[Figure], random) -> None:
    shuffled = list(figures)
    random.shuffle(shuffled)
    assert marks_of(ASE, figures, ["2020"]) == marks_of(ASE, shuffled, ["2020"])


ONE_SMALL = [figure("x", d, value=v) for d, v in (("DEPT-09", 3), ("DEPT-31", 41), ("DEPT-48", 12), ("DEPT-66", 30))]
PLAIN = catalogue(indicator("x"))


def test_a_small_count_takes_the_smallest_other_with_it() -> None:
    assert marks_of(PLAIN, ONE_SMALL, []) == {
        ("x", "2020", "DEPT-09"): Reason.primary,
        ("x", "2020", "DEPT-48"): Reason.secondary,
        ("x", "2020", "REG-76"): Reason.contributor,
        ("x", "2020", "NAT-FR"): Reason.contributor,
        **{("x", "2020", shown): Reason.past for shown in ("DEPT-31", "DEPT-66")},
    }


def test_without_companions_the_attacker_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: primary suppression alone is found out, by the row of the region."""
    monkeypatch.setattr(companions, "_complete_lines", lambda *_: None)
    monkeypatch.setattr(companions, "_audit", lambda *_: None)
    attacker, secrets, held = attack(PLAIN, [ONE_SMALL], [])
    assert Reason.secondary not in held.values()
    assert attacker.solved(secrets) == {(0, ("x", "2020", "DEPT-09"), "value"): 3}


def test_without_the_past_rule_two_instants_win() -> None:
    """The planted defect: totals of yesterday left readable give back what came today."""
    first, second = ONE_SMALL[1:], ONE_SMALL[:1]
    versions = [*first, figure("x", "DEPT-09", seq=2, value=3)]
    held = marks_of(PLAIN, versions, [])
    assert attack(PLAIN, [first, second], [], held)[0].solved(attack(PLAIN, [first, second], [], held)[1]) == {}
    lax = {place: reason for place, reason in held.items() if reason in {Reason.primary, Reason.secondary}}
    attacker, secrets, _ = attack(PLAIN, [first, second], [], lax)
    assert attacker.solved(secrets)


def test_a_hidden_contributor_takes_minimum_and_maximum_with_it() -> None:
    versions, held = ONE_SMALL, marks_of(PLAIN, ONE_SMALL, [])
    shown = page(PLAIN, versions, held, [], past=False)
    hidden = {t for _, _, t in shown.secret()}
    for place in shown.whole:
        assert not any(TREE.covers(place[2], t) for t in hidden)


@pytest.mark.parametrize(
    "numbers",
    [(1, 1, 1, 9), (4, 1, 0, 0), (2, 2, 9, 0), (1, 0, 0, 12), (3, 3, 3, 3), (1, 5, 6, 0), (4, 5, 0, 7)],
)
def test_no_suppressed_count_is_left_a_single_whole_number(numbers: tuple[int, ...]) -> None:
    figures = [figure("x", d, value=v) for d, v in zip(WEST, numbers, strict=True)]
    attacker, secrets, _ = attack(PLAIN, [figures], [])
    assert attacker.pinned(secrets) == set()


def test_without_a_companion_of_size_the_brute_force_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect once more, against the other attack."""
    monkeypatch.setattr(companions, "_complete_lines", lambda *_: None)
    monkeypatch.setattr(companions, "_audit", lambda *_: None)
    figures = [figure("x", d, value=v) for d, v in zip(WEST, (1, 6, 6, 9), strict=True)]
    attacker, secrets, _ = attack(PLAIN, [figures], [])
    assert attacker.pinned(secrets)


def test_zero_is_shown() -> None:
    figures = [figure("x", "DEPT-09", value=0), figure("x", "DEPT-31", value=40)]
    assert marks_of(PLAIN, figures, []) == {}


@pytest.mark.parametrize(
    ("numerator", "denominator", "hidden"),
    [(3, 40, True), (38, 40, True), (3, 3, True), (0, 40, False), (40, 40, False)],
)
def test_both_those_who_are_and_those_who_are_not_are_counted(
    numerator: int, denominator: int, *, hidden: bool
) -> None:
    figures = [figure("ase.housed", "DEPT-09", numerator=numerator, denominator=denominator)]
    assert (("ase.housed", "2020", "DEPT-09") in marks_of(ASE, figures, [])) is hidden


def test_a_percentage_without_counts_implies_them() -> None:
    figures = [figure("ase.young", "DEPT-09", value=40), figure("ase.housed", "DEPT-09", value="7.5")]
    assert marks_of(ASE, figures, [])["ase.housed", "2020", "DEPT-09"] is Reason.primary


def test_a_declared_total_takes_part_in_the_sums() -> None:
    """France is only declared, over a region that is only declared and one whose departments reported."""
    figures = [
        *ONE_SMALL,
        figure("x", "REG-32", value=50, basis=Basis.declared),
        figure("x", "NAT-FR", value=136, basis=Basis.declared),
    ]
    marks = marks_of(PLAIN, figures, [])
    assert marks["x", "2020", "DEPT-48"] is Reason.secondary
    assert marks["x", "2020", "REG-32"] is Reason.past


def test_a_corrected_small_count_is_shown_and_its_past_is_not() -> None:
    versions = [*ONE_SMALL, figure("x", "DEPT-09", seq=2, value=33)]
    everywhere = {f.territory for f in versions} | {"REG-76", "NAT-FR"}
    assert marks_of(PLAIN, versions, []) == {("x", "2020", code): Reason.past for code in everywhere}


def test_a_withdrawn_small_count_stays_withheld() -> None:
    versions = [figure("x", "DEPT-09", value=3, status=Status.withdrawn), *ONE_SMALL[1:]]
    assert marks_of(PLAIN, versions, [])["x", "2020", "DEPT-09"] is Reason.primary


def test_a_maximum_goes_with_any_of_its_contributors() -> None:
    known = catalogue(indicator("x", method=Method.max))
    assert marks_of(known, ONE_SMALL, [])["x", "2020", "REG-76"] is Reason.secondary


def test_indicators_without_threshold_cost_nothing() -> None:
    free = catalogue(indicator("x", small_cell=0))
    assert families(free, [("x", "2020")]) == []


def test_families_hold_what_sums_and_denominators_tie() -> None:
    keys = [("ase.housed", "2020"), ("ase.young", "2020"), ("ase.young", "2021")]
    assert [f.indicators for f in families(ASE, keys)] == [("ase.housed", "ase.young")] * 2
    assert {f.span for f in families(OVER_TIME, [("x", q) for q in QUARTERS])} == {"2020"}
    assert all(a < b for a, b in pairwise(families(ASE, keys)))
