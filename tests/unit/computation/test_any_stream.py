"""Any stream of versions, in any order, repeated and cut into any batches, ends in the state of the plain oracle."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.computation import completeness, timeline
from shared.computation import evolution as evolutions
from shared.computation import figure as figures
from shared.computation import scope as scopes
from shared.computation.figure import Figure, Key
from shared.computation.rollup import roll_up
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from tests.support.plain import Plain, Rules, Version
from tests.support.streams import agree, catalogue, figure, rules, streams


class Incremental:
    """What the aggregator does, in memory: keep every version, compute again only what a batch moves."""

    def __init__(self, held: Catalogue) -> None:
        self.catalogue = held
        self.versions: dict[tuple[object, ...], Version] = {}
        self.rollups: dict[Key, list[Rollup]] = {}

    def take(self, batch: Iterable[Version]) -> None:
        batch = list(batch)
        for v in batch:
            self.versions.setdefault((v.indicator, v.territory, v.period, v.source, v.basis, v.seq), v)
        current: dict[tuple[str, ...], Version] = {}
        for v in self.versions.values():
            cell = (v.indicator, v.territory, v.period, v.source, v.basis)
            if cell not in current or current[cell].seq < v.seq:
                current[cell] = v
        book: dict[Key, list[Figure]] = {}
        for v in current.values():
            book.setdefault((v.indicator, v.period), []).append(figure(v))
        moved = {key for v in batch for key in scopes.moved_by(self.catalogue, (v.indicator, v.period))}
        for key in moved:
            scope = scopes.scope_of(self.catalogue, key)
            self.rollups[key] = roll_up(scope, {k: book.get(k, []) for k in scopes.reads(scope)})


def any_stream_ends_in_the_state_of_the_oracle(asked: Rules, stream: list[Version], random: Random) -> None:
    arrivals = stream + random.sample(stream, random.randint(0, len(stream)))
    random.shuffle(arrivals)
    kept = Incremental(catalogue(asked))
    while arrivals:
        size = random.randint(1, len(arrivals))
        kept.take(arrivals[:size])
        arrivals = arrivals[size:]
    agree(kept.rollups, Plain(asked, set(stream)))


checked = given(rules(), streams(), st.randoms(use_true_random=False))
test_any_stream = settings(max_examples=2000, deadline=None)(checked(any_stream_ends_in_the_state_of_the_oracle))
any_failure = settings(max_examples=2000, deadline=None, database=None, phases=[Phase.generate])(
    checked(any_stream_ends_in_the_state_of_the_oracle)
)


KEEP = Incremental.take


def last_arrived(self: Incremental, batch: Iterable[Version]) -> None:
    """The version that came last wins, whatever its submission number."""
    KEEP(self, [replace(v, seq=10**7 + len(self.versions) + n) for n, v in enumerate(batch)])


DEFECTS = {
    "the last to arrive wins": (Incremental, "take", last_arrived),
    "neither its year nor the period after follow a figure": (scopes, "moved_by", lambda _, key: {key}),
    "what was withdrawn still speaks": (figures, "rank", lambda f: (True, f.submission_seq, f.source)),
    "like for like compares everybody": (evolutions, "_among", lambda m, used, _: evolutions.aggregate(m, used).value),
    "a part of the quarters makes a year": (timeline, "_complete", lambda _, parts: bool(parts)),
    "absentees are weighed by the period before alone": (completeness.References, "same", lambda *_: None),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*DEFECTS[defect])
    with pytest.raises((AssertionError, ValueError)):
        any_failure()
