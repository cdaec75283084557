"""The child process that reads one file: bytes on standard input, JSON on standard output.

`python -m services.ingestion.parse KIND MEMORY_BYTES CPU_SECONDS`. JSON and not pickle: the parent must not execute
anything that a file made this process say.
"""

import json
import resource
import sys
from typing import Any

from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.parse.json_rows import parse_json
from services.ingestion.parse.rows import FileRefusedError, Sheet


def _workbook(content: bytes) -> list[Sheet]:
    from services.ingestion.parse.workbook import parse_workbook  # only here: a CSV does not pay for it

    return parse_workbook(content)


READERS = {"csv": parse_csv, "json": parse_json, "archive": _workbook}


def _plain(sheet: Sheet) -> list[object]:
    return [sheet.name, sheet.hidden, sheet.strict_width, [[row.number, row.cells] for row in sheet.rows]]


def main(kind: str, memory: int, seconds: int) -> int:
    """Read, print, leave. The limits are set before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheets = READERS[kind](sys.stdin.buffer.read())
        answer: dict[str, Any] = {"sheets": [_plain(sheet) for sheet in sheets]}
    except FileRefusedError as refused:
        place = [refused.sheet, refused.row, refused.column]
        answer = {"refused": refused.code, "params": refused.params, "place": place}
    except MemoryError:
        answer = {"refused": "workbook_too_large", "params": {}, "place": ["", None, ""]}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
