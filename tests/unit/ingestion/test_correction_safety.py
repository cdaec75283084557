"""The process that writes a corrected workbook costs no more than its limits."""

import asyncio
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from services.ingestion.problems import Problem
from services.ingestion.receipts import correcting
from services.ingestion.receipts.correcting import correct
from tests.unit.ingestion.correction_samples import (
    note_of,
    opened,
    remark,
    sample,
)


def row_of(content: bytes, **more: Any) -> dict[str, Any]:
    return {
        "id": "rec-000017-0badcafe", "feed": "ase-exits", "reporter": "DEPT-31", "period": "2020", "sha256": "ff",
        "file_name": "", "media_type": "", "received_at": datetime(2021, 3, 25, tzinfo=UTC), "accepted": 1,
        "rejected": 1, "seal": None, "errors": [remark("Remontée d'août", 4, 1)], "repairs": [], **more,
    }  # fmt: skip


async def test_the_child_writes_the_workbook() -> None:
    content = await correct(sample(), row_of(sample()))
    assert "ERREUR" in note_of(opened(content)["Remontée d'août"]["B4"])


async def test_what_is_no_table_is_a_415() -> None:
    with pytest.raises(Problem) as refused:
        await correct(b"PK\x03\x04 not an archive", row_of(b""))
    assert refused.value.status == 415


def far_corner() -> bytes:
    book = Workbook()
    book.worksheets[0]["XFD1048576"] = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    """A sheet of which 300 MB unpack from 300 kB."""
    buffer = io.BytesIO(sample())
    with (
        zipfile.ZipFile(buffer) as archive,
        zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in archive.namelist():
            part = archive.read(name)
            written.writestr(name, part + b" " * 300_000_000 if name.endswith("sheet1.xml") else part)
    return packed.getvalue()


def entities() -> bytes:
    """An XML part that expands to more than any memory."""
    buffer = io.BytesIO(sample())
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(12)
    )
    with (
        zipfile.ZipFile(buffer) as archive,
        zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith("sheet1.xml"):
                part = doctype + b"]>" + part.replace(b"</sheetData>", b"<row><c><v>&a11;</v></c></row></sheetData>")
            written.writestr(name, part)
    return packed.getvalue()


@pytest.mark.parametrize("make", [far_corner, bomb, entities], ids=lambda f: f.__name__)
async def test_a_hostile_workbook_costs_no_more_than_its_limits(make: Any) -> None:
    """Answered within the time limit, as too large, unreadable, or marked; this process goes on."""
    content = make()
    errors = [remark("Sheet", 1_048_576, 16_383), remark("Sheet", 7, None, column="Nulle part")]
    async with asyncio.timeout(correcting.PATIENCE_SECONDS + 5):
        try:
            book = opened(await correct(content, row_of(content, errors=errors)))
            assert "ERREUR" in note_of(book["Sheet"]["XFD1048576"])
        except Problem as refused:
            assert refused.status == {"bomb": 413, "entities": 415}[make.__name__]
