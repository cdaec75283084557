"""Streams of versions for the property tests, and how what is kept is held against the plain oracle."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from shared.computation.figure import Figure, Key
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Indicator, Method, MetropolePolicy
from shared.domain.observation import Basis, Status
from shared.domain.territory import Territory, TerritoryTree, level_of
from tests.support.plain import BEFORE, PARENT, PARTS, TERRITORIES, Plain, Rules, Version

PERIODS = [
    "2019",
    "2019-S2",
    "2019-Q3",
    "2019-Q4",
    "2020",
    "2020-S1",
    "2020-S2",
    "2020-Q1",
    "2020-Q2",
    "2020-Q3",
    "2020-Q4",
]
LOOKED_AT = sorted({*PERIODS, *PARTS, *BEFORE})
OVER_TIME = {
    "ratio": ["none", "ratio"], "mean": ["none", "mean"], "sum": ["none", "sum", "last", "max"],
    "last": ["none", "last"], "max": ["none", "max"], "none": ["none", "last", "sum"],
}  # fmt: skip
TREE = TerritoryTree([Territory(code=c, name=c, level=level_of(c), parent=PARENT.get(c)) for c in TERRITORIES])


def indicator(code: str, **more: object) -> Indicator:
    fields = {"code": code, "label": code, "axis": 1, "measure": "", "kind": "", "unit": "%"} | more
    return Indicator(**fields)  # type: ignore[arg-type]


def catalogue(rules: Rules) -> Catalogue:
    collections = [] if rules.asked is None else [
        Collection(
            code=period, label="", feeds=[], period=period, due_on="2021-03-31", indicators=["x"],  # type: ignore[arg-type]
            members=[Member(territory=t) for t in sorted(rules.asked)],
        )
        for period in LOOKED_AT
    ]  # fmt: skip
    x = indicator(
        "x",
        method=Method(rules.method),
        over_time=Method(rules.over_time),
        metropoles=MetropolePolicy(rules.metropoles),
        denominator_indicator="w" if rules.weighed else None,
    )
    return Catalogue("", TREE, {"x": x, "w": indicator("w", method=Method.sum)}, collections=collections)


def figure(v: Version) -> Figure:
    sides = [None if n is None else Decimal(n) for n in (v.value, v.numerator, v.denominator)]
    return Figure(
        v.indicator,
        v.period,
        v.territory,
        v.source,
        Basis(v.basis),
        v.seq,
        1,
        *sides,
        Status(v.status),
        simulated=False,
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    method = draw(st.sampled_from(sorted(OVER_TIME)))
    asked = draw(st.none() | st.frozensets(st.sampled_from(TERRITORIES[1:]), min_size=1, max_size=5))
    return Rules(
        method,
        draw(st.sampled_from(OVER_TIME[method])),
        draw(st.sampled_from(["added", "inside", "not_asked"])),
        asked,
        draw(st.booleans()),
    )


@st.composite
def streams(draw: st.DrawFn) -> list[Version]:
    """Versions about few territories and periods, so that they meet."""
    some = st.integers(1, 4)
    territories = draw(st.lists(st.sampled_from(TERRITORIES), min_size=draw(some), max_size=4, unique=True))
    periods = draw(st.lists(st.sampled_from(PERIODS), min_size=draw(some), max_size=4, unique=True))
    version = st.builds(
        Version,
        indicator=st.sampled_from(["x", "x", "x", "w"]),
        territory=st.sampled_from(territories),
        period=st.sampled_from(periods),
        source=st.sampled_from(["f", "g"]),
        basis=st.sampled_from(["reported", "reported", "reported", "declared"]),
        seq=st.integers(1, 10**6),
        value=st.none() | st.integers(0, 60),
        numerator=st.none() | st.integers(0, 60),
        denominator=st.none() | st.integers(0, 60),
        status=st.sampled_from(["final", "final", "final", "provisional", "estimated", "withdrawn"]),
    )
    return draw(st.lists(version, min_size=1, max_size=16, unique_by=lambda v: v.seq))


def exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def shown(r: Rollup) -> dict[str, object]:
    """A rollup in the words of the oracle."""
    if r.basis is Basis.declared:
        return {"basis": "declared", "value": exact(r.value)}
    return {
        "basis": "computed", "value": exact(r.value), "reported": r.reported, "expected": r.expected,
        "absent": r.absent, "unpaired": r.unpaired, "incomplete": r.incomplete,
        "status": r.status.value, "periods": r.from_periods,
        "spread": (exact(r.min), exact(r.median), exact(r.max)),
        "coverage": r.coverage, "coverage_weight": r.coverage_weight, "low": r.low, "high": r.high,
    }  # fmt: skip


def shown_move(r: Rollup) -> dict[str, object] | None:
    if r.evolution is None:
        return None
    e = r.evolution
    return {
        "comparable": e.comparable, "change": exact(e.change), "common": e.common,
        "common_change": exact(e.common_change),
    }  # fmt: skip


def agree(kept: dict[Key, list[Rollup]], oracle: Plain, periods: Sequence[str] = LOOKED_AT) -> None:
    """Every field of every figure of `x` is what the oracle says."""
    for period in periods:
        found = {r.territory: r for r in kept.get(("x", period), [])}
        for territory in TERRITORIES:
            said = oracle.state(territory, period)
            assert (said is None) == (territory not in found), (territory, period, said)
            if said is not None:
                said.pop("used")
                assert shown(found[territory]) == said, (territory, period)
                assert shown_move(found[territory]) == oracle.moved(territory, period), (territory, period)
