"""The process that reads and judges one file, and ends: it may die of the file, alone.

`python -m services.ingestion.judgement.child_process MEMORY_BYTES CPU_SECONDS`. Standard input: three lengths of 8
bytes, a pickled Job and a pickled Catalogue (its parent made them), the bytes of the file. Standard output: lines of
outcome_lines. It is started before a file is there, and has its imports and its limits by the time one comes.
"""

import gc
import pickle
import resource
import struct
import sys

# Imported here and not when a file needs them: that is what is waited for in advance.
import services.ingestion.parse.ods
import services.ingestion.parse.xls
import services.ingestion.parse.xlsx  # noqa: F401
from services.ingestion.judgement.job import Job, judge_here, seconds_for
from services.ingestion.judgement.outcome_lines import outcome_lines, refusal_line
from services.ingestion.parse.rows import FileRefusedError
from shared.domain.catalogue import Catalogue

_LENGTHS = struct.Struct(">QQQ")


def main(memory: int, seconds: int) -> int:
    """Wait for a file, judge it, print, end."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # One file and out: looking for cycles among millions of cells would take longer than reading them.
    gc.disable()
    received = sys.stdin.buffer.read(_LENGTHS.size)
    if len(received) == _LENGTHS.size:  # else nobody needed this process
        job, catalogue, content = _LENGTHS.unpack(received)
        # Known only now: the process was started before its file came.
        allowed = seconds_for(content, seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 1))
        _answer(job, catalogue, content)
    return 0


def _answer(job_length: int, catalogue_length: int, content_length: int) -> None:
    source, target = sys.stdin.buffer, sys.stdout.buffer
    # From the parent process, never from a file.
    job: Job = pickle.loads(source.read(job_length))  # noqa: S301
    catalogue: Catalogue = pickle.loads(source.read(catalogue_length))  # noqa: S301
    try:
        outcome = judge_here(source.read(content_length), job, catalogue)
    except FileRefusedError as refused:
        target.write(refusal_line(refused))
        return
    for line in outcome_lines(outcome):
        target.write(line)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2])))
