"""What departments sent that cannot be right: a part above its whole, a percentage off its counts, a line twice."""

from collections.abc import Iterator
from decimal import Decimal

from deploy.demo.amounts import repeated
from deploy.demo.implied import FORMS, Figure, Key, Known
from deploy.demo.inputs import number

Doubt = tuple[str, str]
"""Code of a check, territory."""

ASE_SITUATIONS = ("chose_worker", "stable_housing", "financial_resources", "studying_or_working")
PARTS_OF: tuple[tuple[str, str, str], ...] = (
    *((f"ase_{s}_within_framework", f"ax2.ase_exit.{s}", "ax2.ase_exit.in_framework") for s in ASE_SITUATIONS),
    *(
        (f"ase_{s}_within_majority", f"ax2.ase_exit.{s}", "ax2.ase_exit.reaching_majority")
        for s in ("in_framework", *ASE_SITUATIONS)
    ),
    ("rsa_oriented_1_month_within_new_beneficiaries", "ax5.brsa.oriented_1_month", "ax5.brsa.new_beneficiaries"),
    ("rsa_first_meeting_set_within_new_beneficiaries", "ax5.brsa.first_meeting_set", "ax5.brsa.new_beneficiaries"),
    (
        "rsa_first_meeting_2_weeks_within_first_meeting_set",
        "ax5.brsa.first_meeting_2_weeks",
        "ax5.brsa.first_meeting_set",
    ),
    ("rsa_cer_2_months_within_cer_signed", "ax5.brsa.cer_2_months", "ax5.brsa.cer_signed"),
)
# Check, indicator of the total, and what its parts are called behind it.
DETAILS = (("iae_new_structures", "ax5.iae.new_siae", ("aci", "ei", "etti", "eiti")),)
PERCENTAGES = {
    "% pris en charge dans le référentiel": "ase_in_framework_percentage",
    "% orientés en un mois ou moins": "rsa_oriented_1_month_percentage",
    "% CER signés dans les 2 mois": "rsa_cer_2_months_percentage",
}


def doubts(known: Known) -> set[Doubt]:
    """Every check that should fail for a department, given what it last sent."""
    figures = known.by_department()
    return {
        *_parts_above_wholes(figures),
        *_details_off(figures),
        *_percentages_off(known),
        *(("repeated_line", f"DEPT-{code}") for code in repeated(known.documents.get("calpae-amounts", []))),
    }


def _parts_above_wholes(figures: dict[Key, Figure]) -> Iterator[Doubt]:
    for (indicator, territory, period), figure in figures.items():
        for code, part, whole in PARTS_OF:
            of = figures.get((whole, territory, period))
            if indicator == part and of is not None and _counted(figure) > _counted(of):
                yield code, territory


def _details_off(figures: dict[Key, Figure]) -> Iterator[Doubt]:
    """A detail that does not make the total that the same document states."""
    for (indicator, territory, period), total in figures.items():
        for code, whole, names in DETAILS:
            parts = [figures.get((f"{whole}_{name}", territory, period)) for name in names]
            if indicator == whole and sum(p.value for p in parts if p is not None) != total.value and all(parts):
                yield code, territory


def _percentages_off(known: Known) -> Iterator[Doubt]:
    for form, _ in FORMS:
        for sender in known.answered(form.feed):
            row = known.reports[form.feed, sender]
            for title, part, whole in form.shares:
                stated, counted, of = (number(row.get(c, "")) for c in (title, form.columns[part], form.columns[whole]))
                if stated is None or counted is None or not of:
                    continue
                exponent = stated.normalize().as_tuple().exponent
                decimals = max(-exponent, 1 if form.stem == "ase" else 0) if isinstance(exponent, int) else 0
                if abs(100 * counted / of - stated) > Decimal("0.5").scaleb(-decimals):
                    yield PERCENTAGES[title], sender


def _counted(figure: Figure) -> Decimal:
    return figure.value if figure.numerator is None else figure.numerator
