"""CSV -> rows, with the row numbers that a spreadsheet would show."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from services.ingestion.parse.rows import FileRefusedError, Row, Sheet, check_size
from services.ingestion.parse.text import clean, decode

# Semicolon first: in a French file commas are decimal signs, so a line may look regular with both.
DELIMITERS = (";", "\t", "|", ",")
_SAMPLE = 40


def parse_csv(content: bytes) -> list[Sheet]:
    """One sheet without a name; raises FileRefusedError on anything that is not a table of text."""
    text = decode(content)
    if "\x00" in text:
        raise FileRefusedError("unsupported_file", {"kind": "binaire"})
    rows: list[Row] = []
    cells = 0
    try:
        for number, record in enumerate(_reader(text, _delimiter(text)), start=1):
            cells += len(record)
            check_size(number, cells)
            if any(c.strip() for c in record):
                rows.append(Row(number, [clean(c) for c in record]))
    except csv.Error as error:
        raise FileRefusedError("unreadable_csv", {"reason": str(error)}, row=len(rows) + 1) from error
    if not rows:
        raise FileRefusedError("empty_file")
    return [Sheet("", rows, strict_width=True)]


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    # strict: an unclosed quote would otherwise swallow every line after it in silence.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """The first delimiter that cuts at least half of the first lines into one same number of cells."""
    best, best_share = ";", 0.0
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            widths.update(len(r) for r in islice(_reader(text, delimiter), _SAMPLE) if any(c.strip() for c in r))
        except csv.Error:
            continue
        regular = max((count for width, count in widths.items() if width > 1), default=0)
        share = regular / max(sum(widths.values()), 1)
        if share >= 0.5:
            return delimiter
        if share > best_share:
            best, best_share = delimiter, share
    return best
