"""Read an upload within its limit, whether it comes as a raw body or as a multipart form."""

import re
from collections.abc import AsyncGenerator
from urllib.parse import unquote

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.ingestion.problems import Problem
from services.ingestion.upload import Upload
from shared.runtime.settings import settings

_FORM_OVERHEAD = 100_000
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


async def read_upload(request: Request, file_name: str | None) -> Upload:
    """The file of a request; raises Problem 413 over the limit, 400 for a form without exactly one file."""
    media_type = request.headers.get("content-type", "")
    is_form = media_type.lower().startswith("multipart/form-data")
    most = settings().max_upload_bytes
    body = await _body(request, most + (_FORM_OVERHEAD if is_form else 0))
    if is_form:
        upload = await _of_form(request, body)
        if len(upload.content) > most:
            raise _too_large(most)
    else:
        found = _FILE_NAME.search(request.headers.get("content-disposition", ""))
        upload = Upload(body, media_type, unquote(found[1]) if found else "")
    return Upload(upload.content, _line(upload.media_type), _base_name(file_name or upload.file_name))


async def _body(request: Request, most: int) -> bytes:
    """The body, of which no more than the limit is kept.

    What is too much is read on for a while and thrown away: a client still writing would not see our answer.
    """
    kept = bytearray()
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total <= most:
            kept += chunk
        elif total > 4 * most:
            break
    if total > most:
        raise _too_large(settings().max_upload_bytes)
    return bytes(kept)


def _too_large(most: int) -> Problem:
    size = f"{most / 1_000_000:g}"
    return Problem(
        413,
        f"Le fichier dépasse {size} Mo. Envoyez seulement la feuille de la remontée, sans images.",
        f"The file is larger than {size} MB. Send only the sheet of the report, without pictures.",
        max_bytes=most,
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
    except MultiPartException as error:
        raise refused from error
    try:
        files = [v for v in form.values() if isinstance(v, UploadFile)]
        if len(files) != 1:
            raise refused
        return Upload(await files[0].read(), files[0].content_type or "", files[0].filename or "")
    finally:
        await form.close()


def _line(text: str) -> str:
    return _CONTROL.sub("", text)[:200]


def _base_name(name: str) -> str:
    return _line(re.split(r"[/\\]", name)[-1])
