"""Who reads: the bearer of a token that entitles to exact figures, else the public."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Annotated

import asyncpg
from fastapi import Header

from services.dashboard.discretion import PUBLIC, Viewer
from services.dashboard.problems import Problem
from shared.runtime.auth import identify

# Of the request at hand. Whoever forgets to ask reads as the public does.
_viewer: ContextVar[Viewer] = ContextVar("viewer", default=PUBLIC)


def viewer() -> Viewer:
    """Who reads now; the public outside a request."""
    return _viewer.get()


def recognised(pool: asyncpg.Pool) -> Callable[..., Awaitable[None]]:
    """A dependency of every route: a bearer token that is not known is refused rather than taken for nobody's."""

    async def recognise(authorization: Annotated[str | None, Header(include_in_schema=False)] = None) -> None:
        _viewer.set(PUBLIC)
        if authorization is None or not authorization.lower().startswith("bearer "):
            return
        identity = await identify(pool, authorization)
        if identity is None:
            raise Problem(
                401, "Unknown token", "this token is not known or was revoked; without one, figures are public"
            )
        _viewer.set(Viewer(identity.entitled_to()))

    return recognise
