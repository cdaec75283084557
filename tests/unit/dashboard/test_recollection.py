"""What was known at an instant depends on nothing that came later, and is what the store held then."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.dashboard import recollection
from services.dashboard.changes import changes
from services.dashboard.recollection import Version, book_at, in_order, moved_from, rolled
from shared.domain.catalogue import Catalogue
from tests.support.plain import Rules
from tests.support.plain import Version as Plain
from tests.unit.computation.test_any_stream import Incremental, catalogue, figure, rules, streams

BEGIN = datetime(2021, 3, 25, tzinfo=UTC)


def received(stream: Sequence[Plain]) -> list[tuple[Plain, Version]]:
    """Each version an hour after the one before, in the order of submissions, as ingestion numbers them."""
    ordered = sorted(stream, key=lambda v: v.seq)
    return [(v, Version(figure(v), BEGIN + timedelta(hours=n), f"rec-{n}")) for n, v in enumerate(ordered)]


def known(held: Catalogue, versions: Sequence[Version], at: datetime) -> list[object]:
    """Every rollup as of an instant."""
    stated = {(v.figure.indicator, v.figure.period, v.figure.territory) for v in versions}
    return [*in_order(held, rolled(held, moved_from(held, stated), book_at(versions, at)))]


def the_past_stays(asked: Rules, stream: list[Plain], hours: tuple[int, int], random: Random) -> None:
    held, arrived = catalogue(asked), received(stream)
    first, second = (BEGIN + timedelta(hours=h) for h in sorted(hours))
    everything = [version for _, version in arrived]
    random.shuffle(everything)
    for at in (first, second):
        past = known(held, everything, at)
        assert past == known(held, [v for v in everything if v.received_at <= at], at)
        store = Incremental(held)
        before = [plain for plain, version in arrived if version.received_at <= at]
        random.shuffle(before)
        for plain in before:
            store.take([plain])
        assert past == in_order(held, {key: found for key, found in store.rollups.items() if found})


def changes_are_the_difference(asked: Rules, stream: list[Plain], hours: tuple[int, int]) -> None:
    held, versions = catalogue(asked), [version for _, version in received(stream)]
    first, second = (BEGIN + timedelta(hours=h) for h in sorted(hours))
    fresh = {
        (v.figure.indicator, v.figure.period, v.figure.territory) for v in versions if first < v.received_at <= second
    }
    found = changes(held, moved_from(held, fresh), versions, first, second)
    before, after = ({_cell(r): r for r in known(held, versions, at)} for at in (first, second))
    differ = {c for c in before.keys() | after.keys() if _shown(before.get(c)) != _shown(after.get(c))}
    assert {(c.indicator, c.period, c.territory) for c in found} == differ
    assert all(c.causes for c in found)
    assert all(first < cause.received_at <= second for c in found for cause in c.causes)


def _cell(rollup: object) -> tuple[str, str, str]:
    return rollup.indicator, rollup.period, rollup.territory  # type: ignore[attr-defined]


def _shown(rollup: object) -> object:
    return None if rollup is None else rollup.model_dump(exclude={"version"})  # type: ignore[attr-defined]


HOURS = st.tuples(st.integers(-1, 16), st.integers(-1, 16))
checked = given(rules(), streams(), HOURS, st.randoms(use_true_random=False))
test_the_past_stays_as_it_was = settings(max_examples=300, deadline=None)(checked(the_past_stays))
test_changes_are_the_difference_between_two_reads = settings(max_examples=300, deadline=None)(
    given(rules(), streams(), HOURS)(changes_are_the_difference)
)
any_failure = settings(max_examples=1000, deadline=None, database=None, phases=[Phase.generate])(
    checked(the_past_stays)
)
RIGHT = book_at


def later_ones_too(versions: Sequence[Version], _: datetime) -> object:
    return RIGHT(versions, None)


def cells_that_were_replaced_are_forgotten(versions: Sequence[Version], at: datetime) -> object:
    """The newest version of each cell first, then the instant: what a table of current values alone would give."""
    newest: dict[tuple[object, ...], Version] = {}
    for v in versions:
        f = v.figure
        cell = (f.indicator, f.period, f.territory, f.source, f.basis)
        if cell not in newest or newest[cell].figure.submission_seq < f.submission_seq:
            newest[cell] = v
    return RIGHT(newest.values(), at)


def the_last_read_wins(versions: Sequence[Version], at: datetime) -> object:
    book: dict[tuple[str, str], dict[tuple[object, ...], object]] = {}
    for v in versions:
        f = v.figure
        if v.received_at <= at:
            book.setdefault((f.indicator, f.period), {})[f.territory, f.source, f.basis] = f
    return {key: list(found.values()) for key, found in book.items()}


@pytest.mark.parametrize("defect", [later_ones_too, cells_that_were_replaced_are_forgotten, the_last_read_wins])
def test_a_planted_defect_is_caught(defect: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "book_at", defect)
    monkeypatch.setattr(recollection, "book_at", defect)
    with pytest.raises(AssertionError):
        any_failure()
