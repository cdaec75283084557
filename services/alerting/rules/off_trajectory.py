"""A figure is behind the straight line from the baseline to a target that is still ahead."""

from collections.abc import Sequence
from decimal import Decimal

from services.alerting.alert import Inputs
from services.alerting.rules.figure import Figure, incomplete_verdict, text, unfit
from services.alerting.rules.verdict import Breach, Clear, Unknown, Verdict
from shared.domain.period import Period
from shared.domain.rule import Rule
from shared.domain.target import Commitment, Comparator, Target, expected_at, progress

_FIRE_BELOW, _CLEAR_AT = "0.9", "0.95"


def evaluate(
    figure: Figure, targets: list[Target], rule: Rule, earlier: Sequence[Figure] = (), *, is_open: bool = False
) -> Verdict:
    """Judge a figure against what its trajectory expects at the end of its period.

    An alert fires below `fire_below` and, once open, clears from `clear_at` on. Indicators more frequent than yearly
    need `confirmations` periods in a row, so `earlier` holds the previous figures, latest first.
    """
    verdict = _of_one(figure, targets, rule, is_open=is_open)
    if isinstance(verdict, Unknown) or verdict.reason == "no_agreed_target":
        return verdict
    wanted = 1 if figure.indicator.frequency == "annual" else int(rule.parameters.get("confirmations", 2))
    same = 1
    for before in earlier:
        if not isinstance(_of_one(before, targets, rule, is_open=is_open), type(verdict)):
            break
        same += 1
    return type(verdict)(verdict.reason, verdict.inputs, confirmed=same >= wanted)


def _of_one(figure: Figure, targets: list[Target], rule: Rule, *, is_open: bool) -> Verdict:
    target = target_ahead(targets, figure.period)
    inputs = figure.inputs()
    if target is None:
        return Clear("no_agreed_target", inputs)
    expected = expected_at(target, figure.period.end)
    assert expected is not None
    inputs |= _inputs(target, expected)
    if (obstacle := unfit(figure, inputs)) is not None:
        return obstacle
    value = figure.rollup.value
    assert value is not None
    reached = attainment(value, expected, target.comparator)
    at_expected = target.model_copy(update={"value": expected})
    inputs |= {
        "gap": text(at_expected.gap(value)),
        "attainment": text(round(reached, 4)),
        "progress": text(round(done, 4) if (done := progress(value, target)) is not None else None),
    }
    name = "clear_at" if is_open else "fire_below"
    threshold = Decimal(str(rule.parameters.get(name, _CLEAR_AT if is_open else _FIRE_BELOW)))
    on_course = reached >= threshold
    if (obstacle := incomplete_verdict(figure, at_expected, met=on_course, inputs=inputs)) is not None:
        return obstacle
    return Clear("on_trajectory", inputs) if on_course else Breach("behind_trajectory", inputs)


def target_ahead(targets: list[Target], period: Period) -> Target | None:
    """The nearest agreed target due after a period, with a baseline taken before the period's end."""
    ahead = [
        t
        for t in targets
        if t.commitment is Commitment.agreed
        and t.due is not None
        and t.due > period.end
        and t.period != period.code
        and t.baseline is not None
        and t.baseline_date is not None
        and t.baseline_date < period.end
    ]
    return min(ahead, key=lambda t: t.due or period.end, default=None)


def attainment(value: Decimal, expected: Decimal, comparator: Comparator) -> Decimal:
    """Value over expected, turned so that 1 is on the line and less is behind, whichever way is better."""
    part, whole = (value, expected) if comparator is Comparator.at_least else (expected, value)
    if part >= whole:
        return part / whole if whole > 0 else Decimal(1)
    return max(part, Decimal(0)) / whole if whole > 0 else Decimal(0)


def _inputs(target: Target, expected: Decimal) -> Inputs:
    return {
        "target": text(target.value),
        "comparator": target.comparator.value,
        "target_due": target.due.isoformat() if target.due else None,
        "target_source": target.source,
        "target_version": target.version,
        "target_simulated": target.simulated,
        "expected": text(round(expected, 4)),
        "baseline": text(target.baseline),
    }
