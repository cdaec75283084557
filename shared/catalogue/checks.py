"""checks.yaml: the comparisons that may put a figure in doubt."""

from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase

from shared.catalogue.comparisons import check_comparison
from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.check import Against, Check, CheckKind

_WITH_PARTS = frozenset({CheckKind.part_of, CheckKind.sums_to})
_WITH_WHOLE = _WITH_PARTS | {CheckKind.ratio_of, CheckKind.declared_vs_computed}
_COMPARES = frozenset({CheckKind.compares})
_APPLIED = frozenset(CheckKind) - _WITH_WHOLE - _COMPARES
# Fields that only some kinds have, with whether those must have them.
_FIELDS: dict[str, tuple[frozenset[CheckKind], bool]] = {
    "whole": (_WITH_WHOLE, True),
    "parts": (_WITH_PARTS, True),
    "denominator_indicator": (frozenset({CheckKind.ratio_of}), False),
    "operands": (_COMPARES, True),
    "left": (_COMPARES, True),
    "right": (_COMPARES, True),
    "relation": (_COMPARES, False),
    "at": (_COMPARES, False),
    "applies_to": (_APPLIED, True),
    "copy_of": (frozenset({CheckKind.unchanged_copy}), False),
    "at_least": (frozenset({CheckKind.unchanged_copy, CheckKind.jump}), False),
    "minimum": (frozenset({CheckKind.repeated_line, CheckKind.child_with_parent}), False),
    "factors": (frozenset({CheckKind.jump}), True),
    "against": (frozenset({CheckKind.jump}), False),
}


def check_checks(records: list[Record], indicators: Known, territories: Known, faults: list[Fault]) -> list[Check]:
    """The coherence checks, by code."""
    found = []
    for record, check in build_all(Check, records, lambda c: c.code, "code", faults):
        found.append(check)
        indicators.check(check.whole or None, record, "whole", faults)
        indicators.check_all(check.parts, record, "parts", faults)
        indicators.check(check.denominator_indicator, record, "denominator_indicator", faults)
        indicators.check(check.copy_of, record, "copy_of", faults)
        _check_fields(record, check, faults)
        _check_patterns(record, check, indicators, faults)
        _check_numbers(record, check, faults)
        if check.kind is CheckKind.compares:
            check_comparison(record, check, indicators, territories, faults)
    return found


def _check_fields(record: Record, check: Check, faults: list[Fault]) -> None:
    """Each kind of check has its own fields."""
    for name, (kinds, required) in _FIELDS.items():
        given = bool(record.values.get(name))
        if required and check.kind in kinds and not given:
            faults.append(record.fault(name, f"is missing: {check.kind} needs it"))
        if given and check.kind not in kinds:
            faults.append(record.fault(name, f"has no meaning for {check.kind}"))
    if check.whole in check.parts:
        faults.append(record.fault("parts", f"{check.whole} is the whole, it cannot be one of its parts"))
    if check.kind is CheckKind.jump and check.against is Against.previous and record.values.get("at_least"):
        faults.append(record.fault("at_least", "has no meaning against one's own period before"))


def _check_patterns(record: Record, check: Check, indicators: Known, faults: list[Fault]) -> None:
    """A pattern must match something; a plain code is looked up as any other."""
    for index, pattern in enumerate(check.applies_to):
        field = f"applies_to.{index}"
        if not set("*?[") & set(pattern):
            indicators.check(pattern, record, field, faults)
        elif indicators.codes is not None and not any(fnmatchcase(code, pattern) for code in indicators.codes):
            faults.append(record.fault(field, f"{pattern!r} matches no indicator of {indicators.file}"))


def _check_numbers(record: Record, check: Check, faults: list[Fault]) -> None:
    if check.decimals is not None and not 0 <= check.decimals <= 6:
        faults.append(record.fault("decimals", f"{check.decimals} is not between 0 and 6"))
    if check.kind is not CheckKind.compares and not _is_positive(check.tolerance):
        faults.append(record.fault("tolerance", f"{check.tolerance!r} is not a number, 0 or more"))
    if not _is_positive(check.minimum):
        faults.append(record.fault("minimum", f"{check.minimum!r} is not a number, 0 or more"))
    for index, factor in enumerate(check.factors):
        if not _is_positive(factor) or Decimal(factor) <= 1:
            faults.append(record.fault(f"factors.{index}", f"{factor!r} is not a number above 1"))


def _is_positive(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and Decimal(text) >= 0
    except InvalidOperation:
        return False
