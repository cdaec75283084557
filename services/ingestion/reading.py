"""Read a file within limits: small text here, everything else in a child process that may die alone."""

import asyncio
import contextlib
import json
import sys

from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.parse.json_rows import parse_json
from services.ingestion.parse.rows import MOST_ROWS, FileRefusedError, Row, Sheet
from services.ingestion.parse.sniff import FileKind, kind_of
from shared.runtime.settings import settings

# A child costs some 60 ms. Text this short cannot become a table large enough to matter.
_SMALL = 200_000
# Each child may take VIGIE_PARSE_MEMORY_BYTES; more at a time would add up.
_CHILDREN = asyncio.Semaphore(2)


async def read_file(content: bytes, media_type: str, file_name: str) -> list[Sheet]:
    """The sheets of a file; raises FileRefusedError, also when reading it broke its process."""
    kind = kind_of(content, media_type, file_name)
    if kind is not FileKind.archive and len(content) <= _SMALL:
        return parse_json(content) if kind is FileKind.json else parse_csv(content)
    async with _CHILDREN:
        return _sheets(await _run_child(kind, content))


async def _run_child(kind: FileKind, content: bytes) -> bytes:
    limits = settings()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.ingestion.parse",
        kind.value,
        str(limits.parse_memory_bytes),
        str(limits.parse_seconds),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # An aborting interpreter prints what it held; the file's content must not reach a log.
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(limits.parse_seconds):
            output, _ = await child.communicate(content)
    except TimeoutError:
        raise FileRefusedError("too_slow", {"seconds": limits.parse_seconds}) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
    if child.returncode != 0:
        raise FileRefusedError(
            "workbook_too_large" if kind is FileKind.archive else "too_many_rows", {"most": MOST_ROWS}
        )
    return output


def _sheets(output: bytes) -> list[Sheet]:
    answer = json.loads(output)
    if "refused" in answer:
        sheet, row, column = answer["place"]
        raise FileRefusedError(answer["refused"], answer["params"], sheet, row, column)
    return [
        Sheet(name, [Row(number, cells) for number, cells in rows], hidden, strict)
        for name, hidden, strict, rows in answer["sheets"]
    ]
