"""Problems of the API (RFC 9457)."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    401: "Authentication needed",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict with the present state",
    422: "Request not understood",
    500: "Internal error",
}


class ProblemError(Exception):
    """A request that is refused: status, what to know, and fields of the case."""

    def __init__(self, status: int, detail: str, **fields: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.fields = fields


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of these answers."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }
    return {s: {"description": _TITLES[s], "content": {MEDIA_TYPE: {"schema": schema}}} for s in statuses}


def install(app: FastAPI) -> None:
    """Answer every refusal as a problem."""

    async def on_problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)
        return _problem(error.status, error.detail, **error.fields)

    async def on_invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"][1:]), "message": fault["msg"]}
            for fault in error.errors()
        ]
        return _problem(422, "; ".join(f"{f['field']}: {f['message']}" for f in faults), errors=faults)

    async def on_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return _problem(error.status_code, str(error.detail))

    async def on_failure(_: Request, __: Exception) -> JSONResponse:
        # The server logs the exception; who asked learns nothing of it.
        return _problem(500, "the request failed for a reason of our own; it may be tried again")

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(Exception, on_failure)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


def _problem(status: int, detail: str, **fields: Any) -> JSONResponse:
    body = {"type": "about:blank", "title": _TITLES.get(status, "Refused"), "status": status, "detail": detail}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(jsonable_encoder({**body, **fields}), status, headers, MEDIA_TYPE)
