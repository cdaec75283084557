"""Exact linear algebra: can a number be computed from sums that are visible? Fractions, so never nearly."""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Generic, TypeVar

A = TypeVar("A", bound=Hashable)
N = TypeVar("N", bound=Hashable)


class Known(Generic[A, N]):
    """The space spanned by forms over unknown numbers, in reduced echelon form, each row with where it comes from.

    A form is a mapping from unknown to coefficient. What is in the space can be computed, what is not can take any
    value: that is the whole audit. `N` names the statements that a form was taken from.
    """

    def __init__(self) -> None:
        self._rows: dict[A, tuple[dict[A, Fraction], frozenset[N]]] = {}

    def add(self, form: Mapping[A, int], named: N) -> None:
        """Learn a form."""
        rest, used = self._reduce(form)
        if not rest:
            return
        pivot = next(iter(rest))
        scale = 1 / rest[pivot]
        row = {unknown: factor * scale for unknown, factor in rest.items()}
        origin = used | {named}
        for other, (held, origins) in list(self._rows.items()):
            factor = held.get(pivot)
            if factor:
                self._rows[other] = _minus(held, factor, row), origins | origin
        self._rows[pivot] = row, origin

    def gives(self, form: Mapping[A, int]) -> frozenset[N] | None:
        """The statements that a form can be computed from; None where it cannot."""
        rest, used = self._reduce(form)
        return None if rest else used

    def _reduce(self, form: Mapping[A, int]) -> tuple[dict[A, Fraction], frozenset[N]]:
        rest = {unknown: Fraction(factor) for unknown, factor in form.items() if factor}
        used: frozenset[N] = frozenset()
        for unknown in list(rest):
            if unknown in rest and unknown in self._rows:
                row, origin = self._rows[unknown]
                rest = _minus(rest, rest[unknown], row)
                used |= origin
        return rest, used


def _minus(form: dict[A, Fraction], factor: Fraction, row: dict[A, Fraction]) -> dict[A, Fraction]:
    left = dict(form)
    for unknown, other in row.items():
        value = left.get(unknown, Fraction(0)) - factor * other
        if value:
            left[unknown] = value
        else:
            left.pop(unknown, None)
    return left
