"""Read an upload within its limits, whether it comes as a raw body or as a multipart form."""

import asyncio
import re
from collections.abc import AsyncGenerator
from urllib.parse import unquote

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from services.ingestion.attempts.allowance import too_much
from services.ingestion.file_names import base_name, line
from services.ingestion.problems import Problem
from services.ingestion.upload import Upload
from shared.runtime.settings import settings

_FORM_OVERHEAD = 100_000
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)
# Nothing more of this sender can be understood on this connection, or it would have to be read for long.
_CLOSE = {"Connection": "close"}


def declared_size(request: Request) -> int | None:
    """Bytes that the request says it brings, None where it does not say; raises Problem 413, 415 or 400 up front."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity"}:
        raise Problem(
            415,
            f"Envoyez le fichier tel quel, sans Content-Encoding : « {line(encoding)[:20]} » n'est pas lu.",
            f"Send the file as it is, without Content-Encoding: “{line(encoding)[:20]}” is not read.",
            code="encoded_body",
        )
    said = request.headers.get("content-length")
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal()):
        raise Problem(400, "L'en-tête Content-Length n'est pas un nombre.", "The header Content-Length is no number.")
    size, most = int(said), _most(request)
    if size > most:
        # The server throws away what still comes, so that the sender sees the answer; beyond reason it hangs up.
        raise _too_large(close=size > 100 * most)
    return size


async def read_upload(request: Request, file_name: str | None, room: int) -> Upload:
    """The file of a request.

    `room`: bytes that the sender may still send. Raises Problem 413 over the limit of a file, 429 over the room, 408
    when it takes too long, 400 for a form without exactly one file.
    """
    media_type = request.headers.get("content-type", "")
    is_form = _is_form(request)
    try:
        async with asyncio.timeout(settings().upload_seconds):
            body = await _body(request, _most(request), room)
    except TimeoutError:
        raise _too_slow() from None
    except ClientDisconnect:
        # Nobody reads this answer; the trail says what happened.
        raise Problem(400, "Envoi interrompu.", "Upload interrupted.", code="interrupted") from None
    if is_form:
        upload = await _of_form(request, body)
        if len(upload.content) > settings().max_upload_bytes:
            raise _too_large()
    else:
        found = _FILE_NAME.search(request.headers.get("content-disposition", ""))
        upload = Upload(body, media_type, unquote(found[1]) if found else "")
    return Upload(upload.content, line(upload.media_type), base_name(file_name or upload.file_name))


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _most(request: Request) -> int:
    limits = settings()
    # A file that fits into no hour of its sender is too large, whoever waits.
    most = min(limits.max_upload_bytes, limits.bytes_per_hour or limits.max_upload_bytes)
    return most + (_FORM_OVERHEAD if _is_form(request) else 0)


async def _body(request: Request, most: int, room: int) -> bytes:
    """The body, of which no more than the limit is kept.

    What is too much is read on for a while and thrown away: a client still writing would not see our answer.
    """
    kept = bytearray()
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total <= min(most, room):
            kept += chunk
        elif total > 4 * most:
            break
    if total > most:
        raise _too_large(close=True)
    if total > room:
        raise too_much(60)
    return bytes(kept)


def _too_large(*, close: bool = False) -> Problem:
    most = settings().max_upload_bytes
    size = f"{most / 1_000_000:g}"
    return Problem(
        413,
        f"Le fichier dépasse {size} Mo. Envoyez seulement la feuille de la remontée, sans images.",
        f"The file is larger than {size} MB. Send only the sheet of the report, without pictures.",
        headers=_CLOSE if close else None,
        max_bytes=most,
    )


def _too_slow() -> Problem:
    seconds = f"{settings().upload_seconds:g}"
    return Problem(
        408,
        f"Le fichier n'est pas arrivé en {seconds} s. Renvoyez-le, ou seulement la feuille de la remontée.",
        f"The file did not arrive within {seconds} s. Send it again, or only the sheet of the report.",
        headers=_CLOSE,
        seconds=settings().upload_seconds,
    )


async def _of_form(request: Request, body: bytes) -> Upload:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    refused = Problem(
        400,
        "Le formulaire doit contenir un fichier et un seul.",
        "The form must hold one file, no more.",
    )
    try:
        form = await MultiPartParser(request.headers, stream(), max_files=2, max_fields=20).parse()
    except (MultiPartException, FormParserError) as error:
        raise refused from error
    try:
        files = [v for v in form.values() if isinstance(v, UploadFile)]
        if len(files) != 1:
            raise refused
        return Upload(await files[0].read(), files[0].content_type or "", files[0].filename or "")
    finally:
        await form.close()
