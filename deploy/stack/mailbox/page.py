"""The HTTP side: a page to read the mails, the same as JSON, and a way to make deliveries fail."""

from email.utils import parsedate_to_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from deploy.stack.mailbox.mails import Mail, Mails
from deploy.stack.mailbox.sink import Refusals
from shared.domain import french

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def when(date: str) -> str:
    """The date of a mail as a French reader writes it; as it stands where it is no date."""
    try:
        return french.instant(parsedate_to_datetime(date))
    except ValueError:
        return date


TEMPLATES.filters["when"] = when
# A mail is content from elsewhere: it may show itself and open links in another tab, nothing more.
CONFINED = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
CONFINED += "style-src 'unsafe-inline'; img-src data:"


def application(mails: Mails, refusals: Refusals, lifespan: Lifespan[Starlette]) -> Starlette:
    """Return the web application of the mailbox."""

    def wanted(request: Request) -> Mail:
        mail = mails.get(request.path_params["mail"])
        if mail is None:
            raise HTTPException(404, "Ce message n'existe pas.")
        return mail

    async def index(_: Request) -> Response:
        return HTMLResponse(TEMPLATES.get_template("list.html").render(mails=mails.newest_first()))

    async def read(request: Request) -> Response:
        return HTMLResponse(TEMPLATES.get_template("mail.html").render(mail=wanted(request)))

    async def body(request: Request) -> Response:
        html = '<base target="_blank">' + (wanted(request).part("html") or "")
        return HTMLResponse(html, headers={"Content-Security-Policy": CONFINED})

    async def messages(_: Request) -> Response:
        return JSONResponse([mail.as_json() for mail in mails.newest_first()])

    async def fail(request: Request) -> Response:
        try:
            refusals.code = int(request.query_params.get("code", "451"))
            refusals.left = int(request.query_params.get("times", "1"))
        except ValueError as wrong:
            raise HTTPException(422, "code and times are numbers: /fail?code=451&times=3") from wrong
        return JSONResponse({"code": refusals.code, "times": refusals.left})

    async def ready(_: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/", index),
            Route("/messages", messages),
            Route("/messages/{mail:int}", read),
            Route("/messages/{mail:int}/html", body),
            Route("/fail", fail, methods=["POST"]),
            Route("/readyz", ready),
        ],
    )
