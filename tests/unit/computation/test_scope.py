"""What a figure moves is the inverse of what a rollup reads, whatever the definitions were."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.computation.scope import moved_by, reads, scope_of
from shared.domain.catalogue import Catalogue, by_version
from shared.domain.indicator import Method
from tests.support.streams import LOOKED_AT, TREE, indicator

METHODS = st.sampled_from([Method.none, Method.sum, Method.last])
WEIGHED = st.sampled_from([None, "w"])


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """x and w, each with an earlier definition that ended on some day, weighed and added over time or not."""
    ended = draw(st.sampled_from([date(2018, 12, 31), date(2019, 6, 30), date(2019, 12, 31)]))
    versions = [
        indicator(code, definition_version=version, over_time=draw(METHODS), denominator_indicator=weight, **dates)
        for code in ("x", "w")
        for version, dates in ((1, {"valid_to": ended}), (2, {"valid_from": date.fromordinal(ended.toordinal() + 1)}))
        for weight in [draw(WEIGHED) if code == "x" else None]
    ]
    newest, earlier = by_version(versions)
    return Catalogue("", TREE, newest, earlier=earlier)


@settings(deadline=None)
@given(catalogues())
def test_whatever_a_rollup_reads_moves_it(catalogue: Catalogue) -> None:
    keys = [(code, period) for code in ("x", "w") for period in LOOKED_AT]
    for key in keys:
        for read in reads(scope_of(catalogue, key)):
            assert key in moved_by(catalogue, read), (read, key)
