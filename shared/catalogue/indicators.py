"""indicators.csv: what is measured and how it may be added up."""

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.indicator import Indicator, Method

KINDS = ("count", "ratio", "amount", "duration", "index")
FREQUENCIES = ("event", "annual", "half_yearly", "quarterly", "monthly", "weekly", "daily", "school_year")

OPTIONAL = frozenset({"valid_from", "valid_to"})


def check_indicators(records: list[Record], known: Known, faults: list[Fault]) -> dict[str, Indicator]:
    """The indicators of the rows by code, in their order."""
    found = {}
    for record, indicator in build_all(Indicator, records, lambda i: i.code, "code", faults):
        found[indicator.code] = indicator
        if indicator.kind not in KINDS:
            faults.append(record.fault("kind", f"{indicator.kind!r} is unknown; expected one of {', '.join(KINDS)}"))
        if indicator.frequency not in FREQUENCIES:
            expected = ", ".join(FREQUENCIES)
            faults.append(record.fault("frequency", f"{indicator.frequency!r} is unknown; expected one of {expected}"))
        _check_method(record, indicator, faults)
        known.check(indicator.denominator_indicator, record, "denominator_indicator", faults)
        if indicator.valid_from and indicator.valid_to and indicator.valid_to < indicator.valid_from:
            faults.append(record.fault("valid_to", f"{indicator.valid_to} comes before valid_from"))
    return found


def _check_method(record: Record, indicator: Indicator, faults: list[Fault]) -> None:
    """A percentage is never added up, and only a ratio has two sides."""
    if indicator.method is Method.ratio and indicator.kind != "ratio":
        faults.append(record.fault("method", f"ratio needs an indicator of kind ratio, not {indicator.kind}"))
    if indicator.method is Method.sum and indicator.kind in {"ratio", "index"}:
        faults.append(record.fault("method", f"sum would add up figures of kind {indicator.kind}; use ratio or none"))
    if indicator.method is Method.ratio and not (indicator.numerator_label and indicator.denominator_label):
        faults.append(record.fault("method", "ratio needs numerator_label and denominator_label"))
