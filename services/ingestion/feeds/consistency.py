"""What a declaration must hold together, whatever the catalogue says. Each fault is at its line."""

from services.ingestion.feeds.model import Column, ColumnKind, Feed, Measure, Shape
from services.ingestion.feeds.own_parts import is_reminder
from services.ingestion.words import header
from shared.catalogue.fault import Fault
from shared.catalogue.record import Record

_FIGURES = (ColumnKind.count, ColumnKind.amount, ColumnKind.number, ColumnKind.percentage)
_NEEDED = {Shape.wide: (), Shape.long: ("indicator", "value"), Shape.register: ("title",)}


def check_declaration(feed: Feed, record: Record) -> list[Fault]:
    """Every fault of one feed, in no particular order."""
    found = [
        record.fault("basis", f"says nothing of level {level}; add `{level}: reported` or `{level}: declared`")
        for level in feed.levels
        if level not in feed.basis
    ]
    found += [
        record.fault(f"basis.{level}", f"{level} is not among the levels; add it there or remove it here")
        for level in feed.basis
        if level not in feed.levels
    ]
    if (feed.shape is Shape.register) != (feed.register_name is not None):
        found.append(record.fault("register_name", "goes with shape register, and shape register with it"))
    if (feed.shape is Shape.wide) != bool(feed.measures):
        found.append(record.fault("measures", "goes with shape wide, and shape wide needs at least one"))
    found += [
        record.fault("columns", f"{key} is missing; shape {feed.shape} needs it")
        for key in _NEEDED[feed.shape]
        if key not in feed.columns
    ]
    if not {"territory", "name"} & set(feed.columns):
        found.append(record.fault("columns", "has neither territory nor name; add one, even if files may lack it"))
    found += _headers(feed, record)
    for key, column in feed.columns.items():
        found += _column(key, column, feed, record)
    for index, measure in enumerate(feed.measures):
        found += _measure(index, measure, feed, record)
    return found


def _headers(feed: Feed, record: Record) -> list[Fault]:
    """A header, once compared as we compare, stands for one column only."""
    found: list[Fault] = []
    seen: dict[str, tuple[str, str]] = {}
    for key, column in feed.columns.items():
        for index, known in enumerate(column.headers):
            where = f"columns.{key}.headers.{index}"
            if not header(known).strip("% "):
                found.append(record.fault(where, f"{known!r} has no letter and no digit; nothing would match it"))
            elif is_reminder(known):
                found.append(record.fault(where, f"{known!r} begins as a reminder does, which is never read"))
            other, text = seen.setdefault(header(known), (key, known))
            if other != key:
                found.append(record.fault(where, f"{known!r} already stands for {other} ({text!r}); keep one of them"))
    return found


def _column(key: str, column: Column, feed: Feed, record: Record) -> list[Fault]:
    found: list[Fault] = []
    if column.values and column.kind is not ColumnKind.text:
        found.append(record.fault(f"columns.{key}.values", "goes with kind text: codes are not numbers"))
    if len(column.meanings) != len(column.values):
        found.append(record.fault(f"columns.{key}.values", "two of its texts are one without case and accents"))
    if column.only and feed.shape is not Shape.long:
        found.append(record.fault(f"columns.{key}.only", "goes with shape long: elsewhere a row is more than one kind"))
    return found


def _measure(index: int, measure: Measure, feed: Feed, record: Record) -> list[Fault]:
    found: list[Fault] = []
    for side in ("value", "numerator", "denominator", "percentage"):
        key = getattr(measure, side)
        if key is None:
            continue
        where = f"measures.{index}.{side}"
        if key not in feed.columns:
            found.append(record.fault(where, f"{key} is not declared under columns"))
        elif feed.columns[key].kind not in _FIGURES:
            found.append(record.fault(where, f"column {key} is of kind {feed.columns[key].kind.value}, not a figure"))
        elif side == "percentage" and feed.columns[key].kind is not ColumnKind.percentage:
            found.append(record.fault(where, f"column {key} should be of kind percentage"))
    where = f"measures.{index}"
    if (measure.value is None) == (measure.numerator is None):
        found.append(record.fault(where, "needs value, or numerator and denominator, and not both"))
    elif (measure.numerator is None) != (measure.denominator is None):
        found.append(record.fault(where, "has one side of a ratio; give numerator and denominator"))
    elif measure.value is not None and measure.percentage is not None:
        found.append(record.fault(f"{where}.percentage", "goes with numerator and denominator; a value stands alone"))
    if any(other.indicator == measure.indicator for other in feed.measures[:index]):
        found.append(record.fault(f"{where}.indicator", f"{measure.indicator} is measured twice; keep one"))
    return found
