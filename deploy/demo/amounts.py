"""The CALPAE table as printed, read as people read it: what it states, and what its lines add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from deploy.demo.inputs import Row, number

CODE, NAME, AMOUNT = "Code", "Nom du partenaire", "Montant 2021 (part État)"


@dataclass(frozen=True)
class Amounts:
    """`naive` adds every line but the total; `own` leaves out group lines; `declared` is the printed total."""

    own: Decimal
    naive: Decimal
    declared: Decimal
    partners: int


def repeated(table: Sequence[Row]) -> list[str]:
    """Departments whose group line states the very amount of their own line, CD."""
    own = {row[CODE]: number(row[AMOUNT]) for row in table if row[NAME].startswith("CD ")}
    groups = [row for row in table if not row[NAME].startswith("CD ") and number(row[AMOUNT])]
    return [row[CODE] for row in groups if number(row[AMOUNT]) == own.get(row[CODE])]


def read_amounts(table: Sequence[Row]) -> Amounts:
    """The line of a department that also has a line CD totals its group: filled for 66, blank for 31 and 34."""
    councils = {row[CODE] for row in table if row[NAME].startswith("CD ")}
    own, naive, declared = [], [], Decimal(0)
    for row in table:
        amount = number(row[AMOUNT])
        if amount is None:
            continue
        if row[NAME].upper() == "TOTAL":
            declared = amount
            continue
        naive.append(amount)
        if row[NAME].startswith("CD ") or row[CODE] not in councils:
            own.append(amount)
    return Amounts(sum(own, Decimal(0)), sum(naive, Decimal(0)), declared, len(own))
