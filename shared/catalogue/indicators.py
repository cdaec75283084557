"""indicators.csv: what is measured and how it may be added up."""

from datetime import date

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.indicator import Indicator, Method

KINDS = ("count", "stock", "ratio", "amount", "duration", "index")
FREQUENCIES = ("event", "annual", "half_yearly", "quarterly", "monthly", "weekly", "daily", "school_year")

OPTIONAL = frozenset({"valid_from", "valid_to", "over_time", "sources", "small_cell"})


def check_indicators(records: list[Record], known: Known, faults: list[Fault]) -> list[Indicator]:
    """Every version of every indicator, in the order of the rows."""
    found: list[Indicator] = []
    key = lambda i: (i.code, i.definition_version)  # noqa: E731
    for record, indicator in build_all(Indicator, records, key, "code", faults):
        _check_validity(record, indicator, found, faults)
        found.append(indicator)
        if indicator.kind not in KINDS:
            faults.append(record.fault("kind", f"{indicator.kind!r} is unknown; expected one of {', '.join(KINDS)}"))
        if indicator.frequency not in FREQUENCIES:
            expected = ", ".join(FREQUENCIES)
            faults.append(record.fault("frequency", f"{indicator.frequency!r} is unknown; expected one of {expected}"))
        _check_method(record, indicator, faults)
        known.check(indicator.denominator_indicator, record, "denominator_indicator", faults)
    return found


def _check_validity(record: Record, indicator: Indicator, found: list[Indicator], faults: list[Fault]) -> None:
    """A definition ends after it begins, and no day has two of one indicator."""
    if indicator.valid_from and indicator.valid_to and indicator.valid_to < indicator.valid_from:
        faults.append(record.fault("valid_to", f"{indicator.valid_to} comes before valid_from"))
    for other in found:
        apart = (indicator.valid_to or date.max) < (other.valid_from or date.min) or (other.valid_to or date.max) < (
            indicator.valid_from or date.min
        )
        if other.code == indicator.code and not apart:
            message = f"overlaps version {other.definition_version}; end that one the day before this one begins"
            faults.append(record.fault("valid_from", message))


def _check_method(record: Record, indicator: Indicator, faults: list[Fault]) -> None:
    """A percentage is never added up, and only a ratio has two sides."""
    if indicator.method is Method.ratio and indicator.kind != "ratio":
        faults.append(record.fault("method", f"ratio needs an indicator of kind ratio, not {indicator.kind}"))
    if indicator.method is Method.sum and indicator.kind in {"ratio", "index"}:
        faults.append(record.fault("method", f"sum would add up figures of kind {indicator.kind}; use ratio or none"))
    if indicator.method is Method.ratio and not (indicator.numerator_label and indicator.denominator_label):
        faults.append(record.fault("method", "ratio needs numerator_label and denominator_label"))
    if indicator.over_time is Method.sum and indicator.kind in {"stock", "ratio", "index"}:
        message = f"sum would add up figures of kind {indicator.kind} over time; use last or none"
        faults.append(record.fault("over_time", message))
    elif indicator.over_time in {Method.sum, Method.last, Method.max} and indicator.method in {
        Method.ratio,
        Method.mean,
    }:
        message = (
            f"{indicator.over_time.value} would combine percentages or means; use {indicator.method.value} or none"
        )
        faults.append(record.fault("over_time", message))
