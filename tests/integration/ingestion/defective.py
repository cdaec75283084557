"""Ingestion with a defect that a look at its status codes should find: our own faults are answered as the sender's."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from services.ingestion.app import build as build_whole
from services.ingestion.problems import Problem, answer


def build() -> FastAPI:
    app = build_whole()

    @app.exception_handler(Exception)
    async def blame_the_sender(request: Request, error: Exception) -> JSONResponse:
        return answer(request, Problem(400, "Demande incorrecte.", "Bad request."))

    return app
