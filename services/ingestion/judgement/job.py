"""PURE what it takes to judge one file, here or in another process."""

from dataclasses import dataclass

from services.ingestion.feeds.model import Feed
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import Limits
from services.ingestion.validate.validation import Outcome, validate
from shared.domain.catalogue import Catalogue


@dataclass(frozen=True)
class Job:
    """Everything but the bytes of the file and the catalogue, which is the same for many files."""

    media_type: str
    file_name: str
    limits: Limits
    feed: Feed
    reporter: str
    period: str | None


def seconds_for(size: int, most: int) -> int:
    """Seconds of computing that a file of so many bytes may take.

    Ten and three for each megabyte begun, five times what the largest honest files take: a small file made to be slow
    does not hold its place as long as a large one may.
    """
    return min(most, 10 + 3 * -(-size // 1_000_000))


def judge_here(content: bytes, job: Job, catalogue: Catalogue) -> Outcome:
    """Read and judge in this process; raises FileRefusedError. As many figures as rows may come out of a file."""
    sheets = read_sheets(content, job.media_type, job.file_name, job.limits)
    return validate(sheets, job.feed, catalogue, job.reporter, job.period, most=job.limits.rows)
