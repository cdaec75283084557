"""Problems of the read API (RFC 9457). A browser that asked for a page gets the same facts as a page."""

from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from services.dashboard.rendering import render

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
PAGE_TITLES = {
    400: "La demande n'est pas comprise",
    401: "Ce jeton n'est pas connu",
    404: "Cette page n'existe pas",
    503: "Les données sont momentanément inaccessibles",
}


class Problem(Exception):  # noqa: N818 - the name of RFC 9457
    """An answer other than success. `fields`: what the caller needs to do better next time."""

    def __init__(self, status: int, title: str, detail: str, **fields: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.fields = fields


def unknown(field: str, code: str) -> Problem:
    """A code of the right shape that the catalogue does not hold."""
    return Problem(
        404, f"Unknown {field}", f"the catalogue holds no {field} {code!r}; see /v1/{_LISTS[field]}", field=field
    )


_LISTS = {"indicator": "indicators", "territory": "territories"}


async def answer(request: Request, problem: Problem) -> Response:
    """The problem as JSON or, for a page asked by a browser, as a page."""
    headers = {"Retry-After": "5"} if problem.status == 503 else {}
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/"):
        page = render(
            "erreur.html", title=PAGE_TITLES.get(problem.status, "Quelque chose s'est mal passé"), problem=problem
        )
        page.status_code = problem.status
        page.headers.update(headers)
        return page
    body = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    return JSONResponse({**body, **problem.fields}, problem.status, headers=headers, media_type=MEDIA_TYPE)


def _of_validation(error: RequestValidationError) -> Problem:
    """A bad or unknown parameter: 400, naming each."""
    faults = [
        {
            "field": str(e["loc"][1]) if len(e["loc"]) > 1 else str(e["loc"][0]),
            "message": "unknown parameter"
            if e["type"] == "extra_forbidden"
            else e["msg"].removeprefix("Value error, "),
        }
        for e in error.errors()
    ]
    detail = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
    return Problem(400, "Bad parameter", detail, errors=faults)


def install(app: FastAPI) -> None:
    """Teach the application to answer every failure as a problem."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return await answer(request, error)

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return await answer(request, _of_validation(error))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await answer(
            request, Problem(error.status_code, str(error.detail), f"{request.method} {request.url.path}")
        )

    async def on_database_away(request: Request, error: Exception) -> Response:
        log.warning("database_away", error=repr(error))
        detail = "the database does not answer; try again in a few seconds"
        return await answer(request, Problem(503, "Database away", detail))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    for away in (
        OSError,
        TimeoutError,
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.InterfaceError,
    ):
        app.add_exception_handler(away, on_database_away)
