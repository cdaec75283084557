"""CSV files that say what somebody else's codes are here: two columns, the second one ours."""

import csv
import io
from pathlib import Path

from services.ingestion.words import plain
from shared.catalogue.fault import Fault
from shared.catalogue.record import read_text


def read_mapping(path: Path, faults: list[Fault]) -> dict[str, str] | None:
    """Their code -> ours. The first line is a header, one that begins with # a remark; further columns are for people.

    None, with the reason in `faults`, when the file cannot be used.
    """
    text = read_text(path, faults)
    if text is None:
        return None
    file, found, lines = path.as_posix(), dict[str, str](), dict[str, int]()
    count = len(faults)
    header_seen = False
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        delimiter = ";" if raw.count(";") > raw.count(",") else ","  # what a French Excel writes
        cells = [cell.strip() for cell in next(csv.reader(io.StringIO(raw), delimiter=delimiter), [])]
        if not header_seen:
            header_seen = True
        elif len(cells) < 2 or not cells[0] or not cells[1]:
            faults.append(Fault(file, number, "", "should hold their code, a comma and ours"))
        elif (first := lines.setdefault(plain(cells[0]), number)) != number:
            faults.append(Fault(file, number, cells[0], f"is already said in line {first}; keep one of the two"))
        else:
            found[cells[0]] = cells[1]
    if not found and len(faults) == count:
        faults.append(Fault(file, 1, "", "says nothing: a header line, then one line per code"))
    return None if len(faults) > count else found
