"""What time alone changes: reports that are overdue, coverage after a due date, commitments that are over."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from services.alerting import episode, lifecycle
from services.alerting.alert import Subject
from services.alerting.calendar import due_instant, law_date
from services.alerting.rules import coverage_low, report_overdue
from services.alerting.rules.coverage_low import Coverage
from services.alerting.sitting import REAL_TIME, Sitting
from services.alerting.store import alerts, figures, ledger
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection
from shared.domain.indicator import Method, MetropolePolicy
from shared.domain.rule import Rule, RuleKind
from shared.domain.territory import Level
from shared.runtime.settings import settings


async def judge_reports(s: Sitting) -> None:
    """Say who owes an overdue report: one alert per territory and collection, whatever the number of feeds."""
    await ledger.mark_overdue(s.connection, s.now)
    duties = await ledger.duties_to_judge(s.connection)
    simulated = await ledger.simulated_collections(s.connection) if duties else set()
    owed = [(key, list(lines)) for key, lines in groupby(duties, key=lambda d: (d.collection, d.territory, d.period))]
    for rule in _rules(s.catalogue, RuleKind.report_overdue):
        subjects = {key: Subject(rule.code, rule.kind, key[1], key[2], collection=key[0]) for key, _ in owed}
        latest = await alerts.latest_episodes(s.connection, [subject.key for subject in subjects.values()])
        for key, lines in owed:
            verdict = report_overdue.evaluate(lines, simulated=key[0] in simulated)
            await s.judge(subjects[key], rule, verdict, latest.get(subjects[key].key))


async def judge_coverages(s: Sitting) -> None:
    """Say where too few have answered a collection whose due date has passed."""
    patient_until = REAL_TIME.now() - timedelta(seconds=settings().judge_after_seconds)
    busy = await figures.busy_collections(s.connection, patient_until)
    for rule in _rules(s.catalogue, RuleKind.coverage_low):
        levels = {Level(level) for level in rule.parameters.get("levels", [Level.region])}
        for collection in s.catalogue.collections:
            # Figures on their way to the rollups would look absent; the next tick sees them.
            if collection.code not in busy:
                await _judge_coverage(s, rule, collection, levels)


async def _judge_coverage(s: Sitting, rule: Rule, collection: Collection, levels: set[Level]) -> None:
    tree = s.catalogue.territories
    scopes = {
        scope
        for member in collection.expected()
        if member in tree
        for scope in (member, *tree.ancestors(member))
        if tree[scope].level in levels
    }
    subjects = {
        scope: Subject(rule.code, rule.kind, scope, collection.period, collection=collection.code)
        for scope in sorted(scopes)
    }
    latest = await alerts.latest_episodes(s.connection, [subject.key for subject in subjects.values()])
    own_due = {m: due_instant(collection.due_on_for(m), tree[m].holidays) for m in collection.expected() if m in tree}
    due = {
        scope: max(
            due_instant(collection.due_on, tree[scope].holidays),
            min(at for member, at in own_due.items() if tree.covers(scope, member)),
        )
        for scope in subjects
    }
    if not latest and all(s.now <= at for at in due.values()):
        return
    added_up = [code for code in collection.indicators if _adds_up(s.catalogue, code)]
    found = await figures.coverages(s.connection, list(subjects), [collection.period], added_up)
    not_due = {member for member, at in own_due.items() if s.now <= at}
    for scope, subject in subjects.items():
        coverages = {
            code: _without(
                not_due,
                found.get((code, collection.period, scope)) or _nobody(s.catalogue, collection, code, scope),
            )
            for code in added_up
        }
        own = latest.get(subject.key)
        verdict = coverage_low.evaluate(coverages, due[scope], s.now, rule, is_open=episode.is_open(own))
        await s.judge(subject, rule, verdict, own)


async def reopen_commitments(s: Sitting) -> None:
    """Bring back acknowledged alerts whose commitment date is over."""
    today = law_date(s.now)
    for alert in await alerts.commitments_over(s.connection, today):
        transition = lifecycle.expire_commitment(alert, today)
        if transition is not None:
            await s.move(alert, transition)


def _rules(catalogue: Catalogue, kind: RuleKind) -> list[Rule]:
    return [rule for rule in catalogue.rules if rule.enabled and rule.kind is kind]


def _adds_up(catalogue: Catalogue, code: str) -> bool:
    """An indicator that is never rolled up has no regional figure to be covered."""
    return code in catalogue.indicators and catalogue.indicators[code].method is not Method.none


def _without(not_due: AbstractSet[str], coverage: Coverage) -> Coverage:
    """A coverage that leaves out the absence of those whose own due date is still to come."""
    absent = [member for member in coverage.absent if member not in not_due]
    return replace(coverage, expected=coverage.expected - len(coverage.absent) + len(absent), absent=absent)


def _nobody(catalogue: Catalogue, collection: Collection, code: str, scope: str) -> Coverage:
    """The coverage of a figure that does not exist: everybody expected is absent."""
    tree, indicator = catalogue.territories, catalogue.indicators[code]
    absent = [
        member
        for member in collection.expected()
        if tree.covers(scope, member)
        and (tree[member].level is not Level.metropole or indicator.metropoles is MetropolePolicy.added)
    ]
    return Coverage(0, len(absent), absent)
