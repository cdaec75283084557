"""The files as they were sent, beside what their receipts found in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from shared.runtime.database import Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


class Originals:
    """Reads kept files. `content` is None where nothing of a file was kept, empty for a nil return."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def original(self, receipt_id: str) -> Mapping[str, Any] | None:
        """One receipt with its file."""
        row = await self._pool.fetchrow(QUERIES.original, receipt_id)
        return dict(row) if row else None
