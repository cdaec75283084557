"""A fresh platform to measure on: the services asked for, the catalogue, a token of the country without limits."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.options import BrokerKind, StackOptions
from deploy.stack.stack import Stack, discard
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import SystemClock
from shared.runtime.database import connect
from shared.runtime.settings import settings

ROOT = Path(__file__).resolve().parents[2]
# What is measured is the platform, not the patience that it asks of one sender.
UNLIMITED = {"VIGIE_SUBMISSIONS_PER_MINUTE": "1000000", "VIGIE_BYTES_PER_HOUR": "1000000000000"}


@dataclass(frozen=True)
class Ground:
    """A running platform; `secret` is an operator's token."""

    stack: Stack
    catalogue: Catalogue
    secret: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@asynccontextmanager
async def ground(broker: BrokerKind, services: Sequence[str], **environment: str) -> AsyncIterator[Ground]:
    """Start it, and leave nothing behind. The settings of this process point at it meanwhile."""
    data = Path(tempfile.mkdtemp(prefix="vigie-bench-"))
    extra = {**UNLIMITED, **environment}
    stack = Stack(StackOptions(data=data, ports="free", broker=broker, services=False, extra_env=extra))
    await asyncio.to_thread(stack.start)
    try:
        os.environ.update(stack.environment)
        settings.cache_clear()
        catalogue, clock = read_catalogue(ROOT / "deploy/catalogue"), SystemClock()
        database = await connect("bench")
        await catalogue_store.load(database, catalogue, clock)
        _, secret = await create_token(
            database, clock, label="bench", role=Role.operator, territories=["NAT-FR"], feeds=[]
        )
        await database.close()
        for name in services:
            await asyncio.to_thread(stack.start_service, name)
        yield Ground(stack, catalogue, secret)
    finally:
        await asyncio.to_thread(stack.stop)
        discard(data)


def p99(seconds: Sequence[float]) -> float:
    """The 99th percentile, by the nearest rank."""
    return sorted(seconds)[max(0, -(-99 * len(seconds) // 100) - 1)]


def ms(seconds: float) -> str:
    """Milliseconds, for people."""
    return f"{1000 * seconds:.0f} ms"
