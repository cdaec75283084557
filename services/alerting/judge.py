"""Judge the figures that moved, once per version, when every file behind them has gone through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

import asyncpg

from services.alerting import episode, lifecycle
from services.alerting.alert import Alert, Subject
from services.alerting.rules import off_trajectory, target_missed
from services.alerting.rules.figure import Figure, unfit
from services.alerting.rules.verdict import Unknown
from services.alerting.sitting import REAL_TIME, Sitting, sitting
from services.alerting.store import alerts, figures
from services.alerting.store.figures import Mark
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Indicator
from shared.domain.period import Period
from shared.domain.rule import Rule, RuleKind
from shared.domain.target import Target
from shared.runtime.clock import Clock
from shared.runtime.settings import settings

MARKS_AT_ONCE = 2000


@dataclass(frozen=True)
class Case:
    """The figures of one indicator and period to be judged. None: the figure that was there is gone."""

    indicator: Indicator
    period: Period
    found: Mapping[str, Figure | None]
    targets: Mapping[str, list[Target]]

    def subject(self, rule: Rule, territory: str) -> Subject:
        return Subject(rule.code, rule.kind, territory, self.period.code, indicator=self.indicator.code)


async def judge_pending(pool: asyncpg.Pool, catalogue: Catalogue, clock: Clock) -> int:
    """Judge what is ready, one transaction per indicator and period; returns how many figures were looked at."""
    patient_until = REAL_TIME.now() - timedelta(seconds=settings().judge_after_seconds)
    async with pool.acquire() as connection:
        marks = await figures.ready_marks(connection, patient_until, MARKS_AT_ONCE)
    judged = 0
    for (indicator, period), _ in groupby(marks, key=lambda m: (m.indicator, m.period)):
        async with sitting(pool, catalogue, clock) as s:
            if not await s.in_force():
                break
            # Read again under the lock: another replica may have judged them, another file may have moved them.
            ready = await figures.ready_marks(s.connection, patient_until, MARKS_AT_ONCE, indicator, period)
            await _judge_group(s, indicator, period, ready)
            judged += len(ready)
    return judged


async def _judge_group(s: Sitting, code: str, period: str, marks: list[Mark]) -> None:
    """Load, decide, save: the whole judgement of one indicator and period."""
    territories = [m.territory for m in marks]
    rollups = await figures.unjudged(s.connection, code, period, territories)
    gone = await figures.vanished(s.connection, code, period, territories)
    indicator = s.catalogue.definition(code, period) if code in s.catalogue.indicators else None
    # An indicator that the catalogue does not know cannot be judged; it is looked at again once the catalogue changes.
    if indicator is not None and (rollups or gone):
        span = Period.parse(period)
        found: dict[str, Figure | None] = {r.territory: Figure(indicator, span, r) for r in rollups}
        case = Case(indicator, span, {**dict.fromkeys(gone), **found}, _targets(s.catalogue, code, territories))
        for rule in s.catalogue.rules:
            if rule.enabled and rule.kind is RuleKind.target_missed:
                await _judge_targets(s, rule, case)
            elif rule.enabled and rule.kind is RuleKind.off_trajectory:
                await _judge_trajectories(s, rule, case)
    await figures.save_judged(s.connection, code, period, rollups, s.now)
    await figures.drop_marks(s.connection, marks)


async def _judge_targets(s: Sitting, rule: Rule, case: Case) -> None:
    latest = await _latest(s, rule, case)
    for territory, figure in case.found.items():
        subject = case.subject(rule, territory)
        verdict = target_missed.evaluate(figure, case.targets[territory], rule) if figure else Unknown("no_value")
        await s.judge(subject, rule, verdict, latest.get(subject.key))


async def _judge_trajectories(s: Sitting, rule: Rule, case: Case) -> None:
    """Judge a trajectory on its latest period; an older figure may still void the alert that it raised."""
    territories = list(case.found)
    latest = await _latest(s, rule, case)
    running = await alerts.open_of_series(s.connection, rule.code, case.indicator.code, territories)
    if not running and not any(case.targets.values()):
        return
    history = await figures.all_periods(s.connection, case.indicator.code, territories)
    for territory, figure in case.found.items():
        subject = case.subject(rule, territory)
        own = latest.get(subject.key)
        if figure is None:
            await s.judge(subject, rule, Unknown("no_value"), own)
            continue
        others = [Figure(case.indicator, Period.parse(p), r) for p, r in history.get(territory, {}).items()]
        others = [f for f in others if f.period.kind is case.period.kind and unfit(f, {}) is None]
        earlier = sorted(
            (f for f in others if f.period.end < case.period.end), key=lambda f: f.period.end, reverse=True
        )
        is_latest = all(f.period.end <= case.period.end for f in others)
        before = [a for a in running if a.subject.territory == territory and _ended_before(a, case.period)]
        verdict = off_trajectory.evaluate(
            figure, case.targets[territory], rule, earlier, is_open=episode.is_open(own) or bool(before)
        )
        if is_latest or episode.is_open(own):
            await s.judge(subject, rule, verdict, own)
        for alert in before if is_latest else []:
            transition = lifecycle.decide_earlier(alert, verdict)
            if transition is not None:
                await s.move(alert, transition)


async def _latest(s: Sitting, rule: Rule, case: Case) -> dict[str, Alert]:
    return await alerts.latest_episodes(s.connection, [case.subject(rule, t).key for t in case.found])


def _ended_before(alert: Alert, period: Period) -> bool:
    return Period.parse(alert.subject.period).end < period.end


def _targets(catalogue: Catalogue, indicator: str, territories: list[str]) -> dict[str, list[Target]]:
    """Targets by territory; narrowed to the indicator first, since the catalogue looks through all it holds."""
    narrow = replace(catalogue, targets=[t for t in catalogue.targets if t.indicator == indicator])
    return {territory: narrow.targets_for(indicator, territory) if narrow.targets else [] for territory in territories}
