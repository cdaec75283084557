"""From HTTP 202 to a figure that the read API shows: `make bench`.

200 submissions of one department after another, each followed through POST, 202 and the first answer of GET /v1/rollups
that carries the new figure. Three rounds; every figure is printed, nothing is hidden by a mean.
"""

import argparse
import asyncio
import statistics
import time

import httpx

from deploy.stack.programs import SERVICES
from tests.benchmarks.ground import Ground, ground, ms, p99

INDICATOR = "ax2.ase_exit.in_framework"
HEADER = "Département;Jeunes devenus majeurs;Pris en charge dans le référentiel"


async def main() -> None:
    """Run the rounds on a fresh platform and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", choices=["embedded", "apache"], default="embedded")
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    async with ground(options.broker, SERVICES) as place:
        for number in range(options.rounds):
            await _round(place, number, options)


async def _round(place: Ground, number: int, options: argparse.Namespace) -> None:
    accepted, readable = [], []
    async with (
        httpx.AsyncClient(base_url=place.stack.urls["ingestion"], headers=place.bearer, timeout=30) as ingestion,
        httpx.AsyncClient(base_url=place.stack.urls["dashboard"], timeout=30) as dashboard,
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
        f"POST to 202 median {ms(statistics.median(accepted))} p99 {ms(p99(accepted))}; "
        f"202 to readable median {ms(statistics.median(readable))} p99 {ms(p99(readable))} max {ms(max(readable))}"
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


if __name__ == "__main__":
    asyncio.run(main())
