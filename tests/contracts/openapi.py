"""OpenAPI of the services, from their applications; nothing is started."""

import importlib
from pathlib import Path
from typing import Any

from fastapi import FastAPI

SERVICES = ("ingestion", "aggregator", "alerting", "dashboard")
FOLDER = Path(__file__).parents[2] / "docs" / "openapi"


def build(service: str) -> FastAPI:
    """The application of a service. Call it inside an event loop: it makes its pool and its broker."""
    app = importlib.import_module(f"services.{service}.app").build()
    assert isinstance(app, FastAPI)
    return app


def document(service: str) -> dict[str, Any]:
    """What a service offers over HTTP, as the code now says it."""
    return build(service).openapi()


def path(service: str) -> Path:
    return FOLDER / f"{service}.json"
