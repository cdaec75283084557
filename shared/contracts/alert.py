"""AlertTransitioned: an alert changed state."""

from typing import Any

from shared.contracts.message import Instant, Message


class AlertTransitioned(Message):
    """One transition of one episode. `seq` has no gaps inside an episode; `reason` is a name, never a bare yes."""

    alert_id: str
    alert_key: str
    episode: int
    seq: int
    from_state: str | None
    to_state: str
    reason: str
    rule: str
    rule_version: int
    territory: str
    indicator: str | None = None
    collection: str | None = None
    period: str
    severity: str
    simulated: bool = False
    inputs: dict[str, Any]
    at: Instant
