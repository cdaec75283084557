"""Comparisons of checks.yaml: every operand and every expression read once, before anybody relies on them."""

from difflib import get_close_matches

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record
from shared.catalogue.reference import Known
from shared.computation.checks.expression import Expression, ExpressionError, parse
from shared.domain.check import Check
from shared.domain.operand import Operand, Side, Subject, parse_operand
from shared.domain.period import Period


def check_comparison(record: Record, check: Check, indicators: Known, territories: Known, faults: list[Fault]) -> None:
    """Report what cannot be read, what is not declared and what is declared and never used."""
    operands = _operands(record, check, indicators, territories, faults)
    used: set[str] = set()
    for field, text in (("left", check.left), ("right", check.right), ("tolerance", check.tolerance)):
        expression = _expression(record, field, text, faults)
        if expression is not None:
            used |= expression.names
            _check_names(record, field, expression, set(check.operands), faults)
    unused = sorted(set(check.operands) - used)
    faults.extend(record.fault(f"operands.{name}", "is used by no expression") for name in unused)
    if not check.at and any(o.anchored and o.subject is Subject.figure for o in operands):
        message = "is missing: an operand names its own period or territory, so say where the check is evaluated"
        faults.append(record.fault("at", message))
    for index, place in enumerate(check.at):
        territories.check(place.territory, record, f"at.{index}.territory", faults)
        _check_period(record, f"at.{index}.period", place.period, faults)


def _operands(
    record: Record, check: Check, indicators: Known, territories: Known, faults: list[Fault]
) -> list[Operand]:
    found = []
    for name, text in check.operands.items():
        field = f"operands.{name}"
        try:
            operand = parse_operand(text)
        except ValueError as error:
            faults.append(record.fault(field, str(error)))
            continue
        found.append(operand)
        if not name.isidentifier():
            faults.append(record.fault(field, f"{name!r} is not a name; use letters, digits and _"))
        if operand.subject is not Subject.departments:
            indicators.check(operand.indicator, record, field, faults)
        territories.check(operand.territory, record, field, faults)
        _check_period(record, field, operand.period, faults)
        if operand.side in {Side.reported, Side.expected} and (operand.source or operand.basis or operand.over):
            faults.append(
                record.fault(field, f"{operand.side} is told of the figure that Vigie shows, not of a source")
            )
    return found


def _expression(record: Record, field: str, text: str, faults: list[Fault]) -> Expression | None:
    if not text:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        faults.append(record.fault(field, str(error)))
        return None


def _check_names(record: Record, field: str, expression: Expression, declared: set[str], faults: list[Fault]) -> None:
    for name in sorted(expression.names - declared):
        near = get_close_matches(name, declared, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        faults.append(record.fault(field, f"{name!r} is not one of the operands{hint}"))


def _check_period(record: Record, field: str, period: str | None, faults: list[Fault]) -> None:
    if period is None:
        return
    try:
        Period.parse(period)
    except ValueError as error:
        faults.append(record.fault(field, str(error)))
