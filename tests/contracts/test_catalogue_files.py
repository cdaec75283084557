"""The reference data that we deliver: read without a fault, and complete."""

import re
from collections import Counter
from pathlib import Path

import holidays
import pytest

from shared.catalogue.files import read_catalogue
from shared.catalogue.territories import HOLIDAYS
from shared.domain.catalogue import Catalogue
from shared.domain.check import CheckKind
from shared.domain.indicator import Method, MetropolePolicy
from shared.domain.target import Commitment
from shared.domain.territory import Level

FOLDER = Path(__file__).parents[2] / "deploy" / "catalogue"
# Rolled up from what Vigie counts in the projects of each department: nobody declares them, so nothing is compared.
MADE_OF_REGISTERS = ["ax0.projects.departmental", "ax0.projects.departmental_amount"]
OCCITANIE = {
    f"DEPT-{number}" for number in ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(FOLDER)


def test_every_territory_of_the_strategy_is_there(catalogue: Catalogue) -> None:
    levels = Counter(t.level for t in catalogue.territories.all())
    assert levels == {Level.country: 1, Level.region: 18, Level.department: 101, Level.metropole: 5}
    assert set(catalogue.territories.children("REG-76")) == OCCITANIE
    assert catalogue.territories["EPCI-242100410"].parent == "DEPT-21"
    assert catalogue.territories["EPCI-200046977"].parent == "DEPT-69"


def test_holiday_calendars_are_those_of_the_library(catalogue: Catalogue) -> None:
    assert HOLIDAYS - {"metropole"} <= set(holidays.list_supported_countries()["FR"])
    local = {t.code: t.holidays for t in catalogue.territories.all() if t.level is Level.department}
    assert {code: key for code, key in local.items() if key != "metropole"} == {
        "DEPT-57": "57", "DEPT-67": "6AE", "DEPT-68": "6AE", "DEPT-971": "971", "DEPT-972": "972",
        "DEPT-973": "973", "DEPT-974": "974", "DEPT-976": "976",
    }  # fmt: skip


def test_overseas_departments_live_in_their_own_zone(catalogue: Catalogue) -> None:
    zones = {t.zone for t in catalogue.territories.all()} - {"Europe/Paris"}
    assert zones == {
        "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte",
    }  # fmt: skip


def test_only_indicators_of_known_additivity_are_rolled_up(catalogue: Catalogue) -> None:
    methods = Counter(i.method for i in catalogue.indicators.values())
    assert len(catalogue.indicators) == 498
    assert methods == {Method.none: 482, Method.ratio: 10, Method.sum: 6}
    added = [i.code for i in catalogue.indicators.values() if i.metropoles is MetropolePolicy.added]
    assert added == ["ax0.bud.contracted_state_share", *MADE_OF_REGISTERS]


def test_a_denominator_indicator_is_a_count(catalogue: Catalogue) -> None:
    named = {i.denominator_indicator for i in catalogue.indicators.values()} - {None}
    assert named == {"ax2.ase_exit.reaching_majority", "ax5.brsa.new_beneficiaries"}
    assert all(catalogue.indicators[code].kind == "count" for code in named if code)


def test_collections_ask_the_signatories(catalogue: Catalogue) -> None:
    figures, amounts = catalogue.collections
    assert (figures.code, str(figures.due_on), len(figures.indicators)) == ("calpae-2020", "2021-03-31", 12)
    assert set(figures.expected()) == OCCITANIE
    assert (amounts.code, str(amounts.due_on)) == ("calpae-amounts-2021", "2022-03-31")
    assert set(amounts.expected()) == OCCITANIE | {"EPCI-243100518", "EPCI-243400017", "EPCI-200027183"}


def test_only_agreed_targets_may_raise_an_alert(catalogue: Catalogue) -> None:
    assert len(catalogue.targets) == 34
    assert not any(target.simulated for target in catalogue.targets)
    assert Counter(t.commitment for t in catalogue.targets) == {
        Commitment.agreed: 21, Commitment.estimate: 11, Commitment.proposal: 2,
    }  # fmt: skip
    assert {t.period for t in catalogue.targets if t.due and t.due.strftime("%m-%d") == "12-31"} == {
        "2020", "2021", "2022",
    }  # fmt: skip


def test_checks_cover_every_rolled_up_indicator(catalogue: Catalogue) -> None:
    compared = {c.whole for c in catalogue.checks if c.kind is CheckKind.declared_vs_computed}
    rolled_up = {i.code for i in catalogue.indicators.values() if i.method is not Method.none}
    assert compared == rolled_up - set(MADE_OF_REGISTERS)
    ratios = {c.whole for c in catalogue.checks if c.kind is CheckKind.ratio_of}
    assert ratios >= {i.code for i in catalogue.indicators.values() if i.method is Method.ratio}
    assert Counter(c.kind for c in catalogue.checks)[CheckKind.part_of] == 13


def test_everything_says_where_it_comes_from(catalogue: Catalogue) -> None:
    cited = re.compile(r"^(Bilan|Résultats|Fiche|Convention) .*, l\. \d+")
    sources = [i.source for i in catalogue.indicators.values()]
    sources += [t.source for t in catalogue.targets]
    # A fault looked for everywhere needs no document to say so.
    sources += [c.source for c in catalogue.checks if c.source or not c.applies_to]
    assert [source for source in sources if not cited.match(source)] == []


def test_recipients_are_roles(catalogue: Catalogue) -> None:
    assert [(r.role, r.territories, r.email) for r in catalogue.recipients] == [
        ("commissioner", ["REG-76"], "commissaire.occitanie@vigie.example")
    ]
