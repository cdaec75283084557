"""`vigie republish --since`: send accepted submissions again, for a broker that lost its topics."""

import argparse
import asyncio
from datetime import UTC, datetime

_KAFKA_SECONDS = 20


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; exit codes: 0 done, 2 the database or Kafka is away."""
    parser = subparsers.add_parser("republish", help="send accepted submissions again, oldest first")
    parser.add_argument(
        "--since", type=instant, required=True, metavar="INSTANT", help="received from then on, as 2021-03-25T09:00"
    )
    parser.set_defaults(run=run)


def instant(text: str) -> datetime:
    """An ISO date or instant; UTC where no offset is given."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not an ISO date or instant, write one such as 2021-03-25T09:00:00+01:00"
        raise argparse.ArgumentTypeError(msg) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def run(options: argparse.Namespace) -> int:
    """Publish and say how much. Stopped half-way, it may be started again: repeats are harmless."""
    submissions, observations = asyncio.run(_republish(options.since))
    print(f"republished {submissions} submissions, {observations} observations and entries")
    return 0


async def _republish(since: datetime) -> tuple[int, int]:
    # Imported here: `vigie --help` need not wait for Kafka's and FastAPI's libraries.
    from services.ingestion.publish import Publisher
    from services.ingestion.republish import republish_since
    from services.ingestion.store import ReceiptStore
    from shared.runtime.clock import make_clock
    from shared.runtime.database import make_pool
    from shared.runtime.producer import BatchProducer

    producer = BatchProducer()
    async with make_pool("vigie-republish") as pool:
        async with asyncio.timeout(_KAFKA_SECONDS):
            await producer.start()
        try:
            return await republish_since(ReceiptStore(pool), Publisher(producer), make_clock(), since)
        finally:
            await producer.stop()
