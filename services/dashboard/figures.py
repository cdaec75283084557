"""A figure as people are shown it: the rollup with its indicator, its target, the checks that touch it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.dashboard.items import CheckItem, IndicatorItem, ReportItem, RollupItem, TargetItem, TerritoryItem
from services.dashboard.state import Verdict, judge, target_of, touches
from shared.domain.collection import ReportState
from shared.domain.target import Commitment, Target

# An overdue report explains a missing figure better than one received without it.
_TELLING = (ReportState.overdue, ReportState.nil, ReportState.waived, ReportState.expected)


@dataclass(frozen=True)
class Figure:
    """One cell of the page. `absent`, `unpaired`, `incomplete`: names of the territories left out of a rollup."""

    indicator: IndicatorItem
    territory: TerritoryItem
    period: str
    rollup: RollupItem | None
    target: Target | None
    verdict: Verdict
    checks: tuple[CheckItem, ...]
    report: ReportItem | None
    absent: tuple[str, ...]
    unpaired: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def value(self) -> Decimal | None:
        return self.rollup.value if self.rollup else None

    @property
    def suppressed(self) -> bool:
        """Say whether there is a figure that whoever reads may not see."""
        return bool(self.rollup and self.rollup.suppressed)

    @property
    def simulated(self) -> bool:
        """Say whether the figure, or the target that judges it, is made up for the demonstration."""
        return bool((self.rollup and self.rollup.simulated) or (self.target and self.target.simulated))

    @property
    def partial(self) -> bool:
        """Say whether somebody expected is missing."""
        return bool(self.rollup and self.rollup.coverage is not None and self.rollup.coverage < 1)


class Facts:
    """What a page has read, indexed for making figures."""

    def __init__(
        self,
        territories: Iterable[TerritoryItem],
        indicators: Iterable[IndicatorItem],
        rollups: Iterable[RollupItem] = (),
        targets: Iterable[TargetItem] = (),
        checks: Iterable[CheckItem] = (),
        reports: Iterable[ReportItem] = (),
    ) -> None:
        self.territories = {t.code: t for t in territories}
        # In the order of definition versions: the newest stays.
        self.indicators = {i.code: i for i in indicators}
        self.reports = list(reports)
        self._rollups = {(r.indicator, r.territory, r.period): r for r in rollups}
        self._targets: dict[tuple[str, str], list[Target]] = defaultdict(list)
        for target in targets:
            self._targets[target.indicator, target.territory].append(Target(**target.model_dump()))
        self._checks: dict[tuple[str, str], list[CheckItem]] = defaultdict(list)
        for check in checks:
            self._checks[check.territory, check.period].append(check)

    def targeted(self) -> Counter[str]:
        """How many territories have an agreed target, by indicator."""
        return Counter(
            indicator
            for (indicator, _), targets in self._targets.items()
            if any(t.commitment is Commitment.agreed for t in targets)
        )

    def figure(self, indicator: str, territory: str, period: str) -> Figure:
        """The figure of one cell, whether or not anything was reported there."""
        rollup = self._rollups.get((indicator, territory, period))
        target = target_of(self._targets[indicator, territory], period)
        checks = tuple(c for c in self._checks[territory, period] if touches(c, indicator))
        report = self._report(indicator, territory, period)
        state = ReportState(report.state) if report else None
        return Figure(
            indicator=self.indicators[indicator],
            territory=self.territories[territory],
            period=period,
            rollup=rollup,
            target=target,
            verdict=judge(rollup, target, checks, state),
            checks=checks,
            report=report,
            absent=self._names(rollup.absent if rollup else ()),
            unpaired=self._names(rollup.unpaired if rollup else ()),
            incomplete=self._names(rollup.incomplete if rollup else ()),
        )

    def _report(self, indicator: str, territory: str, period: str) -> ReportItem | None:
        owed = [
            r for r in self.reports if r.territory == territory and r.period == period and indicator in r.indicators
        ]
        return min(
            owed, key=lambda r: _TELLING.index(s) if (s := ReportState(r.state)) in _TELLING else 9, default=None
        )

    def _names(self, codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.territories[c].name if c in self.territories else c for c in codes)
