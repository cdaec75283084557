"""Fixtures only: one broker, one PostgreSQL cluster and one mailbox for the whole run."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest

from deploy.stack.options import StackOptions
from deploy.stack.stack import Stack, discard
from shared.runtime.settings import settings

# The same examples each time where a failure must mean a change; new ones on a developer's machine.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("steady")
BROKER = os.environ.get("VIGIE_TEST_BROKER", "embedded")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Broker, migrated database and mailbox, on free ports; services are started by those who need them."""
    options = StackOptions(
        data=tmp_path_factory.mktemp("stack"), ports="free", services=False, durable=False, broker=BROKER
    )
    with Stack(options) as stack:
        yield stack
    discard(options.data)


@dataclass(frozen=True)
class World:
    """A database of one's own on the shared cluster, and topics of one's own on the shared broker."""

    database_url: str
    prefix: str
    environment: dict[str, str]
    clock: Path

    def set_clock(self, instant: str) -> None:
        self.clock.write_text(instant)


@pytest.fixture(scope="module")
async def world(platform: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """What a test module may fill as it likes. The settings of this process point at it meanwhile."""
    name = f"t{secrets.token_hex(4)}"
    admin_url = platform.environment["VIGIE_DATABASE_URL"]
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{urlsplit(admin_url).path[1:]}" STRATEGY FILE_COPY')
    finally:
        await admin.close()
    clock = tmp_path_factory.mktemp("clock") / "now"
    clock.write_text("2021-03-25T09:00:00+01:00")
    own = {
        **platform.environment,
        "VIGIE_DATABASE_URL": urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}")),
        "VIGIE_KAFKA_PREFIX": f"{name}-",
        "VIGIE_CLOCK": f"file:{clock}",
    }
    before = {key: os.environ.get(key) for key in own}
    os.environ.update(own)
    settings.cache_clear()
    yield World(own["VIGIE_DATABASE_URL"], f"{name}-", own, clock)
    for key, value in before.items():
        if value is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = value
    settings.cache_clear()
