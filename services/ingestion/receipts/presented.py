"""Read what somebody presents to be verified: the JSON of a receipt, alone or in a form with the file."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from services.ingestion.problems import Problem
from shared.runtime.settings import settings

# A receipt lists at most 10 000 errors and 10 000 repairs, seldom of more than a kilobyte each.
_LARGEST_RECEIPT = 24_000_000
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Presented:
    """A receipt as JSON, and the SHA-256 of the file that it should be about, if that came too."""

    receipt: dict[str, Any]
    file_sha256: str | None


async def read_presented(request: Request, file_sha256: str | None) -> Presented:
    """What a request presents; raises Problem 400 for what is no receipt, 408 too slow, 413 too large."""
    if file_sha256 is not None and not _DIGEST.fullmatch(file_sha256):
        raise Problem(
            400,
            "file_sha256 doit être un SHA-256 : 64 chiffres hexadécimaux.",
            "file_sha256 has to be a SHA-256: 64 hexadecimal digits.",
        )
    is_form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    body = await _body(request, _LARGEST_RECEIPT + (settings().max_upload_bytes if is_form else 0))
    if not is_form:
        return Presented(_receipt(body), file_sha256)
    receipt, digest = await _of_form(request, body)
    return Presented(_receipt(receipt), digest or file_sha256)


async def _body(request: Request, most: int) -> bytes:
    kept = bytearray()
    try:
        async with asyncio.timeout(settings().upload_seconds):
            async for chunk in request.stream():
                kept += chunk
                if len(kept) > most:
                    raise Problem(
                        413,
                        "C'est plus qu'un rapport d'import et son fichier. Donnez plutôt le paramètre file_sha256.",
                        "This is more than a receipt and its file. Give the parameter file_sha256 instead.",
                        headers={"Connection": "close"},
                    )
    except TimeoutError:
        raise Problem(
            408,
            "L'envoi n'est pas arrivé à temps. Recommencez, ou donnez le paramètre file_sha256.",
            "The upload did not arrive in time. Try again, or give the parameter file_sha256.",
            headers={"Connection": "close"},
        ) from None
    except ClientDisconnect:
        raise Problem(400, "Envoi interrompu.", "Upload interrupted.") from None
    return bytes(kept)


def _receipt(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Problem(
            400,
            "Envoyez le JSON du rapport d'import, tel qu'il a été reçu.",
            "Send the JSON of the receipt, as it was given.",
        )
    return found


async def _of_form(request: Request, body: bytes) -> tuple[bytes, str | None]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=2, max_fields=5).parse()
    except (MultiPartException, FormParserError):
        form = FormData()
    try:
        receipt, file = form.get("receipt"), form.get("file")
        if receipt is None:
            raise Problem(
                400,
                "Le formulaire doit contenir le rapport d'import sous le nom « receipt », et le fichier sous « file ».",
                "The form must hold the receipt under the name “receipt”, and the file under “file”.",
            )
        content = await receipt.read() if isinstance(receipt, UploadFile) else receipt.encode("utf-8", "replace")
        digest = hashlib.sha256(await file.read()).hexdigest() if isinstance(file, UploadFile) else None
        return content, digest
    finally:
        await form.close()
