"""The logins that docker-compose.yml makes: the platform owns its database, Grafana only reads schema published."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from deploy.stack import postgres, postgres_cluster, process
from deploy.stack.ports import Reservation
from tests.consistency.repository import ROOT

PASSWORDS = {"DATABASE_PASSWORD": "own'er", "GRAFANA_DATABASE_PASSWORD": "reader"}


def psql(server: postgres.Postgres, user: str, password: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """psql as compose runs it: no start file, everything else by the environment."""
    address = {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": user, "PGDATABASE": server.database}
    return subprocess.run(
        [str(server.programs / "psql"), "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", *arguments],
        env={**os.environ, **address, "PGPASSWORD": password, **PASSWORDS},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A cluster like that of the image, whose administrator is `postgres`, after the steps of compose."""
    folder = tmp_path_factory.mktemp("roles")
    (folder / "logs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_cluster, "USER", "postgres")
        started = postgres.start(folder, Reservation(["postgres"]).release("postgres"), dict(os.environ), durable=False)
    running = replace(started, user="postgres")
    try:
        postgres.await_ready(running)
        for _ in range(2):  # compose runs it at each start
            done = psql(running, "postgres", running.password, f"--file={ROOT / 'deploy/postgres/roles.sql'}")
            assert (done.returncode, done.stderr) == (0, "")
        own = f"postgresql://vigie:{quote(PASSWORDS['DATABASE_PASSWORD'])}@{running.host}:{running.port}/vigie"
        migrate = [sys.executable, "-m", "shared.runtime.cli", "migrate"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, "VIGIE_DATABASE_URL": own}, check=True)
        yield running
    finally:
        process.stop([started.child])


def test_the_platform_is_no_administrator(server: postgres.Postgres) -> None:
    """It has migrated its own database, without the right to make roles or databases."""
    flags = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'vigie'"
    done = psql(server, "vigie", PASSWORDS["DATABASE_PASSWORD"], "-c", flags)
    assert done.stdout.strip() == "f|f|f"


def test_grafana_reads_every_published_view(server: postgres.Postgres) -> None:
    """Its login may SELECT from each view of the contract."""
    listing = "SELECT table_name FROM information_schema.views WHERE table_schema = 'published'"
    views = psql(server, "grafana", PASSWORDS["GRAFANA_DATABASE_PASSWORD"], "-c", listing).stdout.split()
    assert "rollup" in views
    reading = [word for view in views for word in ("-c", f"SELECT count(*) FROM published.{view}")]
    done = psql(server, "grafana", PASSWORDS["GRAFANA_DATABASE_PASSWORD"], *reading)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT hash FROM platform.token",
        "SELECT content FROM ingestion.receipt",
        "SELECT * FROM alerting.notification",
        "SELECT value FROM entitled.rollup",
        "SELECT value FROM entitled.observation_version",
        "SELECT reason FROM aggregator.suppression",
        "CREATE TABLE published.mine (x int)",
        "CREATE SCHEMA mine",
        "SET default_transaction_read_only = off; DELETE FROM published.target",
    ],
)
def test_grafana_reads_nothing_else_and_writes_nothing(server: postgres.Postgres, forbidden: str) -> None:
    """Tokens, files and addresses are out of its reach, and so is any change."""
    done = psql(server, "grafana", PASSWORDS["GRAFANA_DATABASE_PASSWORD"], "-v", "ON_ERROR_STOP=1", "-c", forbidden)
    assert done.returncode != 0
    assert "permission denied" in done.stderr or "read-only" in done.stderr
