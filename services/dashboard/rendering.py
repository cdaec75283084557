"""Jinja: one environment, autoescaped, undefined names raise, French filters at hand."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.dashboard import wording
from shared.domain import french

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "number",
        "quantity",
        "difference",
        "percent",
        "day",
        "instant",
        "period",
        "moment",
        "compact",
        "listing",
        "against",
        "sentence",
    ):
        env.filters[name] = getattr(french, name)
    env.globals.update(words=wording, asset=asset, link=link)
    return env


@cache
def asset(name: str) -> str:
    """Address of a static file; the digest lets browsers keep it for ever and still see the next one."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def link(path: str, **query: str | None) -> str:
    """An address with the parts of its query that are not empty."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def render(template: str, **values: Any) -> HTMLResponse:
    """A page or a fragment of one.

    `known_at`: the instant that it is about; `vu`: that instant where it is past; `kept`: what else its address chose;
    `family`: territories whose events concern it.
    """
    defaults: dict[str, Any] = {
        "known_at": None, "vu": None, "kept": {}, "section": "", "family": (), "simulated": False,
    }  # fmt: skip
    page = HTMLResponse(environment().get_template(template).render(**{**defaults, **values}))
    page.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'; form-action 'self'"
    page.headers["Cache-Control"] = "no-store"
    return page
