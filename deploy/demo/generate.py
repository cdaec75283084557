"""python -m deploy.demo.generate: write the simulated files of deploy/demo/input again (needs the extra [dev]).

Half of them are workbooks, half are what French Excel writes as CSV: semicolons, decimal commas, cp1252, a title line.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from deploy.demo.simulated import (
    ASE,
    ASE_2020,
    ASE_CORRECTION,
    ASE_FIRST,
    CORRECTION,
    FIRST,
    NAMES,
    NOTICE,
    RSA,
    RSA_2020,
    Figures,
    Form,
    stem,
)

FOLDER = Path(__file__).with_name("input")
WORKBOOKS = {"ase": {"12", "31", "34", "65", "66", "81"}, "rsa": {"09", "30", "32", "34", "46", "82"}}
WRITTEN = datetime(2021, 3, 1)  # noqa: DTZ001 - the format of workbooks knows no zone
Cell = str | int | float


def main(folder: Path = FOLDER) -> None:
    _write(folder, ASE, ASE_2020)
    _write(folder, RSA, RSA_2020)
    _write(folder, ASE, ASE_FIRST, FIRST)
    _write(folder, ASE, ASE_CORRECTION, prefix=CORRECTION)


def _write(folder: Path, form: Form, figures: Figures, suffix: str = "", prefix: str = "") -> None:
    for code, counts in figures.items():
        name, rows = stem(form, code, suffix, prefix), _rows(form, code, counts)
        if code in WORKBOOKS[form.stem]:
            _workbook(folder / f"{name}.xlsx", rows)
        else:
            (folder / f"{name}.csv").write_bytes(_french_csv(rows))


def _rows(form: Form, code: str, counts: Sequence[int]) -> list[list[Cell]]:
    shares = [round(100 * counts[part] / counts[whole], 1) for _, part, whole in form.shares]
    headers = ["Code département", "Nom du département", *form.columns, *(title for title, _, _ in form.shares)]
    title: list[Cell] = [NOTICE, *[""] * (len(headers) - 1)]
    return [title, list(headers), [code, NAMES[code], *counts, *shares]]


def _french_csv(rows: list[list[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([str(c).replace(".", ",") if isinstance(c, float) else c for c in row])
    return out.getvalue().encode("cp1252")


def _workbook(path: Path, rows: list[list[Cell]]) -> None:
    book = Workbook()
    book.properties.created = book.properties.modified = WRITTEN
    book.properties.creator = "Vigie (démonstration)"
    sheet = book.worksheets[0]
    sheet.title = "Indicateurs 2020"
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    for index in range(1, len(rows[1]) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 24
    book.save(path)


if __name__ == "__main__":
    main()
