"""Write a corrected workbook within limits, in a child process that may die alone."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from services.ingestion.correction.findings import UNREADABLE
from services.ingestion.problems import Problem
from shared.runtime.settings import settings

# Of addresses, of which it really holds all but some 7 MB at its height: 200 MB. 20 000 rows of 9 columns take 132 MB.
MEMORY_BYTES = 207_000_000
# Of computing; on a busy machine they take longer to pass.
SECONDS = 10
PATIENCE_SECONDS = 30
_CHILDREN = asyncio.Semaphore(2)
# Each may wait SECONDS, seldom PATIENCE_SECONDS, for each pair before it.
MOST_ASKED = 10


@dataclass
class _Line:
    """Those who write a workbook now, and those who wait for their turn."""

    asked: int = 0


_LINE = _Line()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """The right to read one file and to correct it, two at a time; raises Problem 503 where too many wait."""
    if _LINE.asked >= MOST_ASKED:
        raise Problem(
            503,
            "Trop de classeurs sont demandés en même temps. Redemandez celui-ci dans quelques secondes.",
            "Too many workbooks are asked for at the same time. Ask for this one again in some seconds.",
        )
    _LINE.asked += 1
    try:
        async with _CHILDREN:
            yield
    finally:
        _LINE.asked -= 1


async def correct(content: bytes, receipt: Mapping[str, Any]) -> bytes:
    """The XLSX of a kept file, within a `turn`; raises Problem 413, 415 or 503.

    `receipt`: its row, with media_type, errors and repairs.
    """
    asked = {
        "about": about(receipt),
        "errors": receipt["errors"],
        "repairs": receipt["repairs"],
        "media_type": receipt["media_type"],
        "file_name": receipt["file_name"],
        "limits": {
            "rows": settings().max_rows,
            "columns": settings().max_columns,
            "sheets": settings().max_sheets,
            "cells": settings().max_cells,
        },
    }
    code, output = await _run_child(json.dumps(asked, default=str).encode() + b"\n" + content)
    if code == UNREADABLE:
        raise Problem(
            415,
            "Ce fichier ne se lit pas comme un tableau : il n'y a pas de classeur à corriger. Le rapport d'import dit "
            "pourquoi.",
            "This file cannot be read as a table: there is no workbook to correct. The receipt says why.",
        )
    if code != 0:
        raise Problem(
            413,
            "Ce fichier est trop gros pour être annoté. Le rapport d'import donne chaque feuille, ligne et colonne à "
            "corriger.",
            "This file is too large to be annotated. The receipt gives each sheet, row and column to correct.",
        )
    return output


def about(receipt: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What names the receipt, on the first sheet."""
    received = receipt["received_at"].isoformat(timespec="seconds")
    return [
        ("Rapport d'import", receipt["id"]),
        ("Flux", receipt["feed"]),
        ("Déposant", receipt["reporter"]),
        ("Période", receipt["period"] or "dite ligne par ligne"),
        ("Fichier", receipt["file_name"] or "sans nom"),
        ("SHA-256", receipt["sha256"]),
        ("Reçu le", received),
        ("Retenu", str(receipt["accepted"])),
        ("À corriger", str(receipt["rejected"])),
        ("Sceau", receipt["seal"] or "aucun"),
    ]


async def _run_child(given: bytes) -> tuple[int | None, bytes]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.ingestion.correction",
        str(MEMORY_BYTES),
        str(SECONDS),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # What it holds when it ends badly must not reach a log.
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            output, _ = await child.communicate(given)
    except TimeoutError:
        raise Problem(
            503,
            "La machine est trop occupée pour annoter ce fichier. Redemandez-le dans quelques secondes.",
            "The machine is too busy to annotate this file. Ask for it again in some seconds.",
        ) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
    return child.returncode, output
