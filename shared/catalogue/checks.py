"""checks.yaml: the comparisons that may put a figure in doubt."""

from decimal import Decimal, InvalidOperation

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.check import Check, CheckKind

_WITH_PARTS = frozenset({CheckKind.part_of, CheckKind.sums_to})


def check_checks(records: list[Record], indicators: Known, faults: list[Fault]) -> list[Check]:
    """The coherence checks, by code."""
    found = []
    for record, check in build_all(Check, records, lambda c: c.code, "code", faults):
        found.append(check)
        indicators.check(check.whole, record, "whole", faults)
        indicators.check_all(check.parts, record, "parts", faults)
        indicators.check(check.denominator_indicator, record, "denominator_indicator", faults)
        _check_shape(record, check, faults)
        if not 0 <= check.decimals <= 6:
            faults.append(record.fault("decimals", f"{check.decimals} is not between 0 and 6"))
        if not _is_positive(check.tolerance):
            faults.append(record.fault("tolerance", f"{check.tolerance!r} is not a number, 0 or more"))
    return found


def _check_shape(record: Record, check: Check, faults: list[Fault]) -> None:
    """Each kind of check has its own operands."""
    if check.kind in _WITH_PARTS and not check.parts:
        faults.append(record.fault("parts", f"is missing: {check.kind} compares parts with a whole"))
    if check.kind not in _WITH_PARTS and check.parts:
        faults.append(record.fault("parts", f"has no meaning for {check.kind}"))
    if check.whole in check.parts:
        faults.append(record.fault("parts", f"{check.whole} is the whole, it cannot be one of its parts"))
    if check.denominator_indicator and check.kind is not CheckKind.ratio_of:
        faults.append(record.fault("denominator_indicator", f"has no meaning for {check.kind}"))


def _is_positive(text: str) -> bool:
    try:
        return Decimal(text) >= 0
    except InvalidOperation:
        return False
