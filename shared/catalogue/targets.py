"""targets.csv: values to reach, each in its version."""

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, build_all
from shared.catalogue.reference import Known
from shared.domain.period import Period
from shared.domain.target import Target


def check_targets(records: list[Record], indicators: Known, territories: Known, faults: list[Fault]) -> list[Target]:
    """The targets of the rows. One (indicator, territory, period, due) has each version once, over all files."""
    found = []
    for record, target in build_all(Target, records, key_of, "version", faults):
        found.append(target)
        indicators.check(target.indicator, record, "indicator", faults)
        territories.check(target.territory, record, "territory", faults)
        check_period(target.period, record, faults)
        if target.version < 1:
            faults.append(record.fault("version", f"{target.version}: versions count from 1"))
        if target.baseline_date and target.baseline is None:
            faults.append(record.fault("baseline_date", "has no baseline to date"))
        if target.baseline_date and target.due and target.due <= target.baseline_date:
            faults.append(record.fault("due", f"{target.due} does not come after the baseline, {target.baseline_date}"))
    return found


def key_of(target: Target) -> tuple[str, str, str, str, int]:
    """What makes a target unique, in an order that sorts."""
    return target.indicator, target.territory, target.period or "", str(target.due or ""), target.version


def check_period(period: str | None, record: Record, faults: list[Fault]) -> None:
    """Report a period that is not canonical."""
    try:
        if period is not None:
            Period.parse(period)
    except ValueError as error:
        faults.append(record.fault("period", str(error)))
