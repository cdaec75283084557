"""Expressions: what a plain evaluation gives, and nothing but their own error whatever the text."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.computation.arithmetic import WIDE
from shared.computation.checks.expression import FUNCTIONS, ExpressionError, parse

NAMES = ("a", "b", "c")
Tree = tuple[Any, ...]
numbers = st.decimals(-1000, 1000, places=3)
literals = st.decimals(0, 1000, places=2).map(lambda d: ("number", d))
leaves = literals | st.sampled_from([("name", name) for name in NAMES])


def branches(of: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    some = st.lists(of, min_size=1, max_size=3)
    return (
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), of, of)
        | st.tuples(st.just("minus"), of)
        | st.tuples(st.sampled_from(["sum", "min", "max"]), some)
        | st.tuples(st.just("count"), some)
        | st.tuples(st.just("abs"), of)
        | st.tuples(st.just("round"), of, st.integers(-2, 4))
    )


trees = st.recursive(leaves, branches, max_leaves=8)


def written(tree: Tree) -> str:
    match tree:
        case ("number", value):
            return f"{value:f}"
        case ("name", name):
            return str(name)
        case ("minus", of):
            return f"-({written(of)})"
        case ("round", of, places):
            return f"round({written(of)}, {places})"
        case ("abs", of):
            return f"abs({written(of)})"
        case (str(name), [*of]):
            return f"{name}({', '.join(map(written, of))})"
        case (sign, left, right):
            return f"({written(left)}) {sign} ({written(right)})"
    raise AssertionError(tree)


def plainly(tree: Tree, of: dict[str, Decimal | None]) -> Decimal | None:
    """The same tree, evaluated without its text."""
    match tree:
        case ("number", value):
            return value
        case ("name", name):
            return of[name]
        case ("minus", inner):
            value = plainly(inner, of)
            return None if value is None else -value
        case ("round", inner, places):
            value = plainly(inner, of)
            return None if value is None else value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        case ("abs", inner):
            value = plainly(inner, of)
            return None if value is None else abs(value)
        case ("count", inner):
            return Decimal(sum(plainly(each, of) is not None for each in inner))
        case (str(name), [*inner]):
            values = [plainly(each, of) for each in inner]
            known = [v for v in values if v is not None]
            if len(known) < len(values):
                return None
            return {"sum": sum(known, Decimal(0)), "min": min(known), "max": max(known)}[name]
        case (sign, left, right):
            first, second = plainly(left, of), plainly(right, of)
            if first is None or second is None or (sign == "/" and second == 0):
                return None
            return (
                {"+": first + second, "-": first - second, "*": first * second}[sign] if sign != "/" else first / second
            )
    raise AssertionError(tree)


@given(trees, st.fixed_dictionaries({name: st.none() | numbers for name in NAMES}))
def test_the_text_gives_what_a_plain_evaluation_gives(tree: Tree, of: dict[str, Decimal | None]) -> None:
    with localcontext(WIDE):
        wanted = plainly(tree, of)
    assert parse(written(tree)).value(of) == wanted


@given(st.text(max_size=80) | st.text(alphabet="ab01.()+-*/,<>= '[]{}:_lambda", max_size=60))
def test_no_text_raises_anything_but_its_own_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    expression.value({name: Decimal(1) for name in expression.names})
    expression.value({})


@pytest.mark.parametrize(
    "text",
    [
        "", "a.b", "a()", "__import__('os').system('true')", "sum", "sum()", "eval(a)", "[a for a in b]", "lambda: 1",
        "a if b else c", "a and b", "not a", "a ** 9", "a // b", "a % b", "a[0]", "(a, b)", "'text'", "1e9", "0x10",
        "1j", "True", "a < b", "count(a < b < c)", "round(a, b)", "round(a, 99)", "abs(a, b)", "sum(*a)",
        "sum(a, key=b)",
        "a + (" * 60 + "a" + ")" * 60, "-" * 900 + "1", "+".join(["a"] * 400), "a" * 2000, "é + 1", "a := 1",
        "f'{a}'", "\0", "1" * 60,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1_000 + 0.5", "1000.5"), ("count(a > 2, b > 2)", "1"), ("count(a, b, none)", "2"), ("sum(a, several)", "10"),
     ("count(several)", "2"), ("max(several)", "5"), ("round(2.5)", "3"), ("round(1250, -2)", "1300"),
     ("sum(nothing)", None), ("sum(a, nothing)", "1"), ("a + nothing", None), ("a + several", None), ("a / 0", None),
     ("count(a > none)", None), ("sum(a, none)", None), ("unheard_of", None)],
)  # fmt: skip
def test_several_missing_and_optional_operands(text: str, expected: str | None) -> None:
    of = {"a": Decimal(1), "b": Decimal(3), "several": (Decimal(4), Decimal(5)), "nothing": (), "none": None}
    assert parse(text).value(of) == (None if expected is None else Decimal(expected))


def test_the_names_of_functions_are_no_names_of_operands() -> None:
    assert parse("sum(a, b) / count(c)").names == frozenset(NAMES)
    assert not set(FUNCTIONS) & set(NAMES)
