"""Where a figure comes from: what makes it, what was left out and why, what was declared beside it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.dashboard.items import CheckItem, IndicatorItem, Item, Number, ObservationItem, RollupItem, TerritoryItem
from shared.domain.indicator import Method, MetropolePolicy
from shared.domain.observation import Basis, Status
from shared.domain.territory import Level

COUNTED = {Method.ratio, Method.mean}


class Contribution(Item):
    """One reporter's current figure, down to the cell of its file."""

    territory: str
    name: str
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    status: str
    simulated: bool
    submission_seq: int
    receipt_id: str
    file_name: str | None
    received_at: datetime
    feed: str
    source: str
    sheet: str
    row: int | None
    column: str


class LeftOut(Item):
    """A reporter or a figure that does not count here, and why (absent, unpaired, declared, withdrawn, …)."""

    territory: str
    name: str
    reason: str
    figure: Contribution | None


class Declared(Item):
    """A figure stated for this very territory, beside ours. difference: ours minus the declared one."""

    figure: Contribution
    difference: Number | None


class Explanation(Item):
    """The answer of /v1/explain. adds_up: the contributors, added by the method, give the figure again."""

    indicator: str
    territory: str
    period: str
    rollup: RollupItem | None
    contributors: list[Contribution]
    left_out: list[LeftOut]
    declared: list[Declared]
    checks: list[CheckItem]
    adds_up: bool | None


@dataclass(frozen=True)
class Evidence:
    """What was read. `below`: the territory and all under it. file_names by receipt."""

    indicator: IndicatorItem
    territory: TerritoryItem
    period: str
    below: Sequence[TerritoryItem]
    rollup: RollupItem | None
    observations: Sequence[ObservationItem]
    file_names: dict[str, str]
    checks: Sequence[CheckItem]


def explain(evidence: Evidence) -> Explanation:
    """Sort every current figure at or under the territory into what counts and what does not."""
    names = {t.code: t.name for t in evidence.below}
    contributors: list[Contribution] = []
    left_out: list[LeftOut] = []
    declared: list[Declared] = []
    latest = _latest(evidence.observations)
    reported_below = any(
        o.territory != evidence.territory.code and _reason(evidence, o, latest, reported_below=False) is None
        for o in evidence.observations
    )
    for o in evidence.observations:
        figure = _contribution(o, names, evidence.file_names)
        reason = _reason(evidence, o, latest, reported_below=reported_below)
        if reason is None:
            contributors.append(figure)
        elif o.basis == Basis.declared and o.territory == evidence.territory.code:
            declared.append(Declared(figure=figure, difference=_difference(evidence.rollup, o)))
        else:
            left_out.append(LeftOut(territory=o.territory, name=names[o.territory], reason=reason, figure=figure))
    absent = evidence.rollup.absent if evidence.rollup else []
    seen = {item.territory for item in left_out}
    left_out.extend(
        LeftOut(territory=code, name=names.get(code, code), reason="absent", figure=None)
        for code in absent
        if code not in seen
    )
    return Explanation(
        indicator=evidence.indicator.code,
        territory=evidence.territory.code,
        period=evidence.period,
        rollup=evidence.rollup,
        contributors=contributors,
        left_out=left_out,
        declared=declared,
        checks=list(evidence.checks),
        adds_up=_adds_up(evidence, contributors),
    )


def _latest(observations: Sequence[ObservationItem]) -> dict[str, UUID]:
    """By territory, the figure that counts: the newest that stands or, all being withdrawn, the newest."""
    best: dict[str, tuple[tuple[bool, int], UUID]] = {}
    for o in observations:
        if o.basis == Basis.reported:
            rank = (o.status != Status.withdrawn, o.submission_seq)
            if o.territory not in best or rank > best[o.territory][0]:
                best[o.territory] = (rank, o.event_id)
    return {territory: event for territory, (_, event) in best.items()}


def _reason(evidence: Evidence, o: ObservationItem, latest: dict[str, UUID], *, reported_below: bool) -> str | None:
    """Why a figure does not count, None when it does: the same rules, in the same order, as the aggregator's."""
    if o.basis == Basis.declared:
        stands = evidence.rollup is not None and evidence.rollup.basis == Basis.declared
        own = o.territory == evidence.territory.code
        return None if stands and own and o.status != Status.withdrawn else "declared"
    if o.status == Status.withdrawn:
        return "withdrawn"
    if o.event_id != latest[o.territory]:
        return "superseded"
    if o.territory != evidence.territory.code:
        outside = _outside(evidence.indicator, o.level)
        if outside is not None:
            return outside
    elif o.level in {Level.region, Level.country} and reported_below:
        return "own_total"
    counted = evidence.indicator.method in COUNTED
    missing = o.numerator is None or o.denominator is None if counted else o.value is None
    return "unpaired" if missing and evidence.indicator.method != Method.none else None


def _outside(indicator: IndicatorItem, level: str) -> str | None:
    """Why a figure of this level does not count for those above it."""
    if indicator.method == Method.none:
        return "no_method"
    if level == Level.metropole:
        return {MetropolePolicy.added: None, MetropolePolicy.inside: "inside"}.get(
            MetropolePolicy(indicator.metropoles), "not_asked"
        )
    return None if level == Level.department else "own_total"


def _contribution(o: ObservationItem, names: dict[str, str], file_names: dict[str, str]) -> Contribution:
    values = o.model_dump()
    return Contribution(**values, name=names[o.territory], file_name=file_names.get(o.receipt_id))


def _difference(rollup: RollupItem | None, declared: ObservationItem) -> Number | None:
    if rollup is None or rollup.value is None or declared.value is None or rollup.basis == Basis.declared:
        return None
    return rollup.value - declared.value


def _adds_up(evidence: Evidence, contributors: Sequence[Contribution]) -> bool | None:
    """Add the contributors again; None where the method adds nothing or there is no figure.

    False for a moment while a newer file has been stored and its rollup not yet: the reader is told so.
    """
    rollup = evidence.rollup
    if rollup is None or rollup.value is None or not contributors:
        return None
    if evidence.indicator.method in COUNTED:
        numerators = [c.numerator for c in contributors if c.numerator is not None]
        denominators = [c.denominator for c in contributors if c.denominator is not None]
        return sum(numerators) == rollup.numerator and sum(denominators) == rollup.denominator
    values = [c.value for c in contributors if c.value is not None]
    if evidence.indicator.method in {Method.sum, Method.last}:
        return sum(values) == rollup.value
    if evidence.indicator.method == Method.max:
        return max(values) == rollup.value
    return None
