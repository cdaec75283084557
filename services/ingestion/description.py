"""What openapi.json and GET /v1/feeds say of the routes and feeds."""

from typing import Any

from pydantic import BaseModel

from services.ingestion.feeds.model import Feed
from services.ingestion.problems import MEDIA_TYPE, ProblemBody
from services.ingestion.receipts.receipt import Receipt

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEMS = {
    400: "A parameter is missing or cannot be read.",
    401: "Token missing, unknown or revoked.",
    403: "The token may not send this feed, or no row is within its territories.",
    404: "No such feed or receipt.",
    408: "The file took too long to arrive; the connection is closed.",
    413: "The file, or the table in it, is over a limit; `code` names the limit of a table.",
    415: "The content is no table that Vigie reads, whatever its name, or has a Content-Encoding.",
    429: "The token made too many submissions in a minute, or sent too many bytes in an hour.",
    500: "Our fault.",
    503: "Database or message queue away: nothing is lost, send the same file again after Retry-After seconds.",
}


def _answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    found: dict[int | str, dict[str, Any]] = {
        code: {"description": _PROBLEMS[code], "content": {MEDIA_TYPE: {"schema": schema}}} for code in codes
    }
    for code in found.keys() & {429, 503}:
        found[code]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
    return found


_BYTES = {"schema": {"type": "string", "format": "binary"}}
SUBMISSION: dict[str, Any] = {
    "summary": "Send a file",
    "description": "The answer is the receipt: what was recorded, what was repaired, what to correct and where.",
    "responses": {
        202: {"description": "Accepted, wholly or in part: every figure is in Kafka.", "model": Receipt},
        200: {"description": "The same file again (status duplicate), or a dry run.", "model": Receipt},
        422: {
            "description": "Nothing of the file can be used: the receipt says why.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}},
            },
        },
        **_answers(400, 401, 403, 404, 408, 413, 415, 429, 500, 503),
    },
    "openapi_extra": {
        "requestBody": {
            "description": "The file as it is, or a form with one file. Empty with nil_return=true.",
            "content": {
                "text/csv": _BYTES,
                _XLSX: _BYTES,
                "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                },
            },
        }
    },
}
RECEIPT: dict[str, Any] = {"summary": "Read a receipt", "responses": _answers(400, 401, 404, 500, 503)}
ATTEMPT_LIST: dict[str, Any] = {
    "summary": "List tries to send a file: one's own, or everybody's for an operator",
    "responses": _answers(400, 401, 500, 503),
}
FEED_LIST: dict[str, Any] = {"summary": "List the feeds and their columns"}
SCHEMAS = {"ProblemBody": ProblemBody.model_json_schema()}


class ColumnDescription(BaseModel):
    """A column with the headers under which it is recognised."""

    column: str
    headers: list[str]
    kind: str
    required: bool


class FeedDescription(BaseModel):
    """A feed as senders see it."""

    name: str
    title: str
    description: str
    shape: str
    register_name: str | None = None
    senders: list[str]
    levels: list[str]
    period_kinds: list[str]
    columns: list[ColumnDescription]
    indicators: list[str]


def describe(feed: Feed) -> FeedDescription:
    """A feed in the words of the API."""
    return FeedDescription(
        name=feed.name,
        title=feed.title,
        description=feed.description,
        shape=feed.shape.value,
        register_name=feed.register_name.value if feed.register_name else None,
        senders=list(feed.senders),
        levels=[level.value for level in feed.levels],
        period_kinds=[kind.value for kind in feed.period_kinds],
        columns=[
            ColumnDescription(column=key, headers=c.headers, kind=c.kind.value, required=c.required)
            for key, c in feed.columns.items()
        ],
        indicators=[m.indicator for m in feed.measures],
    )
