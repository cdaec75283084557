"""`vigie attempts list|prune`: who tried to send what, and forgetting it in time."""

import argparse
import asyncio
from datetime import datetime

from services.ingestion.attempts.attempt import OUTCOMES
from services.ingestion.cli import instant


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands; exit codes: 0 done, 2 the database is away."""
    attempts = subparsers.add_parser("attempts", help="every try to send a file, refused ones included")
    actions = attempts.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the newest first")
    listing.add_argument("--since", type=instant, metavar="INSTANT", help="from then on, as 2021-03-25T09:00")
    listing.add_argument("--until", type=instant, metavar="INSTANT", help="before then")
    listing.add_argument("--feed", metavar="NAME")
    listing.add_argument("--outcome", metavar="WORD", choices=OUTCOMES, help=", ".join(OUTCOMES))
    listing.add_argument("--token", metavar="ID", help="of one token, as `vigie tokens list` shows it")
    listing.add_argument("--limit", type=int, default=100, metavar="N")
    listing.set_defaults(run=lambda options: asyncio.run(_show(options)))
    pruning = actions.add_parser("prune", help="forget tries; receipts stay")
    pruning.add_argument("--before", type=instant, required=True, metavar="INSTANT", help="older than this")
    pruning.set_defaults(run=lambda options: asyncio.run(_prune(options.before)))


async def _show(options: argparse.Namespace) -> int:
    from services.ingestion.attempts.ledger import AttemptLedger
    from shared.runtime.clock import make_clock
    from shared.runtime.database import make_pool

    async with make_pool("vigie-attempts", max_size=1) as pool:
        rows = await AttemptLedger(pool, make_clock()).page(
            options.token,
            since=options.since,
            until=options.until,
            feed=options.feed,
            outcome=options.outcome,
            limit=max(1, options.limit),
        )
    for row in rows:
        what = " ".join(filter(None, (row["feed"] or "-", row["reporter"], row["period"])))
        told = f"{row['outcome']}{' (dry run)' if row['dry_run'] else ''}"
        receipt = row["receipt_id"] or ""
        print(
            f"{row['at']:%Y-%m-%dT%H:%M:%SZ}  {row['token_id'] or 'no token':<12}  {row['code']}  {told:<22}  "
            f"{what}  {row['size_bytes']} bytes  {row['sha256'][:12]}  {receipt}".rstrip()
        )
    return 0


async def _prune(before: datetime) -> int:
    from services.ingestion.attempts.ledger import AttemptLedger
    from shared.runtime.clock import make_clock
    from shared.runtime.database import make_pool

    async with make_pool("vigie-attempts", max_size=1) as pool:
        gone = await AttemptLedger(pool, make_clock()).prune(before)
    print(f"forgot {gone} tries from before {before.isoformat()}")
    return 0
