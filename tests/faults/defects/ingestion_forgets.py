"""An ingestion that marks a receipt published before Kafka has it: what a crash takes in between is never sent."""

from typing import Any

from fastapi import FastAPI

from services.ingestion import app, store
from services.ingestion.turn import Turn


def build() -> FastAPI:
    """Ingestion with the mark before the deed."""
    save = Turn.save

    async def save_and_mark(self: Turn, receipt: Any, figures: Any) -> None:
        await save(self, receipt, figures)
        await self._connection.execute(store.QUERIES.mark_published, receipt.id, receipt.received_at)

    Turn.save = save_and_mark  # type: ignore[method-assign]
    return app.build()
