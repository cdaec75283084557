"""A figure beside those of other territories or of the period before: copied, repeated, or of another order of size."""

from decimal import Decimal
from fnmatch import fnmatchcase
from statistics import median

from shared.computation.aggregation import own_value
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Finding, said, shown
from shared.computation.figure import Figure
from shared.contracts.message import plain
from shared.domain.check import Against, Check, CheckState
from shared.domain.indicator import Sources
from shared.domain.observation import Basis
from shared.domain.period import Period


def child_with_parent(check: Check, subject: str, evidence: Evidence) -> Finding | None:
    """A territory that states the very figure of one below it; None where either is missing or below `minimum`.

    Where sources are parts of a whole, each is a figure of its own: two of them may well be equal.
    """
    if evidence.catalogue.definition(subject, evidence.period).sources is Sources.parts:
        return None
    over = [
        f for f in evidence.figures(subject)
        if f.basis is not Basis.computed and f.value is not None and abs(f.value) >= Decimal(check.minimum)
    ]  # fmt: skip
    below = [f for f in evidence.below(subject) if f.basis is not Basis.computed and f.value is not None]
    if not over or not below:
        return None
    values = {f.value for f in over}
    same = [f for f in below if f.value in values]
    parent = next((f for f in over if same and f.value == same[0].value), over[0])
    detail = {"stated": [said(f) for f in (parent, *same)]} if same else {}
    return Finding(CheckState.fails if same else CheckState.holds, Decimal(0), Decimal(len(same)), detail, (subject,))


def unchanged_copy(check: Check, evidence: Evidence) -> Finding | None:
    """Figures that repeat those of the period before, or the line of another indicator, to the unit.

    One may stay the same by chance: the declaration says how many at least make a copy. Zero tells nothing. computed is
    the number of figures copied, where none is expected. None where there is nothing to compare.
    """
    before = None if check.copy_of else Period.parse(evidence.period).previous()
    if before is None and check.copy_of is None:
        return None
    compared, same = [], []
    for code in sorted(matching(check, evidence)):
        now = evidence.stated(code)
        then = (
            evidence.stated(check.copy_of) if check.copy_of else evidence.stated(code, before.code if before else None)
        )
        if now is None or then is None or not (now.value or now.numerator):
            continue
        compared.append(code)
        if _numbers(now) == _numbers(then):
            same.append(code)
    if not compared:
        return None
    state = CheckState.fails if len(same) >= check.at_least else CheckState.holds
    detail = {"same": same, "compared": len(compared), "of": check.copy_of or (before.code if before else "")}
    # What was copied is named with its copies: whoever may not see the one may not see the other.
    named = [*(same if state is CheckState.fails else compared), *([check.copy_of] if check.copy_of else [])]
    return Finding(state, Decimal(0), Decimal(len(same)), detail, tuple(named))


def jump(check: Check, subject: str, evidence: Evidence) -> Finding | None:
    """A figure some power of ten away from what it is measured against; None where there is nothing to measure."""
    definition = evidence.catalogue.definition(subject, evidence.period)
    figure = evidence.stated(subject)
    value = None if figure is None else own_value(figure, definition.method)
    reference = _reference(check, subject, evidence)
    if not value or not reference or value < 0 or reference < 0:
        return None
    tolerance = Decimal(check.tolerance)
    near = [
        f for f in check.factors
        for times in (Decimal(f), 1 / Decimal(f))
        if abs(value / (reference * times) - 1) <= tolerance
    ]  # fmt: skip
    detail = {"against": check.against.value, "times": plain(shown(value / reference)), "factors": near}
    return Finding(CheckState.fails if near else CheckState.holds, shown(reference), shown(value), detail, (subject,))


def matching(check: Check, evidence: Evidence) -> set[str]:
    """Indicators of the catalogue that a check applies to."""
    return {code for code in evidence.catalogue.indicators if applies(check, code)}


def applies(check: Check, code: str) -> bool:
    """Say whether a check names an indicator, by its code or by a pattern."""
    return any(fnmatchcase(code, pattern) for pattern in check.applies_to)


def _reference(check: Check, subject: str, evidence: Evidence) -> Decimal | None:
    """What a figure is measured against: one's own period before, or the median of at least `at_least` peers."""
    if check.against is Against.previous:
        before = Period.parse(evidence.period).previous()
        figure = None if before is None else evidence.stated(subject, before.code)
        if figure is None or before is None:
            return None
        return own_value(figure, evidence.catalogue.definition(subject, before.code).method)
    tree = evidence.catalogue.territories
    method = evidence.catalogue.definition(subject, evidence.period).method
    top = next(reversed(tree.ancestors(evidence.territory)), None)
    if top is None:
        return None
    peers = evidence.own_over(subject, tree[evidence.territory].level, None, top)
    values = [v for f in peers if f.territory != evidence.territory and (v := own_value(f, method)) is not None]
    return median(values) if len(values) >= check.at_least else None


def _numbers(figure: Figure) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return figure.value, figure.numerator, figure.denominator
