"""What openapi.json says of the routes that prove and correct."""

from typing import Any

from pydantic import BaseModel, Field

from services.ingestion.problems import MEDIA_TYPE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Difference(BaseModel):
    """A field in which the receipt shown is not the one that was given."""

    field: str
    given: Any = Field(description="What the receipt shown says; null where it says nothing that can be read")
    kept: Any = Field(description="What Vigie has kept")


class Verification(BaseModel):
    """What a seal says."""

    verdict: str = Field(description="valid, altered, unknown_key, unsealed or other_file")
    detail: str = Field(description="What it means, in French or English")
    differences: list[Difference] = Field(description="Listed only for a receipt that the token may see")


def _problems(**said: str) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {int(code.removeprefix("on_")): {"description": text, "content": content} for code, text in said.items()}


VERIFY: dict[str, Any] = {
    "summary": "Verify a receipt",
    "description": "Takes the JSON of a receipt as it was given, and says whether its seal holds.",
    "responses": _problems(
        on_400="Not the JSON of a receipt, or not a SHA-256.",
        on_401="Token missing, unknown or revoked.",
        on_408="The receipt did not arrive in time.",
        on_413="More than a receipt and its file.",
        on_503="The database is away.",
    ),
    "openapi_extra": {
        "requestBody": {
            "description": "The receipt, or a form with it and the file.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["receipt"],
                        "properties": {
                            "receipt": {"type": "string", "description": "The JSON of the receipt"},
                            "file": {"type": "string", "format": "binary"},
                        },
                    }
                },
            },
        }
    },
}
CORRECTED: dict[str, Any] = {
    "summary": "Read the file again, with each remark at its cell",
    "description": "An XLSX whatever was sent: wrong cells in red, repaired ones in blue, with a comment at each.",
    "responses": {
        200: {"description": "The workbook.", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
        **_problems(
            on_400="The number of the receipt is too long.",
            on_401="Token missing, unknown or revoked.",
            on_404="No such receipt, or nothing of its file was kept.",
            on_413="The file is too large to be annotated.",
            on_415="The file cannot be read as a table.",
            on_503="The database is away, or too many workbooks are asked for at the same time.",
        ),
    },
}
