"""The page of one territory: which figures, in which order. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from services.dashboard.atlas.france import Map, draw
from services.dashboard.figures import Facts, Figure
from services.dashboard.items import AlertItem, CheckItem, IndicatorItem, ReportItem, RollupItem, TerritoryItem
from shared.domain.check import CheckState
from shared.domain.collection import ReportState
from shared.domain.indicator import Direction
from shared.domain.observation import Basis
from shared.domain.period import Period
from shared.domain.target import Commitment
from shared.domain.territory import Level

MOST_COLUMNS = 8
SETTLED = {ReportState.received, ReportState.late, ReportState.nil}


@dataclass(frozen=True)
class Column:
    """One report that is expected of several territories."""

    collection: str
    label: str
    feed: str
    period: str


@dataclass(frozen=True)
class Matrix:
    """Expected reports, territory by territory."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[TerritoryItem, tuple[ReportItem | None, ...]], ...]
    hidden: int
    """Older campaigns left out."""

    @property
    def simulated(self) -> bool:
        return any(r.simulated for r in self._owed())

    @property
    def settled(self) -> int:
        return sum(r.state in SETTLED for r in self._owed())

    @property
    def overdue(self) -> int:
        return sum(r.state == ReportState.overdue for r in self._owed())

    @property
    def owed(self) -> int:
        return len(self._owed())

    def _owed(self) -> list[ReportItem]:
        return [r for _, row in self.rows for r in row if r is not None and r.state != ReportState.waived]


@dataclass(frozen=True)
class Overview:
    """All that the page shows. `places`: the chosen figure in each department.

    `figures`: those that are followed (computed, owed by a campaign, or with an agreed target), by measure. `declared`:
    those that a document states and nobody reports.
    """

    territory: TerritoryItem
    choices: dict[str, list[IndicatorItem]]
    periods: list[str]
    chosen: Figure | None
    places: list[Figure]
    map: Map
    figures: dict[str, list[Figure]]
    declared: dict[str, list[Figure]]
    alerts: Sequence[AlertItem]
    matrix: Matrix
    doubts: list[CheckItem]
    units: dict[str, str]
    simulated: bool


def latest_periods(rollups: Iterable[RollupItem], reports: Iterable[ReportItem]) -> dict[str, list[str]]:
    """Periods of each indicator that has a figure or is owed one, the latest first."""
    found: dict[str, set[str]] = defaultdict(set)
    for rollup in rollups:
        found[rollup.indicator].add(rollup.period)
    for report in reports:
        for indicator in report.indicators:
            found[indicator].add(report.period)
    return {i: sorted(p, key=lambda code: (Period.parse(code).end, code), reverse=True) for i, p in found.items()}


def choose(periods: dict[str, list[str]], rollups: Iterable[RollupItem], facts: Facts) -> str | None:
    """The indicator shown first: one with targets, with a direction, most reporters, first in the catalogue."""
    order = list(facts.indicators)
    targeted = facts.targeted()
    reporters = {r.indicator: r.reported for r in rollups if r.period == periods[r.indicator][0]}
    known = [code for code in periods if code in facts.indicators]
    return max(
        known,
        key=lambda c: (
            targeted[c],
            facts.indicators[c].direction != Direction.none,
            reporters.get(c, 0),
            -order.index(c),
        ),
        default=None,
    )


def overview(
    territory: TerritoryItem,
    facts: Facts,
    periods: dict[str, list[str]],
    chosen: tuple[str, str] | None,
    alerts: Sequence[AlertItem],
    checks: Sequence[CheckItem],
) -> Overview:
    """Arrange what was read. `chosen`: the (indicator, period) of the map."""
    departments = [t for t in facts.territories.values() if t.level == Level.department]
    shown = [t for t in departments if t.code != territory.code]
    known = [facts.figure(code, territory.code, periods[code][0]) for code in facts.indicators if code in periods]
    owed = {code for report in facts.reports for code in report.indicators}
    figures = by_measure(f for f in known if followed(f, owed))
    declared = by_measure(f for f in known if not followed(f, owed))
    places = [facts.figure(chosen[0], t.code, chosen[1]) for t in shown] if chosen else []
    everything = [*known, *places]
    choices = by_measure(f for f in known if followed(f, owed) or (chosen and f.indicator.code == chosen[0]))
    expected = matrix(facts)
    return Overview(
        territory=territory,
        choices={measure: [f.indicator for f in group] for measure, group in choices.items()},
        periods=periods[chosen[0]] if chosen else [],
        chosen=facts.figure(chosen[0], territory.code, chosen[1]) if chosen else None,
        places=places,
        map=draw([t.code for t in departments]),
        figures=figures,
        declared=declared,
        alerts=alerts,
        matrix=expected,
        doubts=[c for c in checks if c.state == CheckState.fails],
        units={code: indicator.unit for code, indicator in facts.indicators.items()},
        simulated=any(f.simulated for f in everything) or any(a.simulated for a in alerts) or expected.simulated,
    )


def followed(figure: Figure, owed: Container[str]) -> bool:
    """Say whether somebody reports, owes or has promised this figure; the others were only read in a document."""
    computed = figure.rollup is not None and figure.rollup.basis != Basis.declared
    promised = figure.target is not None and figure.target.commitment is Commitment.agreed
    return computed or promised or figure.indicator.code in owed


def by_measure(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    """Figures under the name of their measure, in the order they come."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.indicator.measure].append(figure)
    return dict(groups)


def matrix(facts: Facts, most: int = MOST_COLUMNS) -> Matrix:
    """Expected reports as a table, the campaigns due last at the right."""
    due: dict[Column, float] = {}
    cells: dict[tuple[str, Column], ReportItem] = {}
    for r in facts.reports:
        column = Column(r.collection, r.collection_label or r.collection, r.feed, r.period)
        due[column] = max(due.get(column, 0.0), r.due_at.timestamp())
        cells[r.territory, column] = r
    columns = sorted(due, key=lambda c: (due[c], c.collection, c.feed))
    kept = tuple(columns[-most:])
    rows = tuple(
        (t, tuple(cells.get((t.code, c)) for c in kept))
        for t in facts.territories.values()
        if any((t.code, c) in cells for c in kept)
    )
    return Matrix(kept, rows, len(columns) - len(kept))
