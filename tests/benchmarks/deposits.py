"""Observations a second that ingestion accepts over HTTP, in files of 1, 100 and 1,000, beside what bounds it.

`python -m tests.benchmarks.deposits`: for each size, in one run and in turn, the bare judgement of the same files
(parse, repair, validate) in this process, the bare publication of the same messages, and the whole way through the
service, from some clients at once, until 202: judged, kept in PostgreSQL, acknowledged by Kafka. Medians and ratios.
"""

import argparse
import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx

from services.ingestion.feeds.loader import load_feeds
from services.ingestion.messages import Stamp, observation
from services.ingestion.parse.read import read_sheets
from services.ingestion.validate.validation import Outcome, validate
from shared.contracts.topics import OBSERVATIONS
from shared.domain.catalogue import Catalogue
from shared.runtime.producer import BatchProducer
from tests.benchmarks.ground import Ground, ground
from tests.benchmarks.tables import observations_csv

SIZES = (1, 100, 1000)


async def main() -> None:
    """Run the rounds on a fresh platform and print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", choices=["embedded", "apache"], default="embedded")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    async with ground(options.broker, ["ingestion"]) as place:
        producer = BatchProducer()
        await producer.start()
        for size in SIZES:
            rates: dict[str, list[float]] = {"validated": [], "published": [], "accepted": []}
            for number in range(options.rounds):
                files = observations_csv(place.catalogue, size, start=number * 10**6)
                rates["validated"].append(_validated(place.catalogue, files, options.seconds / 2))
                rates["published"].append(await _published(producer, place.catalogue, next(files), options.seconds / 2))
                rates["accepted"].append(await _accepted(place, files, options))
            medians = {name: statistics.median(found) for name, found in rates.items()}
            print(
                f"{options.broker}, files of {size}: accepted {medians['accepted']:.0f}/s over HTTP; bare judgement "
                f"{medians['validated']:.0f}/s ({medians['accepted'] / medians['validated']:.2f} of it), "
                f"bare publication {medians['published']:.0f}/s "
                f"({medians['accepted'] / medians['published']:.2f} of it)",
                flush=True,
            )
        await producer.stop()


def _judged(catalogue: Catalogue, content: bytes) -> Outcome:
    return validate(read_sheets(content, "text/csv", ""), load_feeds()["observations"], catalogue, "NAT-FR", None)


def _validated(catalogue: Catalogue, files: Iterator[bytes], seconds: float) -> float:
    started, figures = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        figures += len(_judged(catalogue, next(files)).figures)
    return figures / (time.perf_counter() - started)


async def _published(producer: BatchProducer, catalogue: Catalogue, content: bytes, seconds: float) -> float:
    """Waiting for every acknowledgement after each file's worth of messages, as a submission does."""
    stamp = Stamp("rec-bench", 1, "observations", simulated=True, received_at=datetime(2021, 3, 25, tzinfo=UTC))
    made = [observation(figure, stamp) for figure in _judged(catalogue, content).figures]
    pairs = [(o.indicator, o.encode()) for o in made]
    started, sent = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        await producer.publish_all(OBSERVATIONS, pairs)
        sent += len(pairs)
    return sent / (time.perf_counter() - started)


async def _accepted(place: Ground, files: Iterator[bytes], options: argparse.Namespace) -> float:
    started, accepted, numbers = time.perf_counter(), 0, itertools.count()

    async def client(http: httpx.AsyncClient) -> None:
        nonlocal accepted
        while time.perf_counter() - started < options.seconds:
            answer = await http.post(
                "/v1/feeds/observations/submissions",
                params={"filename": f"{next(numbers)}.csv", "simulated": "true"},
                content=next(files),
                headers={"Content-Type": "text/csv"},
            )
            assert answer.status_code == 202, answer.text[:500]
            accepted += answer.json()["accepted"]

    async with httpx.AsyncClient(base_url=place.stack.urls["ingestion"], headers=place.bearer, timeout=60) as http:
        await asyncio.gather(*(client(http) for _ in range(options.clients)))
    return accepted / (time.perf_counter() - started)


if __name__ == "__main__":
    asyncio.run(main())
