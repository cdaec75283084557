"""HEAD is GET without its body, on every route."""

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadAsGet:
    """Routes answer HEAD as they answer GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server keeps its own, which says HEAD
        await self._app(scope, receive, send)
