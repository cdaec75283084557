"""An ingestion that marks a receipt published before Kafka has it: what a crash takes in between is never sent."""

from typing import Any

from fastapi import FastAPI

from services.ingestion import app
from services.ingestion.store import ReceiptStore


def build() -> FastAPI:
    """Ingestion with the mark before the deed."""
    save = ReceiptStore.save

    async def save_and_mark(self: ReceiptStore, receipt: Any) -> None:
        await save(self, receipt)
        await self.mark_published(receipt.id, receipt.received_at)

    ReceiptStore.save = save_and_mark  # type: ignore[method-assign]
    return app.build()
