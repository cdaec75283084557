"""What a page says of each kind of check, in French and short."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.dashboard import wording
from services.dashboard.items import CheckItem
from services.dashboard.rendering import environment
from shared.domain.check import CheckKind

MACROS = environment().get_template("controles.html")


def outcome(kind: CheckKind, expected: str, computed: str, **detail: Any) -> CheckItem:
    return CheckItem(
        code="c", label="c", kind=kind.value, territory="REG-76", level="region", period="2021", state="fails",
        indicators=["x"], expected=Decimal(expected), computed=Decimal(computed),
        difference=Decimal(computed) - Decimal(expected), detail=detail, simulated=False,
        evaluated_at=datetime(2021, 12, 2, tzinfo=UTC),
    )  # fmt: skip


def said(macro: str, item: CheckItem) -> str:
    module = MACROS.make_module({"names": {"DEPT-66": "Pyrénées-Orientales"}})
    return re.sub(r"\s+", " ", str(getattr(module, macro)(item))).strip()


STATED = [
    {"source": "bilan l.439", "basis": "declared", "territory": "REG-76", "value": "17"},
    {"source": "bilan l.497", "basis": "declared", "territory": "DEPT-66", "value": "9"},
]


@pytest.mark.parametrize(
    ("item", "expected", "computed", "told"),
    [
        (outcome(CheckKind.compares, "85", "94", relation="<="), "au plus 85", "94", ""),
        (outcome(CheckKind.compares, "12", "11", relation="="), "12", "11", ""),
        (outcome(CheckKind.conflicting_sources, "9", "17", stated=STATED), "un seul chiffre", "de 9 à 17",
         "17 (bilan l.439, déclaré) ; 9, Pyrénées-Orientales (bilan l.497, déclaré)"),
        (outcome(CheckKind.repeated_line, "1", "2"), "une ligne", "2 lignes", ""),
        (outcome(CheckKind.unchanged_copy, "0", "3", same=["a"], compared=5), "aucun identique", "3 sur 5", ""),
        (outcome(CheckKind.jump, "12", "120", times="10", against="previous"), "12", "120",
         "10 fois la période précédente"),
        (outcome(CheckKind.ratio_of, "58", "27.05", implied_denominator="30260", denominator="64873"), "58", "27,1",
         "dénominateur implicite : 30 260, contre 64 873"),
    ],
)  # fmt: skip
def test_both_sides_and_what_helps_to_find_the_fault(item: CheckItem, expected: str, computed: str, told: str) -> None:
    assert [said(macro, item) for macro in ("expected", "computed", "told")] == [expected, computed, told]


def test_every_kind_has_its_words() -> None:
    assert set(wording.CHECK_KINDS) == {kind.value for kind in CheckKind}
