"""The grammar of operands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.observation import Basis
from shared.domain.operand import Operand, Side, Subject, parse_operand
from shared.domain.territory import Level

FIGURE = Subject.figure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ax0.bud.total", Operand(FIGURE, "ax0.bud.total")),
        ("x:numerator @2019 in REG-76", Operand(FIGURE, "x", Side.numerator, "2019", "REG-76")),
        ('x from "convention:EPCI-242100410 2021" computed',
         Operand(FIGURE, "x", source="convention:EPCI-242100410 2021", basis=Basis.computed)),
        ("x over departments optional", Operand(FIGURE, "x", over=Level.department, optional=True)),
        ("x declared @2019/2021", Operand(FIGURE, "x", period="2019/2021", basis=Basis.declared)),
        ("target of x @2021 in DEPT-31", Operand(Subject.target, "x", period="2021", territory="DEPT-31")),
        ("departments of REG-32", Operand(Subject.departments, territory="REG-32")),
    ],
)  # fmt: skip
def test_an_operand_is_read(text: str, expected: Operand) -> None:
    assert parse_operand(text) == expected


@pytest.mark.parametrize(
    "text", ["", "x in", "x @", "x from", "x over regions", "x:half", "x guessed", "target of x declared", "x y"]
)
def test_what_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_operand(text)


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        parse_operand(text)
    except ValueError:
        return
