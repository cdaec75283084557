"""Where numbers that were equal at one instant differ at another, no page gives back what the other withholds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.computation.disclosure import marks
from shared.computation.disclosure.statements import Statements
from shared.computation.figure import Figure
from shared.domain.indicator import Method
from tests.support.public_page import figure
from tests.unit.computation.disclosure.cases import ASE, PARTS, attack, catalogue, holds, indicator

FEW, LIMITS = st.sampled_from([0, 2, 3, 5, 8, 10, 13, 20]), st.sampled_from([0, 5, 10])


@st.composite
def corrected(draw: st.DrawFn, codes: tuple[str, ...], seq: int) -> list[Figure]:
    """Any of these figures alone, so that what was equal is not for a while, or comes to be."""
    cells = [(code, d) for d in ("DEPT-02", "DEPT-59", "DEPT-09") for code in codes]
    figures = []
    for code, d in draw(st.lists(st.sampled_from(cells), unique=True, min_size=1)):
        whole = draw(FEW)
        rate = {"numerator": draw(st.integers(0, whole)), "denominator": whole}
        figures.append(figure(code, d, seq=seq, **(rate if code.startswith("rate") else {"value": whole})))
    return figures


@settings(max_examples=60, deadline=None)
@given(st.tuples(*(corrected(("base", "rate", "rate_b"), n) for n in (1, 2, 3, 4))), st.tuples(LIMITS, LIMITS))
def test_nor_do_they_where_only_one_of_two_equal_numbers_was_corrected(instants, limits) -> None:
    rate = {"kind": "ratio", "unit": "%", "method": Method.ratio, "denominator_indicator": "base"}
    known = catalogue(
        indicator("base", small_cell=limits[0]), indicator("rate", **rate),
        indicator("rate_b", small_cell=limits[1], **rate),
    )  # fmt: skip
    holds(known, list(instants), ["2020"])


@settings(max_examples=60, deadline=None)
@given(st.tuples(*(corrected(("all", "girls", "boys"), n) for n in (1, 2, 3, 4))))
def test_nor_do_they_where_parts_do_not_add_up_any_more(instants) -> None:
    holds(PARTS, list(instants), ["2020"])


def test_parts_that_added_up_once_do_not_give_back_a_corrected_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: of three figures only the small part was corrected, the two others are shown."""
    first = [figure(code, "DEPT-09", value=v) for code, v in (("girls", 3), ("boys", 10), ("all", 13))]
    second = [figure("girls", "DEPT-09", seq=2, value=30)]
    holds(PARTS, [first, second], [])
    monkeypatch.setattr(marks, "_tied", lambda *_: set())
    attacker, secrets, _ = attack(PARTS, [first, second], [])
    assert attacker.solved(secrets)[0, ("girls", "2020", "DEPT-09"), "value"] == 3


def test_a_false_equality_does_not_shadow_a_true_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: a denominator left at zero seems to tell DEPT-59, and the search ends there."""
    figures = [
        figure("ase.young", "DEPT-59", value=1), figure("ase.housed", "DEPT-59", numerator=0, denominator=0),
        figure("ase.young", "DEPT-02", value=5), figure("ase.housed", "DEPT-02", numerator=1, denominator=5),
        figure("ase.young", "DEPT-66", value=5), figure("ase.housed", "DEPT-66", numerator=4, denominator=5),
        *(figure("ase.young", d, value=0) for d in ("DEPT-09", "DEPT-31", "DEPT-48")),
    ]  # fmt: skip
    holds(ASE, [figures], [])
    monkeypatch.setattr(Statements, "relate", lambda self, form: self.relations.append(form))
    attacker, secrets, _ = attack(ASE, [figures], [])
    assert attacker.solved(secrets)


def test_rates_of_one_denominator_tell_it_alike() -> None:
    """Only the denominator's own indicator was corrected: a rate without threshold would still tell the other's."""
    rate = {"kind": "ratio", "unit": "%", "method": Method.ratio, "denominator_indicator": "base"}
    known = catalogue(
        indicator("base", small_cell=0), indicator("rate", **rate), indicator("free", small_cell=0, **rate)
    )
    rates = [figure(code, "DEPT-02", numerator=0, denominator=2) for code in ("rate", "free")]
    holds(known, [[figure("base", "DEPT-02", value=2), *rates], [figure("base", "DEPT-02", seq=2, value=0)]], ["2020"])
