"""The same three doors on every service: /livez, /readyz, /metrics."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.runtime.metrics import REGISTRY

Probe = Callable[[], Awaitable[dict[str, str]]]


def probe_routes(alive: Callable[[], bool], ready: Probe) -> APIRouter:
    """Routes of the probes.

    `alive` says whether the process still does its work (False: restart it). `ready` returns, by name, what is missing;
    empty means ready.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> JSONResponse:
        ok = alive()
        return JSONResponse({"status": "alive" if ok else "stuck"}, 200 if ok else 503)

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        missing = await ready()
        return JSONResponse({"status": "waiting" if missing else "ready", "missing": missing}, 503 if missing else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router
