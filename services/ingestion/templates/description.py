"""What openapi.json says of the route that hands out templates."""

from typing import Any

from services.ingestion.problems import MEDIA_TYPE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
_PROBLEMS = {
    400: "The territory or the period cannot be read, or the feed takes no figure of this territory.",
    401: "Token missing, unknown or revoked.",
    403: "The token may not send this feed, or not for this territory.",
    404: "No such feed.",
    500: "Our fault.",
    503: "The database is away: ask again after Retry-After seconds.",
}
TEMPLATE: dict[str, Any] = {
    "summary": "Get the workbook to fill in",
    "description": "Prefilled for the territory and period, with the values of the period before beside the cells.",
    "responses": {
        200: {"description": "The workbook.", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
        **{code: {"description": text, "content": _PROBLEM} for code, text in _PROBLEMS.items()},
    },
}
