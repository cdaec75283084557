"""Everything that the five reference documents hold loads: by file, what came in, what is kept, what is refused.

`data/` holds the reference data as given to us; observations_reference.csv lies with the samples of ingestion.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from services.ingestion.validate.validation import Outcome
from shared.computation.totals import group_of, totals
from shared.contracts.observation import ObservationReported
from shared.domain.observation import Status
from tests.support.entries import of_file
from tests.unit.ingestion.judge import ROOT, catalogue, judge

DATA = Path(__file__).parent / "data"
OBSERVATIONS = ROOT / "tests/unit/ingestion/samples/observations_reference.csv"
# One document, three numbers of working groups for 2021: all kept.
GROUPS = [9, 15, 17]
# Rows whose status is `missing`: the document says that there is no figure. Listed, and nothing is stored.
WITHOUT_FIGURE = [24, 95, 96, 98, 99, 127, *range(285, 296, 2), *range(476, 489, 2)]
REGISTERS = {"project-calls": "project_calls.csv", "projects": "projects.csv", "convention-actions": "actions.csv"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def observations() -> Outcome:
    return judge("observations", OBSERVATIONS.read_bytes(), "NAT-FR")


@pytest.fixture(scope="module")
def registers() -> dict[str, Outcome]:
    return {feed: judge(feed, (DATA / name).read_bytes(), "NAT-FR") for feed, name in REGISTERS.items()}


def test_every_observation_is_a_cell_or_a_named_absence(observations: Outcome) -> None:
    assert (observations.inside, observations.outside, observations.errors) == (605, 0, [])
    assert [n.row for n in observations.repairs if n.code == "missing_blank"] == WITHOUT_FIGURE
    assert len(observations.figures) == len({f.cell for f in observations.figures}) == 605 - len(WITHOUT_FIGURE) == 586
    assert {f.row for f in observations.figures}.isdisjoint(WITHOUT_FIGURE)


def test_three_sources_of_one_figure_are_three_cells(observations: Outcome) -> None:
    same = [f for f in observations.figures if (f.indicator, f.period) == ("ax0.gov.working_groups", "2021")]
    assert sorted(f.value for f in same if f.value is not None) == GROUPS
    assert len({f.source for f in same}) == len({f.cell for f in same}) == len(GROUPS)


@pytest.mark.parametrize(("feed", "expected"), [("project-calls", 32), ("projects", 154), ("convention-actions", 17)])
def test_every_row_of_a_register_is_an_entry(registers: dict[str, Outcome], feed: str, expected: int) -> None:
    outcome = registers[feed]
    rows = rows_of(REGISTERS[feed])
    assert (len(rows), len(outcome.entries), outcome.errors) == (expected, expected, [])
    assert [e.row for e in outcome.entries] == list(range(2, expected + 2))


def test_every_project_belongs_to_a_call_that_is_there(registers: dict[str, Outcome]) -> None:
    calls = {e.entry.id for e in registers["project-calls"].entries}
    assert {e.entry.group for e in registers["projects"].entries} <= calls


def test_towns_and_academies_count_with_their_department(registers: dict[str, Outcome]) -> None:
    local = [n for n in registers["projects"].repairs if n.code == "scale_local"]
    assert len(local) == sum(row["level"] == "local" for row in rows_of("projects.csv")) == 19


def test_every_territory_and_indicator_of_the_data_is_in_the_catalogue() -> None:
    prefix = {"country": "NAT", "region": "REG", "department": "DEPT", "metropole": "EPCI"}
    for row in rows_of("territories.csv"):
        code = f"{prefix[row['kind']]}-{row['plain_code']}"
        found = catalogue().territories[code]
        assert (found.name, found.level.value) == (row["name"], row["kind"])
        assert found.parent is None or found.parent.split("-")[1] == row["parent_code"].removeprefix("REG-")
    for row in rows_of("indicators.csv"):
        found = catalogue().indicators[row["code"]]
        # The reference counts how many there are at a date; the catalogue says that such counts are no flow.
        kind = "count" if found.kind == "stock" else found.kind
        assert (found.label, kind, found.unit) == (row["label_fr"], row["kind"], row["unit"]), row["code"]


@dataclass(frozen=True)
class Aim:
    """A target as the data give it and as the catalogue holds it."""

    indicator: str
    territory: str
    value: Decimal
    comparator: str


def test_every_target_of_the_data_is_in_the_catalogue() -> None:
    typed = {"FR": "NAT-FR"}
    given = Counter(
        Aim(
            row["indicator"],
            typed.get(row["territory"])
            or (row["territory"] if "-" in row["territory"] else f"DEPT-{row['territory']}"),
            Decimal(row["target"]),
            row["comparator"],
        )
        for row in rows_of("targets.csv")
    )
    held = Counter(Aim(t.indicator, t.territory, t.value, t.comparator) for t in catalogue().targets)
    assert sum(given.values()) == 34
    assert given - held == Counter()


@pytest.fixture(scope="module")
def figures(registers: dict[str, Outcome], observations: Outcome) -> "Figures":
    versions = [v for seq, feed in enumerate(REGISTERS, 1) for v in of_file(registers[feed], seq, feed)]
    groups = {group for v in versions if (group := group_of(v.entry)) is not None}
    made = [o for group in groups for o in totals(group, versions)]
    stated = {(f.indicator, f.territory, f.period): f.value for f in observations.figures}
    return Figures({o.cell: o for o in sorted(made, key=lambda o: o.submission_seq)}, stated)


class Figures:
    """What the checks will read: totals by indicator and source, and the figures of the documents."""

    def __init__(self, cells: dict[object, ObservationReported], stated: dict[tuple[str, str, str], Decimal | None]):
        self._totals = [o for o in cells.values() if o.status is not Status.withdrawn]
        self._stated = stated

    def call(self, name: str, indicator: str, territory: str | None = None) -> Decimal:
        return self._one(f"project-call:{name}", indicator, territory)

    def convention(self, indicator: str) -> Decimal:
        return self._one("convention:EPCI-242100410 2021", f"convention.{indicator}", None)

    def stated(self, indicator: str, territory: str = "REG-76", period: str = "2021") -> Decimal:
        value = self._stated[indicator, territory, period]
        assert value is not None
        return value

    def _one(self, source: str, indicator: str, territory: str | None) -> Decimal:
        found = [
            o.value
            for o in self._totals
            if (o.source, o.indicator) == (source, f"ax0.{indicator}") and territory in {None, o.territory}
        ]
        (value,) = found
        assert value is not None
        return value


GT, HDF, OCC = "occ-gt-2021", "hdf-relance-asso-2021", "occ-relance-asso-2021"


def computed(f: Figures) -> dict[str, tuple[Decimal, Decimal]]:
    """(expected, computed) of every required control about calls, projects and actions, from stored figures alone."""
    listed, amount = f.call(GT, "calls.listed"), f.call(GT, "calls.amount_listed")
    awarded, selected = f.call(GT, "calls.awarded"), f.call(GT, "calls.selected")
    fields = [f.call(HDF, f"calls.listed_{name}") for name in ("food", "rights", "insertion")]
    relance = "ax0.relance_asso"
    return {
        "s2.count": (selected, listed),
        "s2.count_regional": (f.call(GT, "calls.selected_regional"), f.call(GT, "calls.listed_regional")),
        "s2.count_departmental": (f.call(GT, "calls.selected_departmental"), f.call(GT, "calls.listed_departmental")),
        "s2.12_plus_40": (selected, f.call(GT, "calls.selected_regional") + f.call(GT, "calls.selected_departmental")),
        "s2.sum_amounts": (awarded, amount),
        "s2.share_dossiers": (f.stated("ax0.aap_gt.share_departmental"), f.call(GT, "calls.departmental_share")),
        "s2.share_amounts": (f.stated("ax0.aap_gt.share_departmental"), f.call(GT, "calls.departmental_amount_share")),
        "s2.selected_le_submitted": (f.call(GT, "calls.submitted"), selected),
        "s2.budget_rounded": (f.call(GT, "calls.budget") / 10**6, awarded / 10**6),
        "s2.vs_budget_table": (f.stated("ax0.bud.commissioner_aap_gt"), awarded),
        "s2.vs_004_counts": (listed, f.stated("ax0.aap_gt.selected")),
        "s2.first_call_budget": (f.stated("ax0.aap_assos.budget") / 10**6, f.call(OCC, "calls.budget") / 10**6),
        "s1.count_food": (f.stated(f"{relance}.selected_food", "REG-32", "2021-04-16"), fields[0]),
        "s1.count_rights": (f.stated(f"{relance}.selected_rights", "REG-32", "2021-04-16"), fields[1]),
        "s1.count_insertion": (f.stated(f"{relance}.selected_insertion", "REG-32", "2021-04-16"), fields[2]),
        "s1.19_13_5": (f.call(HDF, "calls.selected"), sum(fields, Decimal(0))),
        "s1.count": (f.call(HDF, "calls.selected"), f.call(HDF, "calls.listed")),
        "s1.levels": (
            f.call(HDF, "calls.selected"),
            f.call(HDF, "calls.listed_regional") + f.call(HDF, "calls.listed_departmental"),
        ),
        "s1.selected_le_submitted": (f.call(HDF, "calls.submitted"), f.call(HDF, "calls.selected")),
        "s1.region_le_france": (
            f.call("national-relance-asso-total", "calls.submitted"),
            f.call(HDF, "calls.submitted") + f.call("national-relance-asso-2021", "calls.submitted"),
        ),
        "s1.amount_le_target": (f.call(HDF, "calls.budget"), f.call(HDF, "calls.awarded")),
        "s1.national_third": (
            f.stated(f"{relance}.share_national", "NAT-FR", "2020"),
            100
            * f.call("national-relance-asso-2021", "calls.awarded")
            / f.call("national-relance-asso-total", "calls.budget"),
        ),
        "s3.sum": (f.convention("declared_total"), f.convention("actions_cost")),
        "s3.unpriced": (Decimal(0), f.convention("actions_unpriced")),
        "s4.spie_departments": (
            f.stated("ax5.spie.departments"),
            f.call("occ-spie-2021-1", "calls.listed_departmental")
            + f.call("occ-spie-2021-2", "calls.listed_departmental"),
        ),
        "s4.relance_projects": (
            f.call(OCC, "calls.selected"),
            f.call(OCC, "calls.selected_departmental") + f.call(OCC, "calls.selected_regional"),
        ),
        "s4.relance_food_share": (
            f.stated(f"{relance}.share_food"),
            100 * f.stated(f"{relance}.amount_food") / f.call(OCC, "calls.budget"),
        ),
        "s4.segur_selected": (
            f.call("occ-segur27-2021", "calls.submitted"),
            f.call("occ-segur27-2021", "calls.selected"),
        ),
        "s4.lot_vouchers": (
            f.stated("ax5.mobilite.mobility_vouchers", "DEPT-46"),
            f.call(f"{GT}/G41", "projects.amount", "DEPT-46"),
        ),
        "s4.tiers_lieux": (
            f.call("occ-tiers-lieux-2021", "calls.selected"),
            sum(
                (f.call("occ-tiers-lieux-2021", "projects.departmental", d) for d in ("DEPT-30", "DEPT-31", "DEPT-34")),
                Decimal(0),
            ),
        ),
        "s4.tiers_lieux_named": (
            f.stated("ax6.tiers_lieux.structures"),
            f.call("occ-tiers-lieux-2021", "calls.listed"),
        ),
        "s4.grands_marginaux": (
            f.call("occ-grande-marginalite-2021", "calls.selected"),
            f.call("occ-grande-marginalite-2021", "calls.listed"),
        ),
        "s4.logement_dabord_named": (
            f.call("logement-dabord-1", "calls.selected"),
            f.call("logement-dabord-1", "calls.listed"),
        ),
        "s4.rural_culture": (f.call("drac-rural-2021", "calls.selected"), f.call("drac-rural-2021", "calls.listed")),
        "s4.petite_enfance": (
            Decimal(28),  # printed as such, in no other place
            f.call("occ-petite-enfance-2020", "calls.selected") + f.call("occ-petite-enfance-2021", "calls.selected"),
        ),
    }


def test_the_controls_on_calls_projects_and_conventions_follow_from_what_is_stored(figures: Figures) -> None:
    """To the two decimals with which the reference data print both sides."""
    printed = {row["id"]: row for row in rows_of("controls.csv")}
    cents = Decimal("0.01")
    wrong = {}
    for code, (expected, value) in computed(figures).items():
        row = printed[code]
        made = (expected.quantize(cents), value.quantize(cents))
        given = (Decimal(row["expected"]).quantize(cents), Decimal(row["computed"]).quantize(cents))
        if made != given:
            wrong[code] = (made, given)
    assert wrong == {}


def test_no_required_control_of_those_documents_is_left_out(figures: Figures) -> None:
    """Those not among ours are about figures of the documents alone, and are named."""
    required = {
        row["id"]
        for row in rows_of("controls.csv")
        if row["required"] == "yes" and row["id"][:3] in {"s1.", "s2.", "s3."}
    }
    about_figures_alone = {code for code in required if code.startswith("s2.contract_share")} | {
        "s1.first_wave_le_target", "s1.fraternibus", "s1.thirds",
    }  # fmt: skip
    assert required - set(computed(figures)) == about_figures_alone
