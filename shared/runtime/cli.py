"""The one command line, `vigie`. Sub-commands are found by entry points, so that this file imports no service."""

import argparse
import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from socket import gaierror
from urllib.parse import urlsplit, urlunsplit

from shared.runtime.errors import CommandError, RetryableError

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; returns its exit code. 2 means that it was asked something impossible."""
    parser = argparse.ArgumentParser(prog="vigie", description="Operate Vigie.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    migrate_parser = commands.add_parser("migrate", help="bring the database schema up to date")
    migrate_parser.set_defaults(run=lambda _: migrate())
    entries = sorted(entry_points(group="vigie.commands"), key=lambda e: e.name)
    words = sys.argv[1:] if arguments is None else arguments
    # A command that is named is loaded alone: none waits for the libraries of the others.
    for entry in [e for e in entries if e.name in words[:1]] or entries:
        entry.load()(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except CommandError as error:
        print(f"vigie: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # `vigie … | head`: whoever read us has seen enough. Python would complain once more while closing the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not _is_away(error):
            raise
        print(f"vigie: the database or Kafka did not answer: {error}", file=sys.stderr)
        return 2


def _is_away(error: Exception) -> bool:
    """Say whether an error is an outage, which one line says better than a traceback."""
    from aiokafka.errors import KafkaError
    from asyncpg import InterfaceError, PostgresError

    away = (ConnectionError, TimeoutError, gaierror, RetryableError, KafkaError, PostgresError, InterfaceError)
    return isinstance(error, away)


def migrate() -> int:
    """Apply the numbered SQL files with dbmate, under its advisory lock: several instances may start at once."""
    from shared.runtime.settings import settings

    beside = Path(sys.executable).with_name("dbmate")
    dbmate = str(beside) if beside.exists() else shutil.which("dbmate")
    if dbmate is None:
        msg = "dbmate is not installed; install the project's requirements.lock"
        raise CommandError(msg)
    url = urlsplit(settings().database_url.get_secret_value())
    query = url.query if "sslmode" in url.query else "&".join(filter(None, (url.query, "sslmode=disable")))
    command = [dbmate, "--no-dump-schema", "--migration-lock", "--migrations-dir", str(MIGRATIONS), "--url"]
    done = subprocess.run(  # noqa: S603
        [*command, urlunsplit(url._replace(query=query)), "--wait", "up"],
        check=False,
        capture_output=True,
        text=True,
    )
    print(done.stdout, end="")
    if done.returncode != 0:
        msg = f"migrations failed: {done.stderr.strip()}"
        raise CommandError(msg)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
