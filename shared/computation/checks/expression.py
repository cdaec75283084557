"""Arithmetic of a declared comparison: numbers and names, nothing that could do anything else. Pure.

`+ - * /`, parentheses, sum min max count round abs. Python's own parser reads the text; what is not on the short list
below is refused before anything is computed, and nothing is ever executed.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from shared.computation.arithmetic import WIDE

Value = Decimal | tuple[Decimal, ...] | None
"""A number; the numbers of several territories (or none, of an operand that may be missing); None: not known."""

LONGEST_TEXT, MOST_NODES, DEEPEST = 1000, 300, 40
_LITERAL = re.compile(r"[0-9][0-9_]{0,30}(\.[0-9]{1,12})?")
_FINEST = 12
_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
}  # fmt: skip
FUNCTIONS = ("sum", "min", "max", "count", "round", "abs")


class ExpressionError(ValueError):
    """The text is no expression of this kind; the message says where and what was expected."""


@dataclass(frozen=True)
class Expression:
    """An expression that was read. `names`: the operands that it uses."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    def value(self, of: Mapping[str, Value]) -> Decimal | None:
        """The number it gives; None where an operand is missing or a division by zero says nothing.

        A name that `of` does not hold counts as missing. Never raises.
        """
        with localcontext(WIDE):
            try:
                found = _value(self.tree, self.text, of)
            except ArithmeticError:
                return None
        return found if isinstance(found, Decimal) else None


def parse(text: str) -> Expression:
    """Read an expression; raises ExpressionError."""
    if not text.isascii() or len(text) > LONGEST_TEXT:
        msg = f"an expression is plain ASCII text of at most {LONGEST_TEXT} characters"
        raise ExpressionError(msg)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        msg = f"{text!r} is not an expression: {reason}"
        raise ExpressionError(msg) from None
    reader = _Reader(text.strip())
    reader.check(tree, 0)
    return Expression(reader.text, tree, frozenset(reader.names))


class _Reader:
    """Goes over a tree once, refuses what is not allowed and notes the names."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self._nodes = 0

    def check(self, node: ast.expr, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            self._refuse(node, "is too long or nested too deeply")
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                self.check(left, depth + 1)
                self.check(right, depth + 1)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.check(operand, depth + 1)
            case ast.Name(id=name) if name not in FUNCTIONS:
                self.names.add(name)
            case ast.Constant():
                if not _LITERAL.fullmatch(_written(node, self.text)):
                    self._refuse(node, "is not a plain number")
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS and arguments:
                self._call(node, name, arguments, depth)
            case _:
                self._refuse(node, f"is not allowed; use numbers, names, + - * / and {', '.join(FUNCTIONS)}")

    def _call(self, node: ast.expr, name: str, arguments: Sequence[ast.expr], depth: int) -> None:
        if name == "abs" and len(arguments) != 1:
            self._refuse(node, "takes one number")
        if name == "round" and (len(arguments) > 2 or _places(arguments) is None):
            self._refuse(node, f"takes a number and how many decimals to keep, -{_FINEST} to {_FINEST}")
        for argument in arguments[:1] if name == "round" else arguments:
            match argument:
                case ast.Compare(left=left, ops=[op], comparators=[right]) if name == "count" and type(op) in _COMPARED:
                    self.check(left, depth + 1)
                    self.check(right, depth + 1)
                case _:
                    self.check(argument, depth + 1)

    def _refuse(self, node: ast.expr, why: str) -> None:
        msg = f"{_written(node, self.text)!r} {why}"
        raise ExpressionError(msg)


def _written(node: ast.expr, text: str) -> str:
    return ast.get_source_segment(text, node) or text


def _places(arguments: Sequence[ast.expr]) -> int | None:
    """How many decimals round keeps; None where the second argument is no small whole number."""
    match arguments[1:]:
        case []:
            return 0
        case [ast.Constant(value=int(places))] if not isinstance(places, bool) and places <= _FINEST:
            return places
        case [ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(places)))] if (
            not isinstance(places, bool) and places <= _FINEST
        ):
            return -places
        case _:
            return None


def _value(node: ast.expr, text: str, of: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant():
            return Decimal(_written(node, text).replace("_", ""))
        case ast.Name(id=name):
            return of.get(name)
        case ast.UnaryOp(op=op, operand=operand):
            number = _number(operand, text, of)
            return None if number is None else -number if isinstance(op, ast.USub) else number
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _number(left, text, of), _number(right, text, of)
            return None if first is None or second is None else _BINARY[type(op)](first, second)
        case ast.Call(func=ast.Name(id="count"), args=arguments):
            return _counted(arguments, text, of)
        case ast.Call(func=ast.Name(id="round"), args=arguments):
            return _rounded(_number(arguments[0], text, of), _places(arguments) or 0)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _over(name, [_value(argument, text, of) for argument in arguments])
        case _:
            return None


def _number(node: ast.expr, text: str, of: Mapping[str, Value]) -> Decimal | None:
    """One number; several are none until a function makes one of them."""
    found = _value(node, text, of)
    return found if isinstance(found, Decimal) else None


def _rounded(number: Decimal | None, places: int) -> Decimal | None:
    return None if number is None else number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _over(name: str, values: Sequence[Value]) -> Decimal | None:
    """sum, min, max or abs; None where one operand is missing or nothing is left: missing is not zero."""
    numbers: list[Decimal] = []
    for value in values:
        if value is None:
            return None
        numbers.extend([value] if isinstance(value, Decimal) else value)
    if not numbers:
        return None
    match name:
        case "sum":
            return sum(numbers, Decimal(0))
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case _:
            return abs(numbers[0]) if len(numbers) == 1 else None


def _counted(arguments: Sequence[ast.expr], text: str, of: Mapping[str, Value]) -> Decimal | None:
    """How many conditions hold and how many numbers are known; None where a condition cannot be told."""
    total = 0
    for argument in arguments:
        if isinstance(argument, ast.Compare):
            first, second = _number(argument.left, text, of), _number(argument.comparators[0], text, of)
            if first is None or second is None:
                return None
            total += _COMPARED[type(argument.ops[0])](first, second)
        else:
            found = _value(argument, text, of)
            total += len(found) if isinstance(found, tuple) else found is not None
    return Decimal(total)
