"""CSV files: a header, then one record per row."""

import csv
import io
from pathlib import Path

from pydantic import BaseModel

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record, read_text


def read_table(
    path: Path, model: type[BaseModel], faults: list[Fault], *, optional: frozenset[str] = frozenset()
) -> list[Record] | None:
    """The rows of a comma-separated file whose columns are the fields of `model`, in any order.

    Returns None, with the reason in `faults`, when the file or its header cannot be used.
    """
    text = read_text(path, faults)
    if text is None:
        return None
    file = path.as_posix()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[Record] = []
    if "\0" in text:
        faults.append(Fault(file, text[: text.index("\0")].count("\n") + 1, "", "holds a control character; remove it"))
        return None
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _check_header(file, header, set(model.model_fields), optional, faults):
            return None
        after = reader.line_num
        for cells in reader:
            line, after = after + 1, reader.line_num
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
            if len(cells) != len(header) and values:
                faults.append(Fault(file, line, "", f"has {len(cells)} cells for {len(header)} columns"))
            elif values:
                records.append(Record(file, line, _of_model(values, model), {}))
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, "", f"is not CSV: {error}"))
        return None
    return records


def _check_header(
    file: str, header: list[str], columns: set[str], optional: frozenset[str], faults: list[Fault]
) -> bool:
    """Report columns unknown, repeated or missing; says whether the rows can be read at all."""
    expected = ", ".join(sorted(columns))
    for name in dict.fromkeys(header):
        if name not in columns:
            faults.append(Fault(file, 1, name, f"unknown column; expected {expected}"))
        elif header.count(name) > 1:
            faults.append(Fault(file, 1, name, "this column is there twice"))
    missing = sorted(columns - optional - set(header))
    faults.extend(Fault(file, 1, name, "this column is missing") for name in missing)
    return not missing


def _of_model(values: dict[str, str], model: type[BaseModel]) -> dict[str, str]:
    """Only the known columns: an unknown one is reported once, at the header."""
    return {name: value for name, value in values.items() if name in model.model_fields}
