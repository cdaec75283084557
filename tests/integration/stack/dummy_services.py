"""Services that do nothing, well or badly: what the launcher is tested with."""

import os
import subprocess
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def _ready(_: Request) -> JSONResponse:
    return JSONResponse({name: value for name, value in os.environ.items() if name.startswith("VIGIE_")})


def healthy() -> Starlette:
    return Starlette(routes=[Route("/readyz", _ready)])


def with_child() -> Starlette:
    """Like ingestion: a process of its own, which would outlive a killed parent."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["VIGIE_DUMMY_PID"]).write_text(str(child.pid))
    return healthy()


def broken() -> Starlette:
    raise RuntimeError("the catalogue has no indicator FAM-01")
