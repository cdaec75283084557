"""A receipt before it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class NewReceipt:
    """A row of ingestion.receipt, in the order of its INSERT."""

    id: str
    submission_seq: int
    feed: str
    reporter: str
    period: str
    collection: str | None
    territories: list[str]
    periods: list[str]
    file_name: str
    media_type: str
    sha256: str
    size_bytes: int
    content: bytes | None
    received_at: datetime
    stage: str
    status: str
    accepted: int
    unchanged: int
    rejected: int
    withdrawn: int
    nil_return: bool
    simulated: bool
    mode: str
    repairs: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    messages: dict[str, Any]
    accepted_sha256: str
    seal: str | None
    token_id: str
