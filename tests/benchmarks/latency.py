"""From HTTP 202 to a figure that the read API shows: `make bench`.

200 submissions of one department after another, each followed through POST, 202 and the first answer of GET /v1/rollups
that carries the new figure. Three rounds; every figure is printed, nothing is hidden by a mean.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from deploy.stack.options import StackOptions
from deploy.stack.stack import Stack, discard
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import SystemClock
from shared.runtime.database import connect
from shared.runtime.settings import settings

ROOT = Path(__file__).resolve().parents[2]
INDICATOR = "ax2.ase_exit.in_framework"
HEADER = "Département;Jeunes devenus majeurs;Pris en charge dans le référentiel"


async def main() -> None:
    """Run the rounds on a fresh platform and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", choices=["embedded", "apache"], default="embedded")
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="vigie-bench-"))
    stack = Stack(StackOptions(data=data, ports="free", broker=options.broker))
    await asyncio.to_thread(stack.start)
    try:
        os.environ.update(stack.environment)
        settings.cache_clear()
        database = await connect("bench")
        secret = await _prepare(database)
        for number in range(options.rounds):
            await _round(stack, secret, number, options)
        await database.close()
    finally:
        await asyncio.to_thread(stack.stop)
        discard(data)


async def _prepare(database: asyncpg.Connection) -> str:
    clock = SystemClock()
    await catalogue_store.load(database, read_catalogue(ROOT / "deploy/catalogue"), clock)
    scope = ["REG-76"]
    _, secret = await create_token(database, clock, label="bench", role=Role.commissioner, territories=scope, feeds=[])
    return secret


async def _round(stack: Stack, secret: str, number: int, options: argparse.Namespace) -> None:
    accepted, readable = [], []
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        httpx.AsyncClient(base_url=stack.urls["ingestion"], headers=headers, timeout=30) as ingestion,
        httpx.AsyncClient(base_url=stack.urls["dashboard"], timeout=30) as dashboard,
    ):
        for index in range(options.submissions):
            majority = 1000 + number * options.submissions + index
            started = time.perf_counter()
            answer = await ingestion.post(
                "/v1/feeds/ase-exits/submissions",
                params={"period": "2020", "filename": f"{majority}.csv"},
                content=f"{HEADER}\n31;{majority};500\n".encode(),
                headers={"Content-Type": "text/csv"},
            )
            assert answer.status_code == 202, answer.text
            told = time.perf_counter()
            await _until_readable(dashboard, majority)
            accepted.append(told - started)
            readable.append(time.perf_counter() - told)
    print(
        f"{options.broker}, round {number + 1}, {options.submissions} submissions: "
        f"POST to 202 median {_ms(statistics.median(accepted))} p99 {_ms(_p99(accepted))}; "
        f"202 to readable median {_ms(statistics.median(readable))} p99 {_ms(_p99(readable))} max {_ms(max(readable))}"
    )


async def _until_readable(dashboard: httpx.AsyncClient, majority: int) -> None:
    filters = {"indicator": INDICATOR, "territory": "DEPT-31", "period": "2020"}
    deadline = time.perf_counter() + 30
    while time.perf_counter() < deadline:
        items = (await dashboard.get("/v1/rollups", params=filters)).json()["items"]
        if items and items[0]["denominator"] == majority:
            return
        await asyncio.sleep(0.002)
    raise AssertionError(f"figure {majority} not readable after 30 s")


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


if __name__ == "__main__":
    asyncio.run(main())
