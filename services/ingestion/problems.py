"""Answers other than a receipt: RFC 9457 problems, in the sender's language."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
DATABASE_SECONDS = 10.0
_TITLES = {
    400: ("Demande incomplète", "Incomplete request"),
    401: ("Jeton absent, inconnu ou révoqué", "Token missing, unknown or revoked"),
    403: ("Ce jeton ne le permet pas", "This token may not do that"),
    404: ("Introuvable", "Not found"),
    405: ("Méthode non permise", "Method not allowed"),
    408: ("Envoi trop lent", "Upload too slow"),
    413: ("Fichier trop gros", "File too large"),
    415: ("Type de fichier non accepté", "File type not accepted"),
    422: ("Demande impossible", "Impossible request"),
    429: ("Trop d'envois", "Too many submissions"),
    500: ("Erreur interne", "Internal error"),
    503: ("Momentanément indisponible", "Unavailable for now"),
}
_NO_ROUTE = {
    404: ("Rien à cette adresse. Voir /openapi.json.", "Nothing at this address. See /openapi.json."),
    405: (
        "Cette adresse n'accepte pas cette méthode ; l'en-tête Allow dit lesquelles.",
        "This address does not take this method; the header Allow says which.",
    ),
}


class ProblemBody(BaseModel):
    """RFC 9457, with fields of the case."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Problem(Exception):  # noqa: N818 - the name of RFC 9457
    """An answer other than a receipt. `french` and `english` say what to do."""

    def __init__(
        self, status: int, french: str, english: str, *, headers: Mapping[str, str] | None = None, **fields: Any
    ) -> None:
        super().__init__(english)
        self.status = status
        self.sentences = (french, english)
        self.headers = headers or {}
        self.fields = fields


def wants_english(request: Request) -> bool:
    """French unless the first language asked for is English."""
    return request.headers.get("accept-language", "").strip().lower().startswith("en")


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The problem as JSON."""
    english = wants_english(request)
    body = ProblemBody(title=_TITLES[problem.status][english], status=problem.status, detail=problem.sentences[english])
    headers = {"Content-Language": "en" if english else "fr", **problem.headers}
    if problem.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="vigie"'
    return JSONResponse({**body.model_dump(), **problem.fields}, problem.status, headers=headers, media_type=MEDIA_TYPE)


def away(what_french: str, what_english: str, **fields: Any) -> Problem:
    """Something that we need does not answer."""
    return Problem(
        503,
        f"{what_french} ne répond pas. Renvoyez ce fichier dans quelques secondes : il ne comptera qu'une fois.",
        f"{what_english} does not answer. Send the same file again in some seconds: it will not count twice.",
        **fields,
    )


@asynccontextmanager
async def database_answers(seconds: float = DATABASE_SECONDS) -> AsyncIterator[None]:
    """Turn a database that is away, or too slow, into a 503 within ten seconds, or as many as the work takes."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
        asyncpg.InterfaceError,
        OSError,
        TimeoutError,
    ) as error:
        log.warning("database_away", error=repr(error))
        raise away("La base de données", "The database") from error


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, problem: Problem) -> JSONResponse:
        return answer(request, problem)

    @app.exception_handler(RequestValidationError)
    async def on_bad_parameter(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
        return answer(request, Problem(400, f"Paramètre incorrect : {faults}", f"Bad parameter: {faults}"))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405 and request.method == "OPTIONS":
            return Response(status_code=204, headers=error.headers)
        status = error.status_code if error.status_code in _TITLES else 400
        sentences = _NO_ROUTE.get(status, (str(error.detail), str(error.detail)))
        # A 405 has to name the methods allowed: they stand in the headers of the error.
        return answer(request, Problem(status, *sentences, headers=error.headers))

    @app.exception_handler(Exception)
    async def on_fault(request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
        return answer(
            request,
            Problem(500, "Erreur de notre côté, rien n'est perdu.", "Our fault; nothing is lost."),
        )
