"""Clean tables, and what they mean: the figures that must come back, worked out without the code that reads files."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.corpus.writers.grid import Value

ROOT = Path(__file__).parents[3]
REGION = "REG-76"
YEARS = ("2018", "2019", "2020", "2021")
FEEDS = ("ase-exits", "rsa-delays", "calpae-amounts", "observations")
COUNT_INDICATORS = ("ax0.ctx.population", "ax0.ctx.qpv_count", "ax5.brsa.new_beneficiaries")
RATIO_INDICATORS = ("ax2.ase_exit.in_framework", "ax5.brsa.cer_signed")


@dataclass(frozen=True)
class Measure:
    """One indicator of a wide feed: a column, or two with the column of their percentage."""

    indicator: str
    value: str = ""
    above: str = ""
    below: str = ""
    share: str = ""


MEASURES = {
    "ase-exits": [
        Measure("ax2.ase_exit.reaching_majority", value="reaching_majority"),
        Measure("ax2.ase_exit.in_framework", above="in_framework", below="reaching_majority"),
        Measure("ax2.ase_exit.stable_housing", above="stable_housing", below="reaching_majority"),
    ],
    "rsa-delays": [
        Measure("ax5.brsa.new_beneficiaries", value="new_beneficiaries"),
        Measure("ax5.brsa.cer_signed", above="cer_signed", below="new_beneficiaries", share="cer_signed_share"),
    ],
    "calpae-amounts": [Measure("ax0.bud.contracted_state_share", value="amount")],
}
NUMBERS = {
    "ase-exits": ("reaching_majority", "in_framework", "stable_housing"),
    "rsa-delays": ("new_beneficiaries", "cer_signed", "cer_signed_share"),
    "calpae-amounts": ("amount",),
    "observations": ("value", "numerator", "denominator"),
}


@dataclass(frozen=True)
class Territory:
    """A territory of the region, with all names of the catalogue to tell how far a misspelt one is from others."""

    code: str
    name: str

    @property
    def number(self) -> str:
        """The code without its type."""
        return self.code.partition("-")[2]


with (ROOT / "deploy/catalogue/territories.csv").open(encoding="utf-8") as _file:
    _ROWS = list(csv.DictReader(_file))
ALL_NAMES = [row["name"] for row in _ROWS]
DEPARTMENTS = [Territory(r["code"], r["name"]) for r in _ROWS if r["parent"] == REGION]
_INSIDE = {t.code for t in DEPARTMENTS}
METROPOLES = [Territory(r["code"], r["name"]) for r in _ROWS if r["level"] == "metropole" and r["parent"] in _INSIDE]


@cache
def titles(feed: str, key: str) -> list[str]:
    """Every title that a column is known by. `Nom` alone is left out: without names under it, it is about persons."""
    path = ROOT / "services/ingestion/feeds" / f"{feed}.yaml"
    declared: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [title for title in declared["columns"][key]["headers"] if title != "Nom"]


@dataclass(frozen=True)
class CleanRow:
    """One row: numbers by column of the feed. `indicator` in the long form only."""

    territory: Territory
    period: str
    numbers: Mapping[str, Decimal | None]
    indicator: str = ""


@dataclass(frozen=True)
class Clean:
    """A table without any dirt."""

    feed: str
    rows: Sequence[CleanRow]


@dataclass(frozen=True)
class Said:
    """What dirt made of a cell: what stands there, the number that it means now, and whether it must be refused.

    `noted`: the receipt must speak of the cell. `bare`: a percentage without its sign, at most 1 as it stands.
    `merged`: it stands in the cell above, merged over this one.
    """

    shown: Value
    number: Decimal | None = None
    refused: bool = False
    status: str = "final"
    noted: bool = False
    about: str = "="
    bare: bool = False
    merged: bool = False


@dataclass(frozen=True)
class Meaning:
    """A figure as it must come back."""

    indicator: str
    territory: str
    period: str
    value: Decimal | None
    above: Decimal | None
    below: Decimal | None
    status: str
    about: str
    basis: str = "reported"


@dataclass
class Truth:
    """What a dirty file must give. Cells are (sheet row, column from 0)."""

    figures: set[Meaning] = field(default_factory=set)
    refused: set[tuple[int, int]] = field(default_factory=set)
    # Cells of a row that is refused for its territory or period: nobody reads them, nobody need speak of them.
    excused: set[tuple[int, int]] = field(default_factory=set)
    noted: set[tuple[int, int]] = field(default_factory=set)
    # Cells of a total that is not the sum of its rows; None where rows stand twice and nobody can tell.
    differing: set[tuple[int, int]] | None = field(default_factory=set)


def percent(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    """The percentage of two counts, to four places."""
    return (100 * above / below).quantize(Decimal("0.0001")) if above is not None and below else None


def weakest(statuses: Sequence[str]) -> str:
    """The least sure of several."""
    return next((s for s in ("estimated", "provisional") if s in statuses), "final")


def means(row: CleanRow, feed: str, cells: Mapping[str, Said], status: str) -> tuple[list[Meaning], list[str]]:
    """The figures of a dirty row, and the columns that must be refused on top of those that are."""
    if feed == "observations":
        return _means_long(row, cells, status), []
    found, asked = [], []
    for m in MEASURES[feed]:
        if m.above and m.above not in cells and m.share not in cells:
            continue  # a column that is not there says nothing
        used = [cells[key] for key in (m.value, m.above, m.below, m.share) if key and key in cells]
        if any(cell.refused for cell in used):
            continue
        value, above, below = (cells[k].number if k in cells else None for k in (m.value, m.above, m.below))
        share = cells.get(m.share)
        if share is not None and share.bare and (above is None or not below):
            asked.append(m.share)
            continue
        if m.above:
            value = percent(above, below) if share is None or share.number is None else share.number
        if (value, above, below) == (None, None, None):
            continue
        sure = weakest([status, *(cell.status for cell in used)])
        about = "~" if any(cell.about == "~" for cell in used) else "="
        found.append(Meaning(m.indicator, row.territory.code, row.period, value, above, below, sure, about))
    return found, asked


def _means_long(row: CleanRow, cells: Mapping[str, Said], status: str) -> list[Meaning]:
    if any(cell.refused for cell in cells.values()):
        return []
    value, above, below = (cells[key].number if key in cells else None for key in NUMBERS["observations"])
    if value is None and row.indicator in RATIO_INDICATORS:
        value = percent(above, below)
    if (value, above, below) == (None, None, None):
        return []
    sure = weakest([status, *(cell.status for cell in cells.values())])
    about = "~" if any(cell.about == "~" for cell in cells.values()) else "="
    return [Meaning(row.indicator, row.territory.code, row.period, value, above, below, sure, about)]


@st.composite
def clean_tables(draw: st.DrawFn, feed: str, years: int) -> Clean:
    """A table of a feed, with rows of at most so many years."""
    places = DEPARTMENTS + (METROPOLES if feed == "calpae-amounts" else [])
    chosen = draw(st.lists(st.sampled_from(places), min_size=2, max_size=6, unique_by=lambda t: t.code))
    periods = draw(st.lists(st.sampled_from(YEARS), min_size=1, max_size=years, unique=True))
    rows = []
    for territory in chosen:
        for period in periods:
            rows += draw(_rows(feed, territory, period))
    return Clean(feed, rows)


@st.composite
def _rows(draw: st.DrawFn, feed: str, territory: Territory, period: str) -> list[CleanRow]:
    count = st.integers(0, 3_000_000).map(Decimal)
    if feed == "calpae-amounts":
        cents = draw(st.one_of(st.integers(-10_000, 10**9), st.integers(1, 9_000).map(lambda n: n * 100_000)))
        return [CleanRow(territory, period, {"amount": Decimal(cents) / 100})]
    if feed == "ase-exits":
        below = draw(count)
        parts = {key: draw(st.one_of(st.none(), count)) for key in NUMBERS[feed][1:]}
        return [CleanRow(territory, period, {"reaching_majority": below, **parts})]
    if feed == "rsa-delays":
        below = draw(st.integers(1, 90_000).map(Decimal))
        above = Decimal(draw(st.integers(0, int(below))))
        share = (100 * above / below).quantize(Decimal("0.1")) if draw(st.booleans()) else None
        numbers = {"new_beneficiaries": below, "cer_signed": above, "cer_signed_share": share}
        return [CleanRow(territory, period, numbers)]
    rows = []
    for code in draw(
        st.lists(st.sampled_from(COUNT_INDICATORS + RATIO_INDICATORS), min_size=1, max_size=2, unique=True)
    ):
        if code in RATIO_INDICATORS:
            sides = {"value": None, "numerator": draw(count), "denominator": draw(count)}
        else:
            sides = {"value": draw(count), "numerator": None, "denominator": None}
        rows.append(CleanRow(territory, period, sides, code))
    return rows
