"""Operands of a comparison: which figure, of where and when, stated by whom. This is the grammar of checks.yaml.

    INDICATOR[:SIDE] [@PERIOD] [in TERRITORY] [over departments|metropoles] [from SOURCE] [BASIS] [optional]
    target of INDICATOR [@PERIOD] [in TERRITORY]
    departments of TERRITORY

Without `@` and `in` it is the figure of where the check is evaluated. Without `from` and a basis it is the figure that
Vigie shows. SOURCE may hold `*`, `?` and `[…]`, and stands in double quotes where it holds a blank.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.observation import Basis
from shared.domain.territory import Level


class Side(StrEnum):
    """What is read of a figure: one of its numbers, how many reported or ought to, how many lines state it below."""

    value = "value"
    numerator = "numerator"
    denominator = "denominator"
    reported = "reported"
    expected = "expected"
    lines = "lines"


class Subject(StrEnum):
    """What an operand is a number of."""

    figure = "figure"
    target = "target"
    departments = "departments"


@dataclass(frozen=True)
class Operand:
    """One operand. `over`: the own figures of every territory of that level below, a list instead of a number.

    `optional`: where it is missing it is left out of sum, min, max and count, as a blank cell of a printed table is.
    """

    subject: Subject
    indicator: str = ""
    side: Side = Side.value
    period: str | None = None
    territory: str | None = None
    over: Level | None = None
    source: str | None = None
    basis: Basis | None = None
    optional: bool = False

    @property
    def anchored(self) -> bool:
        """Say whether it names its period or territory itself."""
        return self.period is not None or self.territory is not None


_TOKEN = re.compile(r'"[^"]*"|\S+')
_LEVELS = {"departments": Level.department, "metropoles": Level.metropole}
_BASES = {basis.value: basis for basis in Basis}


def parse_operand(text: str) -> Operand:
    """Read an operand; raises ValueError that says what cannot be read."""
    tokens = [token.strip('"') for token in _TOKEN.findall(text)]
    match tokens:
        case ["departments", "of", territory]:
            return Operand(Subject.departments, territory=territory)
        case ["target", "of", indicator, *rest]:
            operand = _qualified(Operand(Subject.target, indicator), rest, text)
            if operand != Operand(Subject.target, indicator, period=operand.period, territory=operand.territory):
                msg = f"{text!r}: a target is told by its indicator, @PERIOD and `in TERRITORY` only"
                raise ValueError(msg)
            return operand
        case [first, *rest]:
            indicator, _, side = first.partition(":")
            return _qualified(Operand(Subject.figure, indicator, _side(side or "value", text)), rest, text)
        case _:
            msg = "an operand is missing; write an indicator, such as ax0.bud.total @2021 in REG-76"
            raise ValueError(msg)


def _side(name: str, text: str) -> Side:
    try:
        return Side(name)
    except ValueError:
        msg = f"{text!r}: {name!r} is no side of a figure; expected {', '.join(Side)}"
        raise ValueError(msg) from None


def _qualified(operand: Operand, tokens: list[str], text: str) -> Operand:
    """The operand with what follows its indicator."""
    match tokens:
        case []:
            return operand
        case ["in", territory, *rest]:
            operand = replace(operand, territory=territory)
        case ["from", source, *rest]:
            operand = replace(operand, source=source)
        case ["over", level, *rest] if level in _LEVELS:
            operand = replace(operand, over=_LEVELS[level])
        case ["optional", *rest]:
            operand = replace(operand, optional=True)
        case [word, *rest] if word.startswith("@") and len(word) > 1:
            operand = replace(operand, period=word[1:])
        case [word, *rest] if word in _BASES:
            operand = replace(operand, basis=_BASES[word])
        case _:
            msg = f"{text!r} cannot be read from {tokens[0]!r} on"
            raise ValueError(msg)
    return _qualified(operand, rest, text)
