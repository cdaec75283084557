"""What a page states about a family of indicators, as sums over the smallest numbers that anybody reported."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from shared.computation.disclosure.people import Side
from shared.domain.indicator import Indicator

# (indicator, period, territory): what is shown or withheld as one, whatever its sides and sources.
Place = tuple[str, str, str]


class Atom(NamedTuple):
    """One number that a territory reported of itself for a period, not a sum of others."""

    place: Place
    side: Side


Form = Mapping[Atom, int]
Forms = Mapping[Side, Form]


@dataclass(frozen=True)
class Statement:
    """A number that is readable while its place is shown, a sum of atoms: as printed, or as the reader subtracts it."""

    place: Place
    side: Side
    form: Form


@dataclass
class Statements:
    """All that is stated of a family.

    values: each atom as reported. stated: numbers that a mark on their place withholds. relations: sums of atoms that
    everybody knows to be zero, such as parts less their whole. small: places that state a small count of people.
    unsummed: a figure that is one of its contributors, as a maximum is, with all of them. definitions: by place.
    """

    values: dict[Atom, Decimal] = field(default_factory=dict)
    stated: list[Statement] = field(default_factory=list)
    relations: list[Form] = field(default_factory=list)
    small: set[Place] = field(default_factory=set)
    unsummed: dict[Place, set[Place]] = field(default_factory=dict)
    definitions: dict[tuple[str, str], Indicator] = field(default_factory=dict)

    def total(self, form: Form) -> Decimal:
        """What a form comes to."""
        return sum((factor * self.values[atom] for atom, factor in form.items()), Decimal(0))

    def limit(self) -> int:
        """The largest threshold of the family."""
        return max((i.small_cell for i in self.definitions.values()), default=0)

    def told(self) -> set[Place]:
        """Every place of which something is stated."""
        return {statement.place for statement in self.stated}

    def relate(self, form: Form) -> None:
        """Note numbers that come to zero together, where they do.

        Where one of two equal figures was corrected and the other not, whoever takes them for equal computes nothing
        true; and a false relation that seems to give a figure back would hide from the audit what true ones give.
        """
        if form and self.total(form) == 0:
            self.relations.append(form)

    def state(self, place: Place, forms: Forms) -> None:
        """Note every side of a figure, and the denominator of a percentage beside its numerator and complement."""
        share = Side.numerator in forms and Side.complement in forms
        for side, form in forms.items():
            self.stated.append(Statement(place, side, form))
        if share:
            both = added([forms[Side.numerator], forms[Side.complement]])
            self.stated.append(Statement(place, Side.denominator, both))


def added(forms: Iterable[Form]) -> Form:
    """The sum of several forms."""
    total: dict[Atom, int] = defaultdict(int)
    for form in forms:
        for atom, factor in form.items():
            total[atom] += factor
    return {atom: factor for atom, factor in total.items() if factor}


def less(form: Form, other: Form) -> Form:
    """The difference of two forms."""
    return added([form, {atom: -factor for atom, factor in other.items()}])


def side_of(forms: Forms, name: str) -> Form | None:
    """One side of a figure by its name, the denominator of a percentage included; None where it has none."""
    if name == Side.denominator and name not in forms and Side.numerator in forms and Side.complement in forms:
        return added([forms[Side.numerator], forms[Side.complement]])
    return next((form for side, form in forms.items() if side == name), None)


def merged(found: list[Forms]) -> Forms:
    """Figures added up side by side, over the sides that all of them have."""
    shared = [side for side in found[0] if all(side in forms for forms in found)] if found else []
    return {side: added([forms[side] for forms in found]) for side in shared}
