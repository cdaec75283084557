"""`vigie tokens create|list|revoke`."""

import argparse
import asyncio

from shared.domain.territory import is_code
from shared.runtime.auth import QUERIES, Role, create_token
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from shared.runtime.errors import CommandError


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands; exit codes: 0 done, 1 no such token, 2 asked something impossible."""
    tokens = subparsers.add_parser("tokens", help="who may send or read what")
    actions = tokens.add_subparsers(title="actions", required=True, metavar="ACTION")
    creation = actions.add_parser("create", help="make a token; its secret is printed once and kept nowhere")
    creation.add_argument("--role", type=Role, choices=list(Role), required=True)
    creation.add_argument("--territory", action="append", required=True, metavar="CODE", help="repeat for several")
    creation.add_argument("--feed", action="append", default=[], metavar="NAME", help="default: every feed")
    creation.add_argument("--label", required=True, help="an office, never a person")
    creation.add_argument("--quiet", action="store_true", help="print the secret and nothing else")
    creation.set_defaults(run=lambda options: asyncio.run(create(options)))
    listing = actions.add_parser("list", help="every token, without secrets")
    listing.set_defaults(run=lambda _: asyncio.run(show()))
    revocation = actions.add_parser("revoke", help="end a token at once")
    revocation.add_argument("id", help="as `vigie tokens list` shows it")
    revocation.set_defaults(run=lambda options: asyncio.run(revoke(options.id)))


async def create(options: argparse.Namespace) -> int:
    """Store a token and print its secret."""
    wrong = [code for code in options.territory if not is_code(code)]
    if wrong:
        msg = f"{wrong[0]!r} is not a territory code; write NAT-FR, REG-76, DEPT-31 or EPCI-243100518"
        raise CommandError(msg)
    connection = await connect()
    try:
        known = {r["code"] for r in await connection.fetch("SELECT code FROM published.territory")}
        absent = [code for code in options.territory if known and code not in known]
        if absent:
            msg = f"{absent[0]} is not in the catalogue; load it first, or correct the code"
            raise CommandError(msg)
        token_id, secret = await create_token(
            connection,
            make_clock(),
            label=options.label,
            role=options.role,
            territories=options.territory,
            feeds=options.feed,
        )
    finally:
        await connection.close()
    print(secret if options.quiet else f"{token_id}\n{secret}\nKeep this secret now: it cannot be shown again.")
    return 0


async def show() -> int:
    """Print one line per token."""
    connection = await connect()
    try:
        rows = await connection.fetch(QUERIES.list_tokens)
    finally:
        await connection.close()
    for row in rows:
        state = f"revoked {row['revoked_at']:%Y-%m-%d %H:%M}" if row["revoked_at"] else "in force"
        feeds = ",".join(row["feeds"]) or "every feed"
        territories = ",".join(row["territories"])
        print(f"{row['id']}  {row['role']:<12}  {territories}  {feeds}  {state}  {row['label']}")
    return 0


async def revoke(token_id: str) -> int:
    """End a token; what it sent stays."""
    connection = await connect()
    try:
        found = await connection.fetchval(QUERIES.revoke_token, token_id, make_clock().now())
    finally:
        await connection.close()
    print(f"{token_id} revoked" if found else f"no token {token_id} in force; see `vigie tokens list`")
    return 0 if found else 1
