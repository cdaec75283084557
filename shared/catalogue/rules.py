"""rules.yaml and recipients.yaml: when to tell, and whom."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.rule import Recipient, Rule, RuleKind
from shared.domain.territory import Level

SHARES = {
    RuleKind.target_missed: ("tolerance",),
    RuleKind.off_trajectory: ("fire_below", "clear_at"),
    RuleKind.report_overdue: (),
    RuleKind.coverage_low: ("fire_below", "clear_at"),
}
"""Thresholds of each kind of rule, from 0 to 1."""
OTHERS = {RuleKind.off_trajectory: ("confirmations",), RuleKind.coverage_low: ("levels",)}

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def check_rules(records: list[Record], faults: list[Fault]) -> list[Rule]:
    """The rules, their shares as decimals in text."""
    found = []
    for record, rule in build_all(Rule, records, lambda r: r.code, "code", faults):
        if rule.version < 1:
            faults.append(record.fault("version", f"{rule.version}: versions count from 1"))
        found.append(rule.model_copy(update={"parameters": _parameters(record, rule, faults)}))
    return found


def check_recipients(records: list[Record], territories: Known, rules: Known, faults: list[Fault]) -> list[Recipient]:
    """The recipients, by code."""
    found = []
    for record, recipient in build_all(Recipient, records, lambda r: r.code, "code", faults):
        found.append(recipient)
        territories.check_all(recipient.territories, record, "territories", faults)
        rules.check_all(recipient.rules, record, "rules", faults)
        if not _ADDRESS.match(recipient.email):
            faults.append(record.fault("email", f"{recipient.email!r} is not a mail address"))
    return found


def _parameters(record: Record, rule: Rule, faults: list[Fault]) -> dict[str, Any]:
    """Every parameter of the rule's kind, each once and in range."""
    expected = (*SHARES[rule.kind], *OTHERS.get(rule.kind, ()))
    for name in rule.parameters:
        if name not in expected:
            message = f"unknown for {rule.kind}; expected {', '.join(expected) or 'no parameter'}"
            faults.append(record.fault(f"parameters.{name}", message))
    checked: dict[str, Any] = {}
    for name in expected:
        field, raw = f"parameters.{name}", rule.parameters.get(name)
        if raw is None:
            faults.append(record.fault(field, f"is missing: {rule.kind} needs it"))
        elif name == "confirmations":
            checked[name] = _count(record, field, raw, faults)
        elif name == "levels":
            checked[name] = _levels(record, field, raw, faults)
        else:
            checked[name] = _share(record, field, raw, faults)
    fire, clear = checked.get("fire_below"), checked.get("clear_at")
    if fire and clear and Decimal(clear) < Decimal(fire):
        message = f"{clear} is below fire_below ({fire}): the alert would clear while it still fires"
        faults.append(record.fault("parameters.clear_at", message))
    return checked


def _share(record: Record, field: str, raw: Any, faults: list[Fault]) -> str | None:
    try:
        if 0 <= Decimal(raw) <= 1:
            return str(raw)
    except (InvalidOperation, TypeError, ValueError):
        pass
    faults.append(record.fault(field, f"{raw!r} is not a share from 0 to 1, such as 0.90"))
    return None


def _count(record: Record, field: str, raw: Any, faults: list[Fault]) -> int | None:
    if isinstance(raw, str) and raw.isdecimal() and int(raw) >= 1:
        return int(raw)
    faults.append(record.fault(field, f"{raw!r} is not a number of periods, 1 or more"))
    return None


def _levels(record: Record, field: str, raw: Any, faults: list[Fault]) -> list[str]:
    levels = raw if isinstance(raw, list) else [raw]
    for index, level in enumerate(levels):
        if not isinstance(level, str) or level not in set(Level):
            message = f"{level!r} is unknown; expected one of {', '.join(Level)}"
            faults.append(record.fault(f"{field}.{index}", message))
    return [str(level) for level in levels]
