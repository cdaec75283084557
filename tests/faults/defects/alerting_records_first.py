"""An alerting that records a mail as sent before sending it: what a crash in between takes never arrives."""

from typing import Any

from fastapi import FastAPI

from services.alerting import app
from services.alerting.store import outbox


def build() -> FastAPI:
    """Alerting with the record before the deed."""
    claim = outbox.claim

    async def claim_and_record(connection: Any, channel: str, now: Any, lease_until: Any, owner: str) -> Any:
        message = await claim(connection, channel, now, lease_until, owner)
        if message is not None:
            await outbox.mark_sent(connection, message.id, owner, now)
        return message

    outbox.claim = claim_and_record
    return app.build()
