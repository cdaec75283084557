"""The receipt (rapport d'import) as the sender reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.ingestion.wording import in_english


class Remark(BaseModel):
    """A repair that we made, or an error to correct, at its place in the file."""

    sheet: str = Field(description="Sheet of the workbook; empty for CSV and JSON")
    row: int | None = Field(description="Row as a spreadsheet numbers it, or rank of the JSON object")
    column: str = Field(description="Header of the column, as the file writes it")
    raw: str | None = Field(description="What the cell says")
    code: str = Field(description="Stable name of the remark")
    message: str = Field(description="What happened and what to do, in French or English")


class Receipt(BaseModel):
    """What became of a submission. `id` and `submission_seq` are null for a dry run, which leaves no trace."""

    id: str | None
    submission_seq: int | None
    feed: str
    reporter: str
    period: str
    collection: str | None = None
    territories: list[str] = []
    file_name: str
    sha256: str
    received_at: datetime
    status: str = Field(description="accepted, partial, rejected or duplicate")
    stage: str = Field(description="received, published (Kafka has everything) or refused")
    accepted: int = Field(description="Figures, or entries of a register, recorded")
    unchanged: int = Field(description="Of which say what was already known")
    rejected: int = Field(description="Errors to correct")
    nil_return: bool = False
    simulated: bool = False
    dry_run: bool = False
    repairs: list[Remark] = []
    errors: list[Remark] = []
    links: dict[str, str] = {}


def of_row(row: Mapping[str, Any], *, english: bool = False, status: str | None = None) -> Receipt:
    """A stored receipt, its remarks in the language asked for."""
    values = dict(row)
    for field in ("repairs", "errors"):
        entries = values[field]
        values[field] = [Remark(**(in_english(e) if english else e)) for e in entries]
    if status is not None:
        values["status"] = status
    links = {"self": f"/v1/receipts/{values['id']}"} if values["id"] else {}
    return Receipt(**values, links=links)
