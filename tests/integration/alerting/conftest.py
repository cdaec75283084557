"""A bench for alerting: figures put into the tables that the aggregator writes, messages on the real topics."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from shared.runtime.settings import settings
from tests.conftest import World
from tests.integration.alerting.bench import Bench

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
async def bench(world: World, platform) -> AsyncIterator[Bench]:
    world.environment["VIGIE_TICK_SECONDS"] = "0.1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_TICK_SECONDS", "0.1")
        patch.setenv("VIGIE_JUDGE_AFTER_SECONDS", "3")
        patch.setenv("VIGIE_DELIVERY_LEASE_SECONDS", "3")
        settings.cache_clear()
        connection = await connect("test")
        bench = Bench(world, connection, platform.urls["mailbox"])
        await catalogue_store.load(
            connection, bench.with_targets(read_catalogue(ROOT / "deploy/catalogue")), make_clock()
        )
        yield bench
        await connection.close()
    settings.cache_clear()
