"""The receipt (rapport d'import) as the sender reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.ingestion.parse.rows import column_letters
from services.ingestion.wording import INFORMATION, in_english


class Remark(BaseModel):
    """A repair that we made, or an error to correct, at its place in the file."""

    sheet: str = Field(description="Sheet of the workbook; empty for CSV and JSON")
    row: int | None = Field(description="Row as a spreadsheet numbers it, or rank of the JSON object")
    column: str = Field(description="Header of the column, as the file writes it")
    cell: str | None = Field(default=None, description="The cell as a spreadsheet names it, such as C7")
    raw: str | None = Field(description="What the cell says")
    value: str | None = Field(default=None, description="What a repair made of it")
    proposal: str | None = Field(default=None, description="What could be written instead")
    kind: str = Field(description="error, repair (read otherwise than it stands) or information")
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
    size_bytes: int
    received_at: datetime
    status: str = Field(description="accepted, partial, rejected or duplicate")
    stage: str = Field(description="received, published (Kafka has everything) or refused")
    accepted: int = Field(description="Figures, or entries of a register, recorded")
    unchanged: int = Field(description="Of which say what was already known")
    rejected: int = Field(description="Errors to correct")
    withdrawn: int = Field(description="Of the accepted ones, those that take a figure or an entry back")
    nil_return: bool = False
    simulated: bool = False
    mode: str = Field(description="patch, or replace: the file is the whole report of its periods")
    dry_run: bool = False
    accepted_sha256: str = Field(description="Digest of all that was accepted, whatever its order")
    seal: str | None = Field(description="Proof that Vigie gave this receipt, see POST /v1/receipts/verify")
    repairs: list[Remark] = []
    errors: list[Remark] = []
    links: dict[str, str] = {}


def of_row(row: Mapping[str, Any], *, english: bool = False, status: str | None = None) -> Receipt:
    """A stored receipt, its remarks in the language asked for."""
    values = dict(row)
    for field in ("repairs", "errors"):
        kind = "error" if field == "errors" else "repair"
        values[field] = [_remark(in_english(e) if english else e, kind) for e in values[field]]
    if status is not None:
        values["status"] = status
    return Receipt(**values, links=_links(values))


def _remark(entry: Mapping[str, Any], kind: str) -> Remark:
    """A kept remark with its cell's address, and what its sentence says in words given apart."""
    said = {name: str(value) for name in ("value", "proposal") if (value := entry["params"].get(name))}
    row, position = entry["row"], entry.get("position")
    cell = f"{column_letters(position)}{row}" if row and position is not None else None
    kind = "information" if entry["code"] in INFORMATION else kind
    return Remark(**{**entry, "cell": cell, "kind": kind, **said})


def _links(values: Mapping[str, Any]) -> dict[str, str]:
    """Where to read the receipt again, and the file with its remarks where there are any."""
    if not values["id"]:
        return {}
    own = f"/v1/receipts/{values['id']}"
    remarked = bool(values["repairs"] or values["errors"])
    return {"self": own, **({"corrected": f"{own}/corrected.xlsx"} if remarked else {})}
