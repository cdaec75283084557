"""What may be chosen when the stack is started."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

CHECKOUT = Path(__file__).resolve().parents[2]

BrokerKind = Literal["embedded", "apache", "external"]


@dataclass(frozen=True)
class StackOptions:
    """Everything has a default: what `python -m deploy.stack up` does."""

    data: Path = CHECKOUT / ".stack"
    """Run file, logs, mails and database. The database persists between runs."""
    fresh: bool = False
    """Begin with an empty database, broker and mailbox."""
    broker: BrokerKind = "embedded"
    """`external` takes VIGIE_KAFKA_BOOTSTRAP_SERVERS and VIGIE_KAFKA_IDEMPOTENCE from the environment."""
    ports: Literal["default", "free"] = "default"
    services: bool = True
    """False: broker, database and mailbox only; `Stack.start_service` adds services later."""
    migrate: bool = True
    durable: bool = True
    """False: the database does not wait for the disk: a power cut may break it, a kill may not. For tests."""
    clock: str = "system"
    """`system`, or `file:PATH` holding one ISO instant."""
    extra_env: Mapping[str, str] = field(default_factory=dict)
    """More VIGIE_ settings, for every service."""
    service_factories: Mapping[str, str] = field(default_factory=dict)
    """Another `module:factory` for a service; tests only."""
    user_namespaces: bool = True
    """False: do as if the machine refused them; tests only."""
    ready_seconds: float = 60.0
