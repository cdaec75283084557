"""The columns of a template and what its rows already say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.ingestion.feeds.model import Column, Feed, Shape
from services.ingestion.feeds.own_parts import reminder
from services.ingestion.templates.choices import Choice, choices_of, period_cell
from services.ingestion.templates.reminders import Sides, reminders_of
from services.ingestion.templates.rows import territories_of
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Cell
from shared.domain.period import Period

FREE_ROWS = 200


@dataclass(frozen=True)
class Slot:
    """One column: `key` in the feed, empty for a reminder. `choices`: what its cells offer, empty for anything."""

    header: str
    key: str = ""
    column: Column | None = None
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Filled:
    """One row as it is handed out: values by position of the slot. Those of `locked` are not to be changed."""

    values: dict[int, Choice | Decimal]
    locked: frozenset[int]


@dataclass(frozen=True)
class Layout:
    """A whole table: its columns, its prefilled rows, and how many empty ones follow."""

    slots: list[Slot]
    rows: list[Filled]
    free_rows: int


def lay_out(feed: Feed, catalogue: Catalogue, reporter: str, period: str, known: Mapping[Cell, Sides]) -> Layout:
    """The template of a feed for one reporter and period. `known`: figures of the period before, by cell."""
    territories = territories_of(reporter, feed, catalogue, period)
    before = Period.parse(period).previous()
    if feed.shape is Shape.wide:
        return _wide(feed, catalogue, territories, period, known, before.code if before else "")
    slots = [
        Slot(column.title, key, column, choices_of(key, column, feed, catalogue, territories, period))
        for key, column in feed.columns.items()
        if key != "name"
    ]
    if feed.shape is Shape.register or before is None:
        return Layout(slots, [], FREE_ROWS)
    return _long(feed, slots, territories, period, known, before.code)


def asked(feed: Feed) -> list[str]:
    """The columns of a wide feed that a sender fills in: no percentage that follows from two counts."""
    stated = {m.percentage for m in feed.measures}
    used = {key for m in feed.measures for key in m.columns()} - stated
    return [key for key in feed.columns if key in used]


def _wide(
    feed: Feed, catalogue: Catalogue, territories: list[str], period: str, known: Mapping[Cell, Sides], before: str
) -> Layout:
    remembered = reminders_of(feed, known, before)
    slots = [
        Slot(feed.columns[k].title, k, feed.columns[k]) for k in ("territory", "name", "period") if k in feed.columns
    ]
    for key in asked(feed):
        slots.append(Slot(feed.columns[key].title, key, feed.columns[key]))
        if remembered.of_column(key):
            slots.append(Slot(reminder(before, feed.columns[key].title)))
    rows: list[Filled] = []
    for code in territories:
        said: dict[str, Choice] = {
            "territory": code,
            "name": catalogue.territories[code].name,
            "period": period_cell(period),
        }
        values: dict[int, Choice | Decimal] = {i: said[slot.key] for i, slot in enumerate(slots) if slot.key in said}
        for i, slot in enumerate(slots):
            if not slot.key and (value := remembered.values.get((code, slots[i - 1].key))) is not None:
                values[i] = value
        locked = frozenset(i for i, slot in enumerate(slots) if slot.key in said or not slot.key)
        rows.append(Filled(values, locked))
    return Layout(slots, rows, 0)


def _long(
    feed: Feed, slots: list[Slot], territories: list[str], period: str, known: Mapping[Cell, Sides], before: str
) -> Layout:
    """The figures of the period before, to be given again; then empty rows."""
    stated = {
        (cell.indicator, cell.territory): sides.value
        for cell, sides in sorted(known.items(), key=lambda item: item[0])
        if cell.period == before and cell.territory in territories and sides.value is not None
    }
    if not stated:
        return Layout(slots, [], FREE_ROWS)
    at = next(i for i, slot in enumerate(slots) if slot.key == "value") + 1
    slots = [*slots[:at], Slot(reminder(before, slots[at - 1].header)), *slots[at:]]
    rows: list[Filled] = []
    for (indicator, territory), value in stated.items():
        said = {"indicator": _theirs(feed, "indicator", indicator), "territory": _theirs(feed, "territory", territory)}
        if None in said.values():
            continue  # their list has no code for it
        values: dict[int, Choice | Decimal] = {at: value}
        for i, slot in enumerate(slots):
            if (text := said.get(slot.key)) is not None:
                values[i] = text
            elif slot.key == "period":
                values[i] = period
            elif slot.column is not None and slot.column.only:
                values[i] = slot.column.only[0]
        rows.append(Filled(values, frozenset(values)))
    return Layout(slots, rows, FREE_ROWS)


def _theirs(feed: Feed, key: str, ours: str) -> str | None:
    """One of our codes as the feed's files write it; None where its mapping has none."""
    column = feed.columns.get(key)
    if column is None or not column.values:
        return ours
    return next((theirs for theirs, meaning in column.values.items() if meaning == ours), None)
