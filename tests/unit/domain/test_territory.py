"""Codes are typed: region 76 is not department 76."""

import pytest

from shared.domain.territory import Level, Territory, TerritoryTree, is_code, level_of


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("NAT-FR", Level.country),
        ("REG-76", Level.region),
        ("DEPT-76", Level.department),
        ("DEPT-2A", Level.department),
        ("DEPT-971", Level.department),
        ("DEPT-69D", Level.department),
        ("DEPT-69M", Level.department),
        ("DEPT-6AE", Level.department),
        ("EPCI-243100518", Level.metropole),
    ],
)
def test_the_level_is_read_off_the_code(code: str, level: Level) -> None:
    assert level_of(code) is level


@pytest.mark.parametrize("text", ["76", "REG-7", "DEPT-1", "dept-31", "DEPT-975", "EPCI-1", "Ariège", ""])
def test_a_bare_number_or_a_name_is_never_a_code(text: str) -> None:
    assert not is_code(text)
    with pytest.raises(ValueError, match="DEPT-31"):
        level_of(text)


def test_the_tree_knows_who_is_above_whom() -> None:
    tree = TerritoryTree(
        [
            Territory(code="NAT-FR", name="France", level=Level.country),
            Territory(code="REG-76", name="Occitanie", level=Level.region, parent="NAT-FR"),
            Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
        ]
    )
    assert tree.ancestors("DEPT-31") == ["REG-76", "NAT-FR"]
    assert tree.covers("REG-76", "DEPT-31")
    assert tree.covers("DEPT-31", "DEPT-31")
    assert not tree.covers("DEPT-31", "REG-76")
    assert not tree.covers("REG-76", "DEPT-99")
    assert tree.children("REG-76") == ["DEPT-31"]
    assert tree["DEPT-31"].plain_code == "31"
