"""`vigie dead-letters list|replay`: look at what could not be read, and send it again once the cause is mended."""

import argparse
import asyncio

import asyncpg

from shared.runtime.clock import make_clock
from shared.runtime.database import connect, queries_beside
from shared.runtime.errors import CommandError

QUERIES = queries_beside(__file__)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands; exit codes: 0 done, 2 asked something impossible."""
    letters = subparsers.add_parser("dead-letters", help="messages that could not be read")
    actions = letters.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="each with its place and reason")
    listing.add_argument("--pending", action="store_true", help="only those not sent again yet")
    listing.set_defaults(run=lambda options: asyncio.run(show(pending=options.pending)))
    replaying = actions.add_parser("replay", help="publish the same bytes to the topic that they came from")
    replaying.add_argument("ids", nargs="*", metavar="ID", help="as `vigie dead-letters list` shows them")
    replaying.add_argument("--all", action="store_true", help="all that were not sent again yet")
    replaying.set_defaults(run=lambda options: asyncio.run(replay(options.ids, everything=options.all)))


async def _read() -> list[asyncpg.Record]:
    connection = await connect()
    try:
        return list(await connection.fetch(QUERIES.list_dead_letters))
    finally:
        await connection.close()


async def show(*, pending: bool) -> int:
    """Print one line per dead letter. Never its content: it may be anything."""
    for row in await _read():
        if pending and row["replayed_at"]:
            continue
        state = f"replayed {row['replayed_at']:%Y-%m-%d %H:%M}" if row["replayed_at"] else "pending"
        place = f"{row['topic']}/{row['partition']}/{row['offset']}"
        size = len(row["value"] or b"")
        print(f"{row['id']}  {place}  {size} B  {row['consumer']}  {state}  {row['reason']}")
    return 0


async def replay(ids: list[str], *, everything: bool) -> int:
    """Publish letters again, one by one, each marked once Kafka has it."""
    from shared.runtime.broker import ensure_topics, make_broker  # here: `vigie --help` need not wait for it

    if bool(ids) == everything:
        msg = "name the dead letters to replay, or give --all"
        raise CommandError(msg)
    rows = await _read()
    absent = sorted(set(ids) - {row["id"] for row in rows})
    if absent:
        msg = f"no dead letter {absent[0]}; see `vigie dead-letters list`"
        raise CommandError(msg)
    chosen = [row for row in rows if (row["id"] in ids if ids else row["replayed_at"] is None)]
    clock = make_clock()
    broker = make_broker("dead-letters")
    connection = await connect()
    try:
        await ensure_topics()
        await broker.start()
        for row in chosen:
            # `topic` is the name on the wire, as the consumer saw it.
            await broker.publish(
                row["value"] or b"",
                topic=row["topic"],
                key=row["key"],
                headers={"content-type": "application/json", "x-replayed": row["id"]},
            )
            await connection.execute(QUERIES.mark_replayed, row["id"], clock.now())
    finally:
        await broker.stop()
        await connection.close()
    print(f"replayed {len(chosen)} dead letters")
    return 0
