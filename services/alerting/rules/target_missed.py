"""A final figure does not reach the agreed target of its period."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from services.alerting.rules.figure import Figure, incomplete_verdict, text, unfit
from services.alerting.rules.verdict import Breach, Clear, Verdict
from shared.domain.indicator import Method
from shared.domain.period import Period
from shared.domain.rule import Rule
from shared.domain.target import Commitment, Comparator, Target


def evaluate(figure: Figure, targets: list[Target], rule: Rule) -> Verdict:
    """Judge a figure against the target of its period. `tolerance` is the share of the target that may be missing."""
    target = target_of_period(targets, figure.period)
    inputs = figure.inputs()
    if target is None:
        return Clear("no_agreed_target", inputs)
    inputs |= {
        "target": text(target.value),
        "comparator": target.comparator.value,
        "target_source": target.source,
        "target_version": target.version,
        "target_simulated": target.simulated,
    }
    if (obstacle := unfit(figure, inputs)) is not None:
        return obstacle
    value = figure.rollup.value
    assert value is not None
    gap = target.gap(value)
    inputs |= {"gap": text(gap), "gap_persons": gap_in_persons(figure, target)}
    tolerated = Decimal(str(rule.parameters.get("tolerance", 0))) * abs(target.value)
    met = gap >= -tolerated
    if (obstacle := incomplete_verdict(figure, target, met=met, inputs=inputs)) is not None:
        return obstacle
    return Clear("target_met", inputs) if met else Breach("target_not_met", inputs)


def target_of_period(targets: list[Target], period: Period) -> Target | None:
    """The agreed target of a period: the one that names it, else one due inside it, else a standing norm."""
    agreed = [t for t in targets if t.commitment is Commitment.agreed]
    named = [t for t in agreed if t.period == period.code]
    due = [t for t in agreed if t.period is None and t.due is not None and period.start <= t.due <= period.end]
    norms = [t for t in agreed if t.period is None and t.due is None]
    due.sort(key=lambda t: t.due or period.end)
    return next(iter(named + due + norms), None)


def gap_in_persons(figure: Figure, target: Target) -> int | None:
    """How many persons are missing to a rate's target (or too many); None when the figure is no rate with counts."""
    r = figure.rollup
    if r.method is not Method.ratio or r.numerator is None or r.denominator is None:
        return None
    wanted = target.value * r.denominator / 100
    if target.comparator is Comparator.at_least:
        missing = wanted.to_integral_value(ROUND_CEILING) - r.numerator
    else:
        missing = r.numerator - wanted.to_integral_value(ROUND_FLOOR)
    return max(int(missing.to_integral_value(ROUND_CEILING)), 0)
