"""The Python programs of the stack: how each one is run."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.stack.options import CHECKOUT
from deploy.stack.process import Child, spawn

SERVICES = ("dashboard", "ingestion", "aggregator", "alerting")


def service(name: str, factory: str, port: int, data: Path, environment: Mapping[str, str]) -> Child:
    """Start one service on 127.0.0.1:port."""
    listen = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    # An open event stream would otherwise hold the end of the service until its reader leaves.
    return _python(
        name, ["uvicorn", "--factory", factory, *listen, "--timeout-graceful-shutdown", "3"], data, environment
    )


def mailbox(smtp_port: int, http_port: int, data: Path, environment: Mapping[str, str]) -> Child:
    """Start the mail sink and its page; it is ready when both listen."""
    ports = [f"--smtp-port={smtp_port}", f"--http-port={http_port}"]
    return _python("mailbox", ["deploy.stack.mailbox", f"--folder={data / 'mails'}", *ports], data, environment)


def migrate(data: Path, environment: Mapping[str, str]) -> Child:
    """Start the migrations, which end by themselves."""
    return _python("migrate", ["shared.runtime.cli", "migrate"], data, environment)


def _python(name: str, module: list[str], data: Path, environment: Mapping[str, str]) -> Child:
    return spawn(
        name,
        [sys.executable, "-m", *module],
        log=data / "logs" / f"{name}.log",
        environment=environment,
        cwd=CHECKOUT,
    )
