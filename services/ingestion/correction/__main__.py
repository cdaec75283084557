"""The child process that writes one corrected workbook.

`python -m services.ingestion.correction MEMORY_BYTES CPU_SECONDS`: on standard input a line of JSON (what the receipt
found, the media type, the file name, the limits of a table), then the file; on standard output the workbook. Exit code
0 done, 3 the file cannot be read as a table.
"""

import json
import resource
import sys
from collections.abc import Sequence


def main(memory: int, seconds: int) -> int:
    """Read, mark, print, leave. The limits are set before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # openpyxl takes numpy and lxml where they are installed, and needs neither; numpy alone takes half of the memory.
    # XML goes through defusedxml: nothing in it expands.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    sys.modules["lxml"] = None  # type: ignore[assignment]
    from services.ingestion.correction.findings import UNREADABLE, Findings
    from services.ingestion.correction.workbook import corrected
    from services.ingestion.parse.read import read_sheets
    from services.ingestion.parse.rows import FileRefusedError, Limits, Sheet

    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    findings = Findings([(name, value) for name, value in asked["about"]], asked["errors"], asked["repairs"])

    def read() -> Sequence[Sheet]:
        return read_sheets(content, asked["media_type"], asked["file_name"], Limits(**asked["limits"]))

    try:
        sys.stdout.buffer.write(corrected(content, findings, read))
    except FileRefusedError:
        return UNREADABLE
    return 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2])))
