"""What must be there before the first file: a clock, the catalogue with its simulated targets, one token a sender."""

import asyncio
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import asyncpg

from deploy.stack.errors import StackError
from deploy.stack.options import CHECKOUT
from deploy.stack.stack import Stack
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import FileClock

CATALOGUE = CHECKOUT / "deploy" / "catalogue"
TARGETS = Path(__file__).with_name("targets.csv")


def set_clock(path: Path, instant: datetime) -> None:
    """Move the clock; written beside and renamed, so that no service reads half an instant."""
    new = path.with_suffix(".new")
    new.write_text(instant.isoformat(), encoding="utf-8")
    new.replace(path)


def load_catalogue(stack: Stack) -> str:
    """Load the catalogue with the command that operators use; returns what it said."""
    command = ["catalogue", "load", "--from", str(CATALOGUE), "--targets", str(TARGETS)]
    done = subprocess.run(
        [sys.executable, "-m", "shared.runtime.cli", *command],
        cwd=CHECKOUT,
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"vigie {' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def make_tokens(stack: Stack, clock: Path, senders: list[str]) -> dict[str, str]:
    """One token a sender: a department for itself, the commissioner for the region."""
    return asyncio.run(_make_tokens(stack.environment["VIGIE_DATABASE_URL"], FileClock(clock), senders))


async def _make_tokens(database: str, clock: FileClock, senders: list[str]) -> dict[str, str]:
    connection = await asyncpg.connect(database)
    try:
        tokens = {}
        for code in senders:
            role = Role.department if code.startswith("DEPT-") else Role.commissioner
            label = f"démonstration, {code}"
            _, tokens[code] = await create_token(
                connection, clock, label=label, role=role, territories=[code], feeds=[]
            )
        return tokens
    finally:
        await connection.close()
