"""What the entries of a register add up to, at every moment of their history."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.computation import totals as module
from shared.computation.totals import Group, group_of, totals
from shared.contracts.observation import ObservationReported
from shared.contracts.register import EntryReported
from shared.domain.observation import Basis, Status
from shared.domain.register import ActionKind, Project, ProjectCall, Scale
from tests.support.entries import action, call, project, reported

CALL = Group("project-call", "call")
DIJON = Group("convention", "EPCI-242100410 2021")


def standing(made: list[ObservationReported], until: int = 10**6) -> dict[tuple[str, str, str], Decimal | None]:
    """(indicator, territory, source) -> value, as known after a submission; withdrawn totals are not there."""
    newest = {o.cell: o for o in sorted(made, key=lambda o: o.submission_seq) if o.submission_seq <= until}
    return {(o.indicator, o.territory, o.source): o.value for o in newest.values() if o.status is not Status.withdrawn}


def of(
    made: list[ObservationReported], indicator: str, territory: str = "REG-76", until: int = 10**6
) -> Decimal | None:
    return standing(made, until).get((f"ax0.{indicator}", territory, "project-call:call"))


def test_what_a_call_states_and_what_its_projects_add_up_to_are_told_apart() -> None:
    made = totals(
        CALL,
        [
            reported(call(selected=3, awarded=Decimal(100), awarded_qualifier=">"), 1),
            reported(project("a", 60), 2),
            reported(project("b", 30, territory="DEPT-09"), 2),
            reported(project("c", None, territory="REG-76", scale=Scale.regional), 2),
        ],
    )
    basis = {o.indicator: o.basis for o in made}
    assert (of(made, "calls.selected"), basis["ax0.calls.selected"]) == (3, Basis.declared)
    assert (of(made, "calls.listed"), basis["ax0.calls.listed"]) == (3, Basis.computed)
    assert of(made, "calls.amount_listed") == 90
    assert of(made, "calls.unpriced") == 1
    (awarded,) = [o for o in made if o.indicator == "ax0.calls.awarded"]
    assert (awarded.value, awarded.qualifier) == (100, ">")
    (share,) = [o for o in made if o.indicator == "ax0.calls.departmental_share"]
    assert (share.value, share.numerator, share.denominator) == (Decimal("66.666667"), 2, 3)
    assert of(made, "projects.departmental_amount", "DEPT-31") == 60
    assert of(made, "projects.departmental_amount", "DEPT-09") == 30
    assert of(made, "calls.submitted") is None, "what a call does not state is not zero"


def test_amounts_that_nobody_gave_are_not_zero() -> None:
    made = totals(CALL, [reported(call(), 1), reported(project("a"), 2)])
    assert of(made, "calls.amount_listed") is None
    assert (of(made, "calls.unpriced"), of(made, "calls.listed")) == (1, 1)


def test_each_submission_that_changes_a_total_leaves_a_version_of_it() -> None:
    made = totals(CALL, [reported(call(), 1), reported(project("a", 60), 2), reported(project("b", 30), 5)])
    amounts = [(o.submission_seq, o.value, o.receipt_id) for o in made if o.indicator == "ax0.calls.amount_listed"]
    assert amounts == [(2, 60, "rcp-2"), (5, 90, "rcp-5")]
    assert of(made, "calls.amount_listed", until=4) == 60
    assert all(o.row is None and o.feed == "registers" for o in made)


def test_what_is_withdrawn_or_leaves_stands_no_longer() -> None:
    versions = [
        reported(call(), 1),
        reported(project("a", 60), 2),
        reported(project("a", 60), 3, status=Status.withdrawn),
        reported(project("b", 10), 4),
        reported(project("b", 10, call="other"), 5),
    ]
    made = totals(CALL, versions)
    assert of(made, "calls.listed", until=2) == 1
    assert of(made, "calls.listed", until=3) is None
    assert of(made, "calls.listed", until=4) == 1
    assert of(made, "calls.listed") is None
    assert standing(made) == {}


def test_a_call_that_moves_takes_its_totals_along() -> None:
    made = totals(CALL, [reported(call(selected=3), 1), reported(call(selected=3, period="2020"), 2)])
    newest = {(o.period, o.status): o.value for o in made if o.indicator == "ax0.calls.selected"}
    assert newest == {("2021", Status.final): 3, ("2021", Status.withdrawn): None, ("2020", Status.final): 3}


def test_a_total_is_as_sure_as_its_weakest_part() -> None:
    parts = [reported(project("a", 1), 2, simulated=True), reported(project("b", 1), 2, status=Status.estimated)]
    (total,) = [o for o in totals(CALL, [reported(call(), 1), *parts]) if o.indicator == "ax0.calls.listed"]
    assert (total.status, total.simulated) == (Status.estimated, True)


def test_projects_of_a_call_that_is_not_known_yet_count_where_they_are() -> None:
    made = totals(CALL, [reported(project("a", 60), 2)])
    assert {o.indicator for o in made} == {
        "ax0.projects.amount", "ax0.projects.departmental", "ax0.projects.departmental_amount",
    }  # fmt: skip
    assert of([*made, *totals(CALL, [reported(project("a", 60), 2), reported(call(), 3)])], "calls.listed") == 1


def test_an_action_without_cost_is_counted_and_not_guessed() -> None:
    lines = [action("1", kind=ActionKind.axis), action("1.1", 700), action("1.2"), action("T", 712)]
    lines[3] = lines[3].model_copy(update={"kind": ActionKind.declared_total})
    made = {o.indicator: (o.value, o.basis.value) for o in totals(DIJON, [reported(line, 1) for line in lines])}
    assert made == {
        "ax0.convention.actions_cost": (700, "computed"),
        "ax0.convention.actions_listed": (2, "computed"),
        "ax0.convention.actions_unpriced": (1, "computed"),
        "ax0.convention.declared_total": (712, "declared"),
    }


def test_the_sum_of_large_amounts_is_not_rounded() -> None:
    exact = [reported(project(f"p{n}", Decimal("999999999999999.0000000001")), 2) for n in range(20)]
    made = totals(CALL, [reported(call(), 1), *exact])
    assert of(made, "calls.amount_listed") == 20 * Decimal(999999999999999) + Decimal("0.000000002")


# Any history of three projects and two calls: each submission holds some of them, moved, priced, withdrawn or not.
PROJECTS = st.builds(
    lambda name, amount, of_call, place: project(name, amount, call=of_call, territory=place),
    st.sampled_from("abc"),
    st.none() | st.integers(0, 9),
    st.sampled_from(["call", "other"]),
    st.sampled_from(["DEPT-31", "DEPT-09"]),
)
CALLS = st.builds(
    lambda n, period: call(selected=n, period=period), st.integers(0, 9), st.sampled_from(["2020", "2021"])
)
STATUS = st.sampled_from([Status.final, Status.final, Status.withdrawn])
SUBMISSIONS = st.lists(
    st.lists(st.tuples(PROJECTS | CALLS, STATUS), max_size=4, unique_by=lambda pair: (type(pair[0]), pair[0].id)),
    max_size=6,
)


def oracle(history: list[EntryReported], until: int) -> dict[str, Decimal | None]:
    """The same by hand: play the submissions one after the other, then count what is there."""
    held: dict[str, EntryReported] = {}
    for version in sorted((v for v in history if v.submission_seq <= until), key=lambda v: v.submission_seq):
        held[f"{type(version.entry).__name__} {version.entry.id}"] = version
    there = [v.entry for v in held.values() if v.status is not Status.withdrawn]
    known = [e for e in there if isinstance(e, ProjectCall)]
    listed = [e for e in there if isinstance(e, Project) and e.call == "call"]
    amounts = [p.amount for p in listed if p.amount is not None]
    here = [p for p in listed if p.territory == "DEPT-31"]
    return {
        "calls.selected": Decimal(known[0].selected or 0) if known else None,
        "calls.listed": Decimal(len(listed)) if known and listed else None,
        "calls.amount_listed": sum(amounts, Decimal(0)) if known and amounts else None,
        "calls.unpriced": Decimal(len(listed) - len(amounts)) if known and listed else None,
        "projects.departmental": Decimal(len(here)) if here else None,
    }


def any_order_gives_what_was_known(
    submissions: list[list[tuple[Project | ProjectCall, Status]]], random: Random
) -> None:
    history = [reported(e, seq, status=s) for seq, batch in enumerate(submissions, 1) for e, s in batch]
    arrived = history + random.sample(history, len(history) // 2)
    random.shuffle(arrived)
    made = module.totals(CALL, arrived)
    assert made == module.totals(CALL, history), "the order of arrival, or a repeat, changed a total"
    for until in range(len(submissions) + 1):
        for code, expected in oracle(history, until).items():
            territory = "DEPT-31" if code.startswith("projects") else "REG-76"
            assert of(made, code, territory, until) == expected, (code, until)


test_any_order_repeat_and_interleaving_gives_the_totals_of_a_plain_count = settings(max_examples=300, deadline=None)(
    given(SUBMISSIONS, st.randoms())(any_order_gives_what_was_known)
)
any_failure = settings(max_examples=500, deadline=None, database=None, phases=[Phase.generate])(
    given(SUBMISSIONS, st.randoms())(any_order_gives_what_was_known)
)


def _only_members(group: Group, versions: list[EntryReported]) -> list[ObservationReported]:
    """Defect: versions elsewhere are not looked at, so that a project stays in the call that it left."""
    return totals(group, [v for v in versions if group_of(v.entry) == group])


def _as_they_come(group: Group, versions: list[EntryReported]) -> list[ObservationReported]:
    """Defect: the last version that arrived wins, whatever its submission."""
    last = {(type(v.entry), v.entry.id): v for v in versions}
    return totals(group, list(last.values()))


def _nothing_ceases(group: Group, versions: list[EntryReported]) -> list[ObservationReported]:
    """Defect: a total that ceases to be is not withdrawn."""
    return [o for o in totals(group, versions) if o.status is not Status.withdrawn]


@pytest.mark.parametrize("defect", [_only_members, _as_they_come, _nothing_ceases])
def test_the_property_catches_a_planted_defect(defect: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "totals", defect)
    with pytest.raises(AssertionError):
        any_failure()
