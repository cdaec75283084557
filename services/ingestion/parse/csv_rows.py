"""CSV -> rows, with the row numbers that a spreadsheet would show."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from services.ingestion.parse.rows import DEFAULT_LIMITS, FileRefusedError, Limits, Remark, Row, Sheet
from services.ingestion.parse.size import Size
from services.ingestion.parse.text import decode

# Semicolon first: in a French file commas are decimal signs, so a line may look regular with both.
DELIMITERS = (";", "\t", "|", ",")
_SAMPLE = 40
# Excel's own way to say it: a first line that is no row of the table.
_SAID = re.compile(r"sep=([;,\t|])[\r\n]+", re.IGNORECASE)
_LONGEST_CELL = 100_000
_LONGEST_LINE = 2_000_000


def parse_csv(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """One sheet without a name; raises FileRefusedError on anything that is not a table of text."""
    text, encoding = decode(content)
    if "\x00" in text:
        raise FileRefusedError("unsupported_file", {"kind": "binaire"})
    _refuse_endless(text, limits)
    said = _SAID.match(text)
    delimiter = said[1] if said else _delimiter(text)
    rows = _rows(text, delimiter, Size(limits), 1 if said else 0)
    if not rows:
        raise FileRefusedError("empty_file")
    remarks = [] if encoding == "utf-8" else [Remark("text_encoding", {"encoding": encoding})]
    return [Sheet("", rows, strict_width=True, remarks=remarks)]


def _rows(text: str, delimiter: str, size: Size, skipped: int) -> list[Row]:
    rows: list[Row] = []
    number = 0
    try:
        for number, record in enumerate(_reader(text, delimiter), start=1):
            size.add_row(len(record), number)
            if number > skipped and any(record) and not "".join(record).isspace():
                rows.append(Row(number, record))  # type: ignore[arg-type]
    except csv.Error as error:
        raise FileRefusedError("unreadable_csv", row=number + 1) from error
    return rows


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    # strict: an unclosed quote would otherwise swallow every line after it in silence.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _refuse_endless(text: str, limits: Limits) -> None:
    """A line is made into cells before they can be counted: one of millions of characters is refused before."""
    start = 0
    while start + _LONGEST_LINE < len(text):
        end = start + _LONGEST_LINE
        last = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
        if last < 0:
            row = text.count("\n", 0, start) + 1
            if max(text.count(delimiter, start, end) for delimiter in DELIMITERS) > limits.columns:
                raise FileRefusedError("too_many_columns", {"most": limits.columns}, row=row)
            raise FileRefusedError("unreadable_csv", row=row)
        start = last + 1


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
