"""The Kafka-protocol broker, whichever it is: what clients must know about it."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import broker_apache, broker_embedded
from deploy.stack.errors import StackError
from deploy.stack.options import BrokerKind
from deploy.stack.process import Child

READY_SECONDS = 60.0


@dataclass(frozen=True)
class Broker:
    """Where to connect, and whether producers may be idempotent. `child` is None when it is not ours."""

    bootstrap_servers: str
    idempotence: bool
    kind: BrokerKind
    child: Child | None = None


def start(kind: BrokerKind, data: Path, port: int, environment: Mapping[str, str]) -> Broker:
    """Start the broker, or point at the one that already runs; `await_ready` tells when it answers."""
    address = f"127.0.0.1:{port}"
    if kind == "embedded":
        child = broker_embedded.start(data, port, environment)
        return Broker(address, idempotence=False, kind=kind, child=child)
    if kind == "apache":
        child = broker_apache.start(data, port, environment)
        return Broker(address, idempotence=True, kind=kind, child=child)
    servers = os.environ.get("VIGIE_KAFKA_BOOTSTRAP_SERVERS")
    if not servers:
        raise StackError("--broker external needs VIGIE_KAFKA_BOOTSTRAP_SERVERS, as host:port,host:port")
    idempotence = os.environ.get("VIGIE_KAFKA_IDEMPOTENCE", "true").lower() in {"true", "1", "yes"}
    return Broker(servers, idempotence, kind)


def await_ready(broker: Broker) -> None:
    """Wait until the broker answers."""
    if broker.child is None:
        return
    port = int(broker.bootstrap_servers.rpartition(":")[2])
    if broker.kind == "apache":  # it listens long before it has joined its own cluster
        broker_apache.await_ready(broker.child, port)
    else:
        broker.child.wait_until(lambda: accepts(port), READY_SECONDS, f"a listener on port {port}")


def forget(data: Path) -> None:
    """Remove what a broker that writes to disk has kept."""
    broker_apache.forget(data)


def accepts(port: int) -> bool:
    """Tell whether somebody listens on this port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False
