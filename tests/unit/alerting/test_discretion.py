"""What the public reads of an alert about few people."""

from typing import Any

import pytest

from services.alerting.discretion import discreet
from shared.domain.territory import Level, Territory, TerritoryTree
from shared.runtime.auth import Identity, Role

TREE = TerritoryTree(
    [
        Territory(code="REG-76", name="Occitanie", level=Level.region),
        Territory(code="DEPT-09", name="Ariège", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
    ]
)
FEW = ("ax2.ase_exit.in_framework", "2020", "DEPT-09")


def alert(territory: str = "DEPT-09") -> dict[str, Any]:
    return {
        "indicator": FEW[0], "period": "2020", "territory": territory, "inputs": {"value": 4}, "ack_reason": "4 jeunes",
        "transitions": [{"seq": 1, "inputs": {"value": 4}}], "notifications": [{"seq": 1, "subject": "4 jeunes"}],
    }  # fmt: skip


def told(item: dict[str, Any]) -> bool:
    return "4" in str(item["inputs"]) + str(item["ack_reason"]) + str(item["transitions"]) + str(item["notifications"])


def reader(role: Role, *territories: str) -> Identity:
    return Identity(id="t", label="t", role=role, territories=list(territories), feeds=[])


@pytest.mark.parametrize(
    ("by", "exact"),
    [
        (None, False), (reader(Role.public, "REG-76"), False), (reader(Role.department, "DEPT-31"), False),
        (reader(Role.department, "DEPT-09"), True), (reader(Role.commissioner, "REG-76"), True),
    ],
)  # fmt: skip
def test_figures_are_for_those_entitled_to_the_territory(by: Identity | None, *, exact: bool) -> None:
    assert told(discreet(alert(), {FEW}, by, TREE)) is exact


def test_other_alerts_are_as_they_are() -> None:
    assert discreet(alert("DEPT-31"), {FEW}, None, TREE) == alert("DEPT-31")
