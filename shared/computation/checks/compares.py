"""Two expressions over named operands, of any indicators, territories and periods."""

from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache

from shared.computation.checks.evidence import Evidence
from shared.computation.checks.expression import Expression, Value, parse
from shared.computation.checks.outcome import Finding, compare, rounded, shown, side_of
from shared.contracts.message import plain
from shared.domain.check import Check, CheckState
from shared.domain.observation import Basis
from shared.domain.operand import Operand, Side, Subject
from shared.domain.territory import Level


def compares(check: Check, evidence: Evidence) -> Finding | None:
    """The left side in its relation to the right one; None where none of its figures is there."""
    operands = check.read_operands
    values = {name: value_of(operand, evidence) for name, operand in operands.items()}
    figures = [values[name] for name, operand in operands.items() if operand.subject is Subject.figure]
    if figures and all(value in {None, ()} for value in figures):
        return None
    left, right, tolerance = (expression(text).value(values) for text in (check.left, check.right, check.tolerance))
    detail = {
        "relation": check.relation.value,
        "operands": {name: _said(value) for name, value in values.items()},
        "missing": sorted(name for name, value in values.items() if value is None),
    }
    if left is None or right is None or tolerance is None:
        return Finding(CheckState.unknown, _shown(right), _shown(left), detail)
    compared = left if check.decimals is None else rounded(left, check.decimals)
    return Finding(compare(compared, check.relation, right, tolerance), shown(right), shown(left), detail)


@lru_cache(maxsize=2000)
def expression(text: str) -> Expression:
    """An expression of a check, read once and evaluated at every place; raises ExpressionError."""
    return parse(text)


def value_of(operand: Operand, evidence: Evidence) -> Value:
    """What an operand is worth here: a number, several, or None; nothing at all for an optional one that is missing."""
    if operand.subject is Subject.departments:
        return _departments(operand.territory or "", evidence)
    if operand.subject is Subject.target:
        target = evidence.target(operand.indicator, operand.period, operand.territory)
        return None if target is None else target.value
    if operand.over is not None:
        over = evidence.own_over(operand.indicator, operand.over, operand.period, operand.territory)
        return tuple(v for f in over if (v := side_of(f, operand.side)) is not None)
    found = _lines(operand, evidence) if operand.side is Side.lines else _side(operand, evidence)
    return () if found is None and operand.optional else found


def _side(operand: Operand, evidence: Evidence) -> Decimal | None:
    indicator, where = operand.indicator, (operand.period, operand.territory)
    if operand.source is not None:
        return side_of(evidence.from_source(indicator, operand.source, operand.basis, *where), operand.side)
    if operand.basis is None:
        return side_of(evidence.rollup(indicator, *where), operand.side)
    if operand.basis is Basis.computed:
        rollup = evidence.rollup(indicator, *where)
        return side_of(rollup, operand.side) if rollup is not None and rollup.basis is operand.basis else None
    return side_of(evidence.newest(indicator, operand.basis, *where), operand.side)


def _lines(operand: Operand, evidence: Evidence) -> Decimal | None:
    """How many figures are stated below, each line of a table counted; None without any."""
    found = [
        f for f in evidence.below(operand.indicator, operand.period, operand.territory)
        if f.value is not None and operand.basis in {None, f.basis} and fnmatchcase(f.source, operand.source or "*")
    ]  # fmt: skip
    return Decimal(len(found)) if found else None


def _departments(territory: str, evidence: Evidence) -> Decimal:
    tree = evidence.catalogue.territories
    number = sum(t.level is Level.department and tree.covers(territory, t.code) for t in tree.all())
    evidence.note(f"departments of {territory}: {number}")
    return Decimal(number)


def _said(value: Value) -> str | list[str] | None:
    match value:
        case None:
            return None
        case tuple():
            return [plain(v) for v in value]
        case _:
            return plain(value)


def _shown(value: Decimal | None) -> Decimal | None:
    return None if value is None else shown(value)
