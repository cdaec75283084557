"""What the files sent so far imply, worked out a second time: figures of departments and region, and who answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from deploy.demo.inputs import InputError, Row, number, rows
from deploy.demo.simulated import ASE, RSA, Form
from deploy.demo.timeline import Send

Key = tuple[str, str, str]
"""Indicator, territory, period."""

YEAR = "2020"
# Indicator: the column counted, and the column it is a part of.
ASE_PARTS = {
    "ax2.ase_exit.reaching_majority": (0, None),
    "ax2.ase_exit.in_framework": (1, 0),
    "ax2.ase_exit.chose_worker": (2, 0),
    "ax2.ase_exit.stable_housing": (3, 0),
    "ax2.ase_exit.financial_resources": (4, 0),
    "ax2.ase_exit.studying_or_working": (5, 0),
}
RSA_PARTS = {
    "ax5.brsa.new_beneficiaries": (0, None),
    "ax5.brsa.oriented_1_month": (1, 0),
    "ax5.brsa.first_meeting_set": (2, 0),
    "ax5.brsa.first_meeting_2_weeks": (3, 2),
    "ax5.brsa.cer_signed": (4, 0),
    "ax5.brsa.cer_2_months": (5, 4),
}
FORMS: tuple[tuple[Form, dict[str, tuple[int, int | None]]], ...] = ((ASE, ASE_PARTS), (RSA, RSA_PARTS))


@dataclass(frozen=True)
class Figure:
    """A figure with its two sides where it is a ratio."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def ratio(numerator: Decimal, denominator: Decimal) -> Figure:
    return Figure(100 * numerator / denominator, numerator, denominator)


@dataclass
class Known:
    """Everything received up to some instant. Later files replace earlier ones of the same sender and feed."""

    reports: dict[tuple[str, str], Row] = field(default_factory=dict)
    documents: dict[str, list[Row]] = field(default_factory=dict)

    def copy(self) -> "Known":
        """What is known now, whatever is received later."""
        return Known(dict(self.reports), dict(self.documents))

    def receive(self, send: Send, path: Path) -> None:
        """Read one file that was sent."""
        table = rows(path)
        if send.feed not in {form.feed for form, _ in FORMS}:
            self.documents[send.feed] = table
        elif len(table) == 1:
            self.reports[send.feed, send.sender] = table[0]
        else:
            raise InputError(f"{path} should hold one department on one line, it holds {len(table)} lines")

    def answered(self, feed: str) -> list[str]:
        """Departments that sent this feed."""
        return sorted(sender for sent, sender in self.reports if sent == feed)

    def by_department(self) -> dict[Key, Figure]:
        """The figures of each department: its two reports, and what documents say of it."""
        found = {}
        for form, parts in FORMS:
            for sender in self.answered(form.feed):
                for indicator, (part, whole) in parts.items():
                    figure = _figure(self.reports[form.feed, sender], form, part, whole)
                    if figure is not None:
                        found[indicator, sender, YEAR] = figure
        for row in self.documents.get("observations", []):
            value = number(row["Valeur"])
            if row["Territoire"].startswith("DEPT-") and value is not None:
                found[row["Indicateur"], row["Territoire"], row["Période"]] = Figure(value)
        return found

    def regional(self) -> dict[str, Figure]:
        """The campaign's figures of the region: sums of numerators over sums of denominators."""
        of_departments = self.by_department()
        found = {}
        for _, parts in FORMS:
            for indicator in parts:
                figures = [f for (code, _, period), f in of_departments.items() if (code, period) == (indicator, YEAR)]
                if figures:
                    found[indicator] = together(figures)
        return found

    def declared(self, indicator: str, territory: str = "REG-76") -> Figure | None:
        """What a document states; percentages may come with a numerator and no denominator."""
        for row in self.documents.get("observations", []):
            value = number(row["Valeur"])
            if (row["Indicateur"], row["Territoire"]) == (indicator, territory) and value is not None:
                return Figure(value, number(row["Numérateur"]), number(row["Dénominateur"]))
        return None


def _figure(row: Row, form: Form, part: int, whole: int | None) -> Figure | None:
    counted = number(row[form.columns[part]])
    if counted is None or whole is None:
        return None if counted is None else Figure(counted)
    of = number(row[form.columns[whole]])
    return ratio(counted, of) if of else None


def together(figures: Iterable[Figure]) -> Figure:
    """Sum of numerators over sum of denominators; the sum of the values of counts."""
    found = list(figures)
    numerator = sum((f.numerator for f in found if f.numerator is not None), Decimal(0))
    denominator = sum((f.denominator for f in found if f.denominator is not None), Decimal(0))
    return ratio(numerator, denominator) if denominator else Figure(sum((f.value for f in found), Decimal(0)))
