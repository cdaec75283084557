"""A declaration beside the catalogue: its indicators and territories exist, its columns and periods fit them."""

from difflib import get_close_matches

from services.ingestion.feeds.model import ColumnKind, Feed, Measure
from shared.catalogue.fault import Fault
from shared.catalogue.record import Record
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Indicator
from shared.domain.period import PeriodKind

_RATIO = "ratio"
# What a column of figures may hold, by the kind of the indicator.
_KINDS = {
    "count": {ColumnKind.count},
    "stock": {ColumnKind.count},
    "amount": {ColumnKind.amount, ColumnKind.number},
    _RATIO: {ColumnKind.percentage, ColumnKind.number},
}
_PERIODS = {
    "annual": {PeriodKind.year, PeriodKind.school_year},
    "quarterly": {PeriodKind.quarter},
    "monthly": {PeriodKind.month},
}


def check_against(feed: Feed, record: Record, catalogue: Catalogue) -> list[Fault]:
    """Every fault of one feed that only the catalogue shows."""
    found: list[Fault] = []
    if all(listed.code != feed.name for listed in catalogue.feeds):
        message = f"{feed.name} is not under `feeds` of collections.yaml; add it there with its label"
        found.append(record.fault("name", message))
    for index, measure in enumerate(feed.measures):
        where = f"measures.{index}"
        indicator = catalogue.indicators.get(measure.indicator)
        if indicator is None:
            found.append(record.fault(f"{where}.indicator", _unknown("indicator", measure.indicator, catalogue)))
        else:
            found += _measure(where, measure, indicator, feed, record)
    for key, column in feed.columns.items():
        found += _values(key, column.values, feed, record, catalogue)
    return found


def _measure(where: str, measure: Measure, indicator: Indicator, feed: Feed, record: Record) -> list[Fault]:
    found: list[Fault] = []
    if measure.numerator is not None and indicator.kind != _RATIO:
        found.append(
            record.fault(where, f"{indicator.code} is of kind {indicator.kind}: it has a value, not two sides")
        )
    elif measure.value in feed.columns:
        kind, fitting = feed.columns[measure.value].kind, _KINDS.get(indicator.kind)
        if fitting is not None and kind not in fitting:
            wanted = " or ".join(sorted(k.value for k in fitting))
            message = f"column {measure.value} is of kind {kind.value}; {indicator.code} needs {wanted}"
            found.append(record.fault(f"{where}.value", message))
    whole = indicator.denominator_indicator
    if measure.denominator is not None and whole is not None:
        found += _denominator(where, measure.denominator, whole, feed, record)
    periods = _PERIODS.get(indicator.frequency)
    if periods is not None and feed.period_kinds and periods.isdisjoint(feed.period_kinds):
        kinds = ", ".join(kind.value for kind in feed.period_kinds)
        message = f"{indicator.code} is {indicator.frequency}; period_kinds has only {kinds}"
        found.append(record.fault(f"{where}.indicator", message))
    return found


def _denominator(where: str, column: str, whole: str, feed: Feed, record: Record) -> list[Fault]:
    """The same whole is not counted in two columns of one file."""
    stated = next((m.value for m in feed.measures if m.indicator == whole and m.value is not None), None)
    if stated is None or stated == column:
        return []
    message = f"{column} stands for {whole}, which column {stated} already gives; use {stated}"
    return [record.fault(f"{where}.denominator", message)]


def _values(key: str, values: dict[str, str], feed: Feed, record: Record, catalogue: Catalogue) -> list[Fault]:
    """What a mapping leads to exists."""
    noun, known = {
        "indicator": ("indicator", set(catalogue.indicators)),
        "territory": ("territory", {t.code for t in catalogue.territories.all()}),
    }.get(key, ("", set[str]()))
    if not noun:
        return []
    where = feed.columns[key].values_file or record.file
    return [
        record.fault(f"columns.{key}.values", f"{where} leads from {theirs!r} to {noun} {ours!r}, which does not exist")
        for theirs, ours in values.items()
        if ours not in known
    ]


def _unknown(noun: str, code: str, catalogue: Catalogue) -> str:
    near = get_close_matches(code, catalogue.indicators, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{noun} {code!r} is not in indicators.csv{hint}"
