"""Codes and names of territories, typed in the end."""

import pytest

from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.repair.territories import Gazetteer, Line
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
        ("Arriège", None, "unknown_territory"),
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


def test_the_nearest_name_is_proposed():
    with pytest.raises(UnreadableError) as refused:
        AMOUNTS.find("Arriège", None)
    assert refused.value.params["proposal"] == "Ariège (DEPT-09)"


def test_blank_is_nowhere():
    assert AMOUNTS.find(None, " ") is None
