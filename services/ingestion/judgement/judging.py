"""Read and judge a file within limits: small text here, everything else in a process that may die alone."""

import asyncio
import gc
import pickle
import re
import signal

from services.ingestion.feeds.model import Feed
from services.ingestion.judgement.children import Child, Children
from services.ingestion.judgement.job import Job, judge_here, seconds_for
from services.ingestion.judgement.outcome_lines import OutcomeReader
from services.ingestion.parse.rows import FileRefusedError, Limits
from services.ingestion.parse.sniff import FileKind, kind_of
from services.ingestion.upload import Upload
from services.ingestion.validate.validation import Outcome
from shared.domain.catalogue import Catalogue
from shared.runtime.settings import settings

# Judged within some milliseconds, less than handing it to a thread and back would disturb.
_TINY, _TINY_LINES = 2_000, 30
# Judged in a thread, which nobody can end: text that takes some tenths of a second however it was made. Headers written
# again and again cost the square of their lines, so that few bytes are no assurance, but few lines of words are.
_SMALL, _SMALL_LINES, _SMALL_WORDS = 200_000, 2_000, 60
_WIDEST = 300
_CELLS = re.compile(rb"[;,\t|]")

children = Children(at_once=2)


class _Packed:
    """The catalogue as the children receive it: pickled once, not for each file."""

    def __init__(self) -> None:
        self._of: tuple[Catalogue, bytes] | None = None

    def of(self, catalogue: Catalogue) -> bytes:
        """Pickle a catalogue, or say again what was pickled for the same one."""
        if self._of is None or self._of[0] is not catalogue:
            self._of = catalogue, pickle.dumps(catalogue, pickle.HIGHEST_PROTOCOL)
        return self._of[1]


_packed = _Packed()


async def judge(upload: Upload, feed: Feed, catalogue: Catalogue, reporter: str, period: str | None) -> Outcome:
    """What becomes of a file; raises FileRefusedError, also when reading it broke its process or took too long.

    Raises Problem 503 when too many files wait for their turn.
    """
    kind = kind_of(upload.content, upload.media_type, upload.file_name)
    known = settings()
    limits = Limits(known.max_rows, known.max_columns, known.max_sheets, known.max_cells)
    job = Job(upload.media_type, upload.file_name, limits, feed, reporter, period)
    if _is_small(kind, upload.content):
        if len(upload.content) <= _TINY and _lines(upload.content) <= _TINY_LINES:
            return judge_here(upload.content, job, catalogue)
        return await asyncio.to_thread(judge_here, upload.content, job, catalogue)
    async with children.one() as child:
        try:
            async with asyncio.timeout(known.parse_seconds):
                outcome = await _ask(child, job, _packed.of(catalogue), upload.content)
                code = await child.process.wait()
        except TimeoutError:
            raise FileRefusedError("too_slow", {"seconds": known.parse_seconds}) from None
    if outcome is None:
        raise _death(code, kind, seconds_for(len(upload.content), known.parse_seconds), limits)
    return outcome


def _is_small(kind: FileKind, content: bytes) -> bool:
    if kind not in (FileKind.csv, FileKind.json) or len(content) > _SMALL:
        return False
    return _lines(content) <= _SMALL_LINES and (kind is FileKind.json or _lines_of_words(content) <= _SMALL_WORDS)


def _lines_of_words(content: bytes) -> int:
    """Lines that may be headers: more of their cells begin with something else than a digit than with one.

    One line far wider than any report counts for too many.
    """
    count = 0
    for line in content.splitlines():
        starts = [cell.strip(b' "\x00')[:1] for cell in _CELLS.split(line)]
        if len(starts) > _WIDEST:
            return _SMALL_WORDS + 1
        numbers = sum(start.isdigit() for start in starts)
        count += sum(map(bool, starts)) > 2 * numbers
    return count


def _lines(content: bytes) -> int:
    """At least as many as its rows are, in text or in JSON."""
    return content.count(b"\n") + content.count(b"\r") + content.count(b"{")


async def _ask(child: Child, job: Job, catalogue: bytes, content: bytes) -> Outcome | None:
    """The outcome that a child answers; None when it died."""
    try:
        await child.send(pickle.dumps(job, pickle.HIGHEST_PROTOCOL), catalogue, content)
    except (BrokenPipeError, ConnectionResetError):
        return None
    reader = OutcomeReader()
    while line := await child.line():
        if not line.endswith(b"\n"):
            return None
        _take(reader, line)
        # A line that is there already is read without waiting: others wait, so they get their turn here.
        await asyncio.sleep(0)
    return reader.outcome


def _take(reader: OutcomeReader, line: bytes) -> None:
    """Without looking for cycles: figures make none, and going through 200 000 of them again and again takes long."""
    gc.disable()
    try:
        reader.take(line)
    finally:
        gc.enable()


def _death(code: int, kind: FileKind, seconds: int, limits: Limits) -> FileRefusedError:
    """What to say of a file that its process did not survive."""
    if code == -signal.SIGXCPU:
        return FileRefusedError("too_slow", {"seconds": seconds})
    if kind in (FileKind.archive, FileKind.ole):
        return FileRefusedError("workbook_too_large")
    return FileRefusedError("too_many_rows", {"most": limits.rows})
