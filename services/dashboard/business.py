"""Business metrics from one snapshot of the published views. Pure: a series exists only if the snapshot has it.

Territories are labels here and nowhere else in the platform; periods, communes and raw values stay in PostgreSQL.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from services.dashboard.items import AlertItem, IndicatorItem, ReportItem, TargetItem, TerritoryItem
from services.dashboard.state import attainment, target_of
from shared.domain.collection import ReportState
from shared.domain.period import Period
from shared.domain.target import Commitment, Target
from shared.domain.territory import Level

OPEN_STATES = ("pending", "firing", "acknowledged", "recovering")
OUTBOX_STATES = ("pending", "sending", "sent", "dead")
CHANNELS = ("email", "kafka")


@dataclass(frozen=True)
class Value:
    """The part of a rollup that the metrics need."""

    indicator: str
    territory: str
    level: str
    period: str
    value: Decimal | None
    coverage: Decimal | None
    simulated: bool


@dataclass(frozen=True)
class Outbox:
    """Messages of one channel in one status; `oldest`: when the first of them was written."""

    channel: str
    status: str
    messages: int
    oldest: datetime


@dataclass(frozen=True)
class RuleInfo:
    code: str
    severity: str


@dataclass(frozen=True)
class Snapshot:
    """What was read, `at` (real time, for staleness) and `clock` (the platform's own time, which a demo may set)."""

    version: str = ""
    at: float = 0.0
    clock: float = 0.0
    territories: Sequence[TerritoryItem] = ()
    indicators: Sequence[IndicatorItem] = ()
    values: Sequence[Value] = ()
    targets: Sequence[TargetItem] = ()
    reports: Sequence[ReportItem] = ()
    alerts: Sequence[AlertItem] = ()
    rules: Sequence[RuleInfo] = ()
    outbox: Sequence[Outbox] = ()
    regions: dict[str, str] = field(init=False)
    """The region of each territory; a territory above regions stands for itself."""

    def __post_init__(self) -> None:
        by_code = {t.code: t for t in self.territories}
        object.__setattr__(self, "regions", {code: _region(code, by_code) for code in by_code})


def families(s: Snapshot) -> Iterator[Metric]:
    """Every business metric of a snapshot."""
    yield _gauge("build_info", "Version of the platform.", ["version"], [([s.version], 1)])
    yield _gauge(
        "exporter_snapshot_timestamp_seconds", "When the figures below were read, in real time.", [], [([], s.at)]
    )
    yield _gauge("clock_timestamp_seconds", "What time it is for the platform: a demo may set it.", [], [([], s.clock)])
    yield from _references(s)
    yield from _figures(s)
    yield from _reports(s)
    yield from _alerts(s)
    yield from _outbox(s)


def _references(s: Snapshot) -> Iterator[Metric]:
    departments = [([t.code, t.name, s.regions[t.code]], 1.0) for t in s.territories if t.level == Level.department]
    yield _gauge("department_info", "Departments with name and region.", ["department", "name", "region"], departments)
    newest = {i.code: i for i in s.indicators}.values()
    rows = [([i.code, i.label, i.unit, i.frequency, i.direction], 1.0) for i in newest]
    yield _gauge("indicator_info", "Indicators.", ["indicator", "name", "unit", "frequency", "direction"], rows)


def _figures(s: Snapshot) -> Iterator[Metric]:
    targets: dict[tuple[str, str], list[Target]] = {}
    for t in s.targets:
        targets.setdefault((t.indicator, t.territory), []).append(Target(**t.model_dump()))
    attained: list[tuple[list[str], float]] = []
    covered: list[tuple[list[str], float]] = []
    simulated: Counter[str] = Counter()
    for v in latest(s.values):
        simulated[s.regions.get(v.territory, v.territory)] += v.simulated
        if v.level == Level.region and v.coverage is not None:
            covered.append(([v.territory, v.indicator], float(v.coverage)))
        target = target_of(targets.get((v.indicator, v.territory), ()), v.period)
        if v.level == Level.region or v.value is None or target is None or target.commitment is not Commitment.agreed:
            continue
        ratio = attainment(v.value, target)
        if ratio is not None:
            attained.append(([v.territory, v.indicator], float(ratio)))
    text = "Latest value divided by its agreed target, oriented so that 1 means target met."
    yield _gauge("indicator_attainment_ratio", text, ["department", "indicator"], attained)
    yield _gauge("coverage_ratio", "Share of those expected who reported.", ["region", "indicator"], covered)
    counts = [([region], float(n)) for region, n in sorted(simulated.items())]
    yield _gauge("simulated_figures", "Latest figures made up for a demonstration.", ["region"], counts)


def _reports(s: Snapshot) -> Iterator[Metric]:
    owed = [r for r in s.reports if r.state != ReportState.waived]
    labels = ["department", "report"]
    due = [([r.territory, f"{r.collection}/{r.feed}"], r.due_at.timestamp()) for r in owed]
    yield _gauge("report_due_timestamp_seconds", "Due time of a report, after the roll to a working day.", labels, due)
    got = [
        ([r.territory, f"{r.collection}/{r.feed}"], r.received_at.timestamp() if r.received_at else 0.0) for r in owed
    ]
    yield _gauge("report_received_timestamp_seconds", "When a report was accepted; 0 while it is missing.", labels, got)


def _alerts(s: Snapshot) -> Iterator[Metric]:
    """Zeros are exported, so that no alert and no exporter never look the same."""
    regions = sorted(set(s.regions.values()))
    count: Counter[tuple[str, ...]] = Counter(
        {(r.code, r.severity, region, state): 0 for r in s.rules for region in regions for state in OPEN_STATES}
    )
    by_place: Counter[tuple[str, ...]] = Counter(
        {(t.code, r.code): 0 for t in s.territories if t.level == Level.department for r in s.rules}
    )
    oldest = {(r.severity, region): 0.0 for r in s.rules for region in regions}
    for a in s.alerts:
        region = s.regions.get(a.territory, a.territory)
        count[a.rule, a.severity, region, a.state] += 1
        if a.level in {Level.department, Level.metropole}:
            by_place[a.territory, a.rule] += 1
        if a.state in {"pending", "firing"}:
            opened, known = a.opened_at.timestamp(), oldest.get((a.severity, region), 0.0)
            oldest[a.severity, region] = min(opened, known) if known else opened
    labels = ["rule", "severity", "region", "state"]
    yield _gauge("alerts_open", "Open alerts.", labels, _counted(count))
    yield _gauge("department_alerts_open", "Open alerts of a department.", ["department", "rule"], _counted(by_place))
    text = "When the oldest alert that nobody took charge of was opened; 0 if none."
    rows = [(list(key), at) for key, at in sorted(oldest.items())]
    yield _gauge("alert_oldest_unacknowledged_timestamp_seconds", text, ["severity", "region"], rows)


def _outbox(s: Snapshot) -> Iterator[Metric]:
    count: Counter[tuple[str, ...]] = Counter(
        {(channel, status): 0 for channel in CHANNELS for status in OUTBOX_STATES}
    )
    oldest = dict.fromkeys(CHANNELS, 0.0)
    for o in s.outbox:
        count[o.channel, o.status] += o.messages
        if o.status in {"pending", "sending"}:
            at = o.oldest.timestamp()
            oldest[o.channel] = min(oldest[o.channel] or at, at)
    text = "Messages of the outbox by channel and status."
    yield _gauge("notification_outbox_messages", text, ["channel", "status"], _counted(count))
    text = "When the oldest unsent message was written, in real time; 0 if none."
    rows = [([channel], at) for channel, at in sorted(oldest.items())]
    yield _gauge("notification_outbox_oldest_pending_timestamp_seconds", text, ["channel"], rows)


def latest(values: Iterable[Value]) -> list[Value]:
    """Of each indicator and territory, the value of the period that ends last."""
    best: dict[tuple[str, str], Value] = {}
    for v in values:
        known = best.get((v.indicator, v.territory))
        if known is None or Period.parse(v.period).end > Period.parse(known.period).end:
            best[v.indicator, v.territory] = v
    return [best[key] for key in sorted(best)]


def _region(code: str, by_code: dict[str, TerritoryItem]) -> str:
    here = by_code[code]
    while here.level not in {Level.region, Level.country} and here.parent in by_code:
        here = by_code[here.parent]
    return here.code


def _gauge(name: str, text: str, labels: list[str], rows: Iterable[tuple[list[str], float]]) -> Metric:
    family = GaugeMetricFamily(f"vigie_{name}", text, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def _counted(count: Counter[tuple[str, ...]]) -> list[tuple[list[str], float]]:
    return [(list(key), float(n)) for key, n in sorted(count.items())]
