"""The files of a database server: created once, under a password drawn once."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.stack.kept_secret import kept_secret
from deploy.stack.process import spawn
from deploy.stack.unprivileged import Runner, give

USER = "vigie"
FOLDER = "cluster"
BUILTIN_LOCALES = 17
"""First version whose character rules do not depend on the machine."""
CREATE_SECONDS = 60.0


def password(data: Path) -> str:
    """Return the password of this data directory."""
    return kept_secret(data / "postgres.password")


def create(
    home: Path, programs: Path, secret: str, *, environment: Mapping[str, str], runner: Runner, log: Path
) -> Path:
    """Return the cluster of this home, made by initdb the first time.

    It is made beside its final place, so that an interrupted initdb leaves nothing that looks complete.
    """
    cluster = home / FOLDER
    if cluster.exists():
        return cluster
    draft = home / f"{FOLDER}.new"
    shutil.rmtree(draft, ignore_errors=True)
    password_file = home / "initdb.password"  # its folder is 0700
    password_file.write_text(secret)
    give(password_file, runner)
    command = [*runner.prefix, str(programs / "initdb"), "-D", str(draft), "-U", USER]
    options = ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", "--no-instructions"]
    try:
        spawn(
            "initdb",
            [*command, *options, *_locale(programs)],
            log=log,
            environment=environment,
            cwd=home,
            account=runner.account,
        ).finish(CREATE_SECONDS)
    finally:
        password_file.unlink()
    return draft.rename(cluster)


def _locale(programs: Path) -> list[str]:
    """Return the options for UTF-8 character rules that are the same everywhere."""
    command = [str(programs / "postgres"), "--version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if int(said.split()[2].split(".")[0]) >= BUILTIN_LOCALES:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]
