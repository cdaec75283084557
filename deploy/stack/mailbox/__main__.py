"""python -m deploy.stack.mailbox: both sides in one process, on one event loop."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette

from deploy.stack.mailbox.mails import Mails
from deploy.stack.mailbox.page import application
from deploy.stack.mailbox.sink import Refusals, Sink


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.stack.mailbox", description=__doc__)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--http-port", type=int, default=8025)
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept, as .eml files")
    chosen = parser.parse_args()
    mails, refusals = Mails(chosen.folder), Refusals()

    @asynccontextmanager
    async def with_smtp(_: Starlette) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(
            # No reverse look-up of our own name: it may take seconds on a machine without a network.
            lambda: SMTP(Sink(mails, refusals), hostname="localhost", enable_SMTPUTF8=True),
            "127.0.0.1",
            chosen.smtp_port,
        )
        async with server:
            yield

    uvicorn.run(
        application(mails, refusals, with_smtp),
        host="127.0.0.1",
        port=chosen.http_port,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


main()
