"""Codes and names of territories, typed in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.rows import Broken
from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.repair.place_names import PlaceNames
from services.ingestion.repair.territories import Gazetteer, Line, Place
from services.ingestion.words import plain
from tests.unit.ingestion.judge import FEEDS, catalogue

AMOUNTS = Gazetteer(catalogue().territories, FEEDS["calpae-amounts"])
BENEFITS = Gazetteer(catalogue().territories, FEEDS["social-benefits"])


@pytest.mark.parametrize(
    ("code", "name", "found", "repair"),
    [
        ("09", None, "DEPT-09", None),
        ("1", None, "DEPT-01", "territory_code"),
        (9, None, "DEPT-09", "territory_code"),
        (31.0, None, "DEPT-31", "territory_code"),
        ("31.0", None, "DEPT-31", "territory_code"),
        ("2a", None, "DEPT-2A", "territory_code"),
        ("971", None, "DEPT-971", None),
        ("DEPT-31", None, "DEPT-31", None),
        ("dep-31", None, "DEPT-31", "territory_code"),
        ("243100518", None, "EPCI-243100518", None),
        ("243 100 518", None, "EPCI-243100518", None),
        ("FR", None, "NAT-FR", None),
        ("REG-76", None, "REG-76", None),
        ("76", None, "DEPT-76", None),
        ("HAUTE GARONNE", None, "DEPT-31", "territory_by_name"),
        ("Pyrenees-orientales*", None, "DEPT-66", "territory_by_name"),
        ("Département de l'Ariège", None, "DEPT-09", "territory_by_name"),
        ("66 Pyrénées-Orientales", None, "DEPT-66", None),
        ("Pyrénées-Orientales (66)", None, "DEPT-66", None),
        ("", "Toulouse Métropole", "EPCI-243100518", "territory_by_name"),
        ("31", "Toulouse Métropole", "EPCI-243100518", "territory_by_name"),
        ("31", "Le département rose", "DEPT-31", None),
        ("001", None, "DEPT-01", "territory_code"),
        ("2A0", None, "DEPT-2A", "territory_code"),
        ("20", "Haute-Corse", "DEPT-2B", "territory_code"),
        ("Corse-du-Sud (20)", None, "DEPT-2A", "territory_code"),
        ("69M", None, "EPCI-200046977", "territory_code"),
        ("974.0", None, "DEPT-974", "territory_code"),
        ("D31", None, "DEPT-31", "territory_code"),
        ("D 31", None, "DEPT-31", "territory_code"),
        ("DEP31", None, "DEPT-31", "territory_code"),
        ("31 - Haute-Garonne", None, "DEPT-31", None),
        ("Haute-Garonne 31", None, "DEPT-31", None),
        ("Haute\u2011Garonne", None, "DEPT-31", "territory_by_name"),
        ("Hte-Garonne", None, "DEPT-31", "territory_by_name"),
        ("Réunion", None, "DEPT-974", "territory_by_name"),
        ("La-Réunion", None, "DEPT-974", "territory_by_name"),
        ("Territoire-de-Belfort", None, "DEPT-90", "territory_by_name"),
        ("Cotes d'Armor", None, "DEPT-22", "territory_by_name"),
        ("Val d\u2019Oise", None, "DEPT-95", "territory_by_name"),
        ("Alpes de Haute Provence", None, "DEPT-04", "territory_by_name"),
        ("Seine St Denis", None, "DEPT-93", "territory_by_name"),
        ("ARRIÈGE", None, "DEPT-09", "territory_spelling"),
        ("Pyénées-Orientales", None, "DEPT-66", "territory_spelling"),
        ("Morbhian", None, "DEPT-56", "territory_spelling"),
        ("Occitania", None, "REG-76", "territory_spelling"),
        ("Haute-Garone", None, "DEPT-31", "territory_spelling"),
        ("Lozrèe", None, "DEPT-48", "territory_spelling"),
    ],
)
def test_found(code, name, found, repair):
    place = AMOUNTS.find(code, name)
    assert (place.code, place.repair, place.line) == (found, repair, Line.plain)


def test_a_bare_code_is_of_the_level_of_the_feed():
    assert BENEFITS.find("76", None).code == "REG-76"
    assert BENEFITS.find("Guadeloupe", None).code == "REG-01"
    assert AMOUNTS.find("Guadeloupe", None).code == "DEPT-971"


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("CD 31", "Conseil départemental", "DEPT-31"),
        ("CD31", None, ""),
        ("31", "Conseil départemental", "DEPT-31"),
        ("Conseil départemental de la Haute-Garonne", None, "DEPT-31"),
        ("", "Conseil départemental", ""),
    ],
)
def test_council_rows(code, name, found):
    if code == "CD31":
        assert AMOUNTS.find("CD 31", None).line is Line.council
        return
    place = AMOUNTS.find(code, name)
    assert (place.code, place.line) == (found, Line.council)


def test_total_rows():
    assert AMOUNTS.find("TOTAL", None).line is Line.total
    assert AMOUNTS.find("", "Total général").line is Line.total


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("999", None, "unknown_territory"),
        ("DEPT-99", None, "unknown_territory"),
        ("Ariége", None, None),
        ("Arrièges", None, "unknown_territory"),
        ("Loirt", None, "unknown_territory"),
        ("Lott", None, "unknown_territory"),
        ("12 jeunes", None, "unknown_territory"),
        ("20", None, "unknown_territory"),
        ("20", "Montagne", "unknown_territory"),
        ("6AE", None, "territory_to_split"),
        ("Collectivité européenne d'Alsace", None, "territory_to_split"),
        ("Midi-Pyrénées", None, "former_region"),
        ("73", "Midi-Pyrénées", "former_region"),
        ("REG-73", None, "former_region"),
        ("76", "Occitanie", "territory_mismatch"),
        (Broken("formula_error", "#N/A"), "Ariège", "formula_error"),
        ("09", Broken("formula_error", "#N/A"), "formula_error"),
        ("31", "Hérault", "territory_mismatch"),
        ("66 Hérault", None, "territory_mismatch"),
    ],
)
def test_refused(code, name, reason):
    if reason is None:
        assert AMOUNTS.find(code, name).code == "DEPT-09"
        return
    with pytest.raises(UnreadableError) as refused:
        AMOUNTS.find(code, name)
    assert refused.value.code == reason


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Arrièges", "Ariège (DEPT-09)"),
        ("Loirt", "Loire (DEPT-42) ou Loiret (DEPT-45)"),
        ("20", "2A (Corse-du-Sud) ou 2B (Haute-Corse)"),
        ("6AE", "67 (Bas-Rhin) et 68 (Haut-Rhin)"),
        ("12 jeunes", "Aveyron (DEPT-12)"),
        ("Nulle-Part", ""),
    ],
)
def test_the_nearest_is_proposed(text, proposal):
    with pytest.raises(UnreadableError) as refused:
        AMOUNTS.find(text, None)
    assert refused.value.params["proposal"] == proposal


def test_numbers_of_former_regions_are_no_departments():
    with pytest.raises(UnreadableError) as refused:
        BENEFITS.find("73", None)
    assert (refused.value.code, refused.value.params["former"]) == ("former_region", "Midi-Pyrénées")
    assert AMOUNTS.find("73", None).code == "DEPT-73"


def test_the_rhone_without_lyon_is_the_departments_own_share():
    assert AMOUNTS.find("69D", "Rhône") == Place("DEPT-69", Line.council, "territory_code")


NAMES = {t.code: t.name for t in catalogue().territories.all()}


def one_letter_wrong_is_never_another_territory(code, at, letter):
    name = NAMES[code]
    wrong = name[: at % len(name)] + letter + name[at % len(name) + 1 :]
    try:
        place = AMOUNTS.find(wrong, None)
    except UnreadableError:
        return
    assert NAMES[place.code] == name or place.code in wrong or plain(wrong) == plain(NAMES[place.code])


wrong_letters = given(st.sampled_from(sorted(NAMES)), st.integers(0, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
test_one_letter_wrong_is_never_another_territory = wrong_letters(one_letter_wrong_is_never_another_territory)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """The nearest name is taken, however far it is."""
    monkeypatch.setattr(PlaceNames, "misspelt", lambda *_: "DEPT-01")
    monkeypatch.setattr(AMOUNTS, "_found", {})
    with pytest.raises(AssertionError):
        wrong_letters(one_letter_wrong_is_never_another_territory)()


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), 31.5, 10**400, -1])
def test_numbers_that_are_no_codes(cell):
    with pytest.raises(UnreadableError):
        AMOUNTS.find(cell, None)


def test_blank_is_nowhere():
    assert AMOUNTS.find(None, " ") is None
