"""Checks of whatever indicators: contradictions, repetitions, copies and jumps, and what is none of these."""

import pytest

from shared.computation.checks.outcome import Outcome
from shared.computation.figure import Figure
from shared.domain.check import Against, CheckKind, CheckState
from shared.domain.indicator import Method, Sources
from shared.domain.observation import Basis, Status
from tests.unit.computation.checks.world import catalogue, check, figure, found, indicator, own

KNOWN = catalogue(indicator("x"), indicator("parts", sources=Sources.parts), indicator("rate", Method.ratio))
ALL = ["*"]


def state_of(outcome: Outcome | None) -> CheckState | None:
    return None if outcome is None else outcome.state


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        # Working groups: 9, 15 and 17 in one document.
        (
            [figure("x", "9", source="d:497"), figure("x", "15", source="d:161"), figure("x", "17", source="d:439")],
            CheckState.fails,
        ),
        ([figure("x", "9", source="d:497"), figure("x", "9", source="e:1")], CheckState.holds),
        ([figure("x", "9", source="d:497")], None),
        ([figure("x", "9", source="d"), figure("x", "8", source="e", status=Status.withdrawn)], None),
        # Declared beside computed is another check's business.
        ([figure("x", "9", source="d"), figure("x", "8", source="register", basis=Basis.computed)], None),
        # A newer version of one source is no contradiction.
        ([figure("x", "9", source="d"), figure("x", "8", source="d", seq=2)], None),
        # The total of a region told by two, one of them the region itself.
        ([figure("x", "9", source="d"), own("x", "8", source="e")], CheckState.fails),
    ],
)
def test_sources_that_contradict_each_other(figures: list[Figure], expected: CheckState | None) -> None:
    outcome = found(check(CheckKind.conflicting_sources, applies_to=ALL), KNOWN, *figures, subject="x")
    assert state_of(outcome) is expected


def test_contradicting_sources_are_all_listed() -> None:
    figures = [figure("x", v, source=f"d:{v}") for v in ("9", "15", "17")]
    outcome = found(check(CheckKind.conflicting_sources, applies_to=ALL), KNOWN, *figures, subject="x")
    assert outcome is not None
    assert sorted(s["value"] for s in outcome.detail["stated"]) == ["15", "17", "9"]
    assert (outcome.expected, outcome.computed, outcome.indicators) == (9, 17, ["x"])


def test_parts_of_a_whole_do_not_contradict_each_other() -> None:
    figures = [figure("parts", v, source=f"call-{v}") for v in ("9", "15")]
    assert found(check(CheckKind.conflicting_sources, applies_to=ALL), KNOWN, *figures, subject="parts") is None


def test_the_total_of_a_department_with_its_metropole_does_not_contradict_its_own_figure() -> None:
    figures = [
        figure("x", "9", source="d", territory="DEPT-31"), own("x", "8", source="e", territory="DEPT-31")
    ]  # fmt: skip
    rule = check(CheckKind.conflicting_sources, applies_to=ALL)
    assert found(rule, KNOWN, *figures, subject="x", territory="DEPT-31") is None


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([figure("x", "1778034", source="amounts"), own("x", "1778034", source="amounts")], CheckState.fails),
        ([figure("x", "3", source="bilan l.377"), figure("x", "3", source="bilan l.378")], CheckState.fails),
        ([figure("x", "3", source="bilan l.377"), figure("x", "4", source="bilan l.378")], CheckState.holds),
        ([figure("x", "3", source="bilan l.377"), figure("x", "3", source="results:12")], None),
    ],
)
def test_a_line_printed_twice(figures: list[Figure], expected: CheckState | None) -> None:
    outcome = found(check(CheckKind.repeated_line, applies_to=ALL), KNOWN, *figures, subject="x")
    assert state_of(outcome) is expected


@pytest.mark.parametrize(
    ("below", "minimum", "expected"),
    [("500", "0", CheckState.fails), ("500", "1000", None), ("499", "0", CheckState.holds)],
)
def test_a_child_listed_with_its_parent(below: str, minimum: str, expected: CheckState | None) -> None:
    rule = check(CheckKind.child_with_parent, applies_to=ALL, minimum=minimum)
    outcome = found(rule, KNOWN, figure("x", "500"), own("x", below, territory="DEPT-09"), subject="x")
    assert state_of(outcome) is expected


COPIED = catalogue(*(indicator(code) for code in "abc"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [(("1", "2", "3"), CheckState.fails), (("1", "2", "4"), CheckState.fails), (("1", "5", "4"), CheckState.holds),
     (("0", "0", "4"), CheckState.holds)],
)  # fmt: skip
def test_figures_of_the_period_before_sent_again(now: tuple[str, ...], expected: CheckState) -> None:
    before = [
        figure(code, "0" if v == "0" else str(i), period="2019")
        for i, (code, v) in enumerate(zip("abc", now, strict=True), 1)
    ]
    rule = check(CheckKind.unchanged_copy, applies_to=["a", "b", "c"], at_least=2)
    outcome = found(rule, COPIED, *before, *[figure(c, v) for c, v in zip("abc", now, strict=True)])
    assert state_of(outcome) is expected


def test_a_line_that_copies_another_one() -> None:
    rule = check(CheckKind.unchanged_copy, applies_to=["a"], copy_of="b", at_least=1)
    assert state_of(found(rule, COPIED, figure("a", "495000"), figure("b", "495000"))) is CheckState.fails
    assert state_of(found(rule, COPIED, figure("a", "495001"), figure("b", "495000"))) is CheckState.holds
    assert found(rule, COPIED, figure("a", "495000")) is None


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [("12", "120", CheckState.fails), ("1200", "12.1", CheckState.fails), ("12", "60", CheckState.holds),
     ("12", "0", None), (None, "12", None)],
)  # fmt: skip
def test_a_figure_of_another_order_of_size_than_the_period_before(
    before: str | None, now: str, expected: CheckState | None
) -> None:
    rule = check(CheckKind.jump, applies_to=ALL, factors=["10", "100"], tolerance="0.05")
    earlier = [] if before is None else [own("x", before, period="2019", territory="DEPT-09")]
    figures = [*earlier, own("x", now, territory="DEPT-09")]
    assert state_of(found(rule, KNOWN, *figures, subject="x", territory="DEPT-09")) is expected


def test_a_share_written_as_a_fraction_among_percentages() -> None:
    rule = check(CheckKind.jump, applies_to=ALL, factors=["100"], tolerance="0.5", against=Against.peers, at_least=2)
    figures = [
        own("rate", v, territory=t) for t, v in {"DEPT-09": "31.2", "DEPT-31": "28", "DEPT-48": "0.3"}.items()
    ]  # fmt: skip
    for territory, expected in {"DEPT-48": CheckState.fails, "DEPT-31": CheckState.holds}.items():
        assert state_of(found(rule, KNOWN, *figures, subject="rate", territory=territory)) is expected
    assert found(rule, KNOWN, *figures[1:], subject="rate", territory="DEPT-48") is None
