"""The routes that prove and correct: is this receipt ours, and where in the file is what it says."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from services.ingestion.entrance import Entrance, may_see
from services.ingestion.problems import Problem, database_answers, wants_english
from services.ingestion.receipts.correcting import correct, turn
from services.ingestion.receipts.description import CORRECTED, VERIFY, XLSX, Difference, Verification
from services.ingestion.receipts.presented import Presented, read_presented
from services.ingestion.receipts.seal import Facts, Keyring
from services.ingestion.receipts.verification import Verified, verify
from shared.runtime.auth import Identity

Authorization = Annotated[str | None, Header(description="Bearer and the token")]
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,60}")


class Receipts(Protocol):
    """Where receipts are kept."""

    async def receipt(self, receipt_id: str) -> Mapping[str, Any] | None: ...


class Files(Protocol):
    """Where their files are kept."""

    async def original(self, receipt_id: str) -> Mapping[str, Any] | None: ...


def receipt_routes(entrance: Entrance, receipts: Receipts, files: Files, keyring: Keyring) -> APIRouter:
    """The router over what was kept and the keys that sealed it."""
    router = APIRouter(prefix="/v1/receipts")

    @router.post("/verify", response_model=Verification, **VERIFY)
    async def verify_receipt(
        request: Request,
        file_sha256: Annotated[str | None, Query(description="SHA-256 of the file, instead of the file")] = None,
        authorization: Authorization = None,
    ) -> JSONResponse:
        identity = await entrance.identity(authorization)
        presented = await read_presented(request, file_sha256)
        verified = verify(presented.receipt, presented.file_sha256, keyring)
        english = wants_english(request)
        answer = Verification(
            verdict=verified.finding.value,
            detail=verified.sentence(english=english),
            differences=await _differences(identity, presented, verified),
        )
        return JSONResponse(answer.model_dump(mode="json"), headers={"Content-Language": "en" if english else "fr"})

    @router.get("/{receipt_id}/corrected.xlsx", response_class=Response, **CORRECTED)
    async def corrected(
        receipt_id: Annotated[str, Path(max_length=60)], authorization: Authorization = None
    ) -> Response:
        identity = await entrance.identity(authorization)
        # The same answer whether it does not exist or is somebody else's.
        if await _visible(identity, receipt_id) is None:
            raise Problem(
                404,
                "Aucun rapport d'import de ce numéro n'est visible avec ce jeton.",
                "No receipt of this number is visible with this token.",
            )
        async with turn():
            async with database_answers():
                row = await files.original(receipt_id)
            assert row is not None  # receipts are never removed
            workbook = await correct(_content(row), row)
        return Response(
            workbook,
            media_type=XLSX,
            headers={
                "Content-Disposition": f'attachment; filename="{row["id"]}-a-corriger.xlsx"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    async def _visible(identity: Identity, receipt_id: str) -> Mapping[str, Any] | None:
        if not _NUMBER.fullmatch(receipt_id):
            return None
        catalogue = await entrance.catalogue()
        async with database_answers():
            row = await receipts.receipt(receipt_id)
        return row if row is not None and may_see(identity, row["reporter"], catalogue) else None

    async def _differences(identity: Identity, presented: Presented, verified: Verified) -> list[Difference]:
        """Which fields are not what we have kept, for whoever may read it anyway."""
        number = presented.receipt.get("id")
        if not isinstance(number, str) or not (verified.facts or verified.faulty):
            return []
        row = await _visible(identity, number)
        if row is None:
            return []
        kept = Facts.of(row)
        if verified.facts is None:
            return [Difference(field=verified.faulty, given=None, kept=getattr(kept, verified.faulty))]
        differing = verified.facts.differences(kept)
        return [Difference(field=field, given=given, kept=kept) for field, (given, kept) in differing.items()]

    return router


def _content(row: Mapping[str, Any]) -> bytes:
    """The kept bytes; raises Problem 404 where there are none."""
    if row["nil_return"]:
        raise Problem(
            404, "Un état néant n'a pas de fichier à corriger.", "A nil return has no file that could be corrected."
        )
    if row["content"] is None:
        raise Problem(
            404,
            "Rien n'a été gardé de ce fichier, qui n'a pas pu être lu ou portait des données sur des personnes. Le "
            "rapport d'import dit pourquoi il a été refusé.",
            "Nothing was kept of this file, which could not be read or held data about persons. The receipt says "
            "why it was refused.",
        )
    return bytes(row["content"])
