"""Large tables of figures that the catalogue accepts: each row another cell, no two files the same."""

import io
import itertools
from collections.abc import Iterator

from openpyxl import Workbook

from shared.domain.catalogue import Catalogue
from shared.domain.territory import Level

HEADER = "indicateur;territoire;période;valeur\n"
ASE_HEADER = [
    "Département", "Année", "Nom du département", "Jeunes devenus majeurs", "Pris en charge dans le référentiel",
    "Travailleur social choisi", "Logement stable", "Ressources financières", "Études ou emploi",
]  # fmt: skip
_RATIOS = ("ratio", "mean")


def _cells(catalogue: Catalogue) -> Iterator[tuple[str, str, int]]:
    """Indicator, department and year: every combination, year after year."""
    indicators = [i.code for i in catalogue.indicators.values() if i.kind not in _RATIOS]
    departments = [t.code for t in catalogue.territories.all() if t.level is Level.department]
    years = range(1900, 2021)
    return ((i, d, y) for y, d, i in itertools.product(years, departments, indicators))


def observations_csv(catalogue: Catalogue, rows: int, start: int = 0) -> Iterator[bytes]:
    """Files of so many rows for the feed `observations`, without end."""
    for number in itertools.count(start):
        cells = itertools.islice(itertools.cycle(_cells(catalogue)), rows)
        yield (HEADER + "".join(f"{i};{d};{y};{number + n}\n" for n, (i, d, y) in enumerate(cells))).encode()


def large_csv(catalogue: Catalogue, rows: int) -> bytes:
    """One file of so many cells, all different; about 50 bytes a row."""
    cells = itertools.islice(_cells(catalogue), rows)
    return (HEADER + "".join(f"{i};{d};{y};{10_000 + n}\n" for n, (i, d, y) in enumerate(cells))).encode()


def large_workbook(catalogue: Catalogue, rows: int) -> bytes:
    """One XLSX of nine columns for the feed `ase-exits`: a row for each department and year."""
    departments = [t for t in catalogue.territories.all() if t.level is Level.department]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Données")
    sheet.append(ASE_HEADER)
    for n, (year, place) in enumerate(itertools.product(range(1800, 2021), departments)):
        if n == rows:
            break
        majority = 100 + n
        sheet.append([place.code.removeprefix("DEPT-"), year, place.name, majority, *(majority - k for k in range(5))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
