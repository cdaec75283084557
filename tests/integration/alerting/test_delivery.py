"""Every message leaves, once as far as anyone can tell, whatever the relay or the process does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.stack.stack import Stack
from services.alerting.app import build
from tests.integration.alerting.bench import Bench
from tests.support.wire import eventually


@pytest.fixture
async def service(bench: Bench):
    app = build()
    async with app.router.lifespan_context(app):
        yield app


async def row(bench: Bench, alert_id: str):
    return await bench.connection.fetchrow(
        "SELECT * FROM alerting.notification WHERE alert_id = $1 AND channel = 'email'", alert_id
    )


async def settled(bench: Bench, alert_id: str, status: str):
    async def there():
        found = await row(bench, alert_id)
        return found if found["status"] == status else None

    return await eventually(there, 25)


async def test_a_passing_refusal_is_tried_again(bench: Bench, service) -> None:
    await bench.refuse_mails(451, 1)
    await bench.report("DEPT-31", 40, 100)
    alert = await bench.alert("target_missed", "DEPT-31", "firing")
    sent = await settled(bench, alert["id"], "sent")
    assert sent["attempts"] == 2
    (mail,) = await bench.mails(alert["id"])
    assert mail["message_id"] == sent["message_id"]


async def test_a_final_refusal_is_given_up_at_once_and_delays_nobody(bench: Bench, service) -> None:
    await bench.refuse_mails(550, 1)
    await bench.report("DEPT-32", 40, 100)
    alert = await bench.alert("target_missed", "DEPT-32", "firing")
    dead = await settled(bench, alert["id"], "dead")
    assert dead["attempts"] == 1
    assert "550" in dead["last_error"]
    assert "@" not in dead["last_error"]
    await bench.report("DEPT-34", 40, 100)
    other = await bench.alert("target_missed", "DEPT-34", "firing")
    await settled(bench, other["id"], "sent")


FAST = {"VIGIE_DELIVERY_LEASE_SECONDS": "3", "VIGIE_JUDGE_AFTER_SECONDS": "3", "VIGIE_TICK_SECONDS": "0.1"}


@dataclass(frozen=True)
class Mortal:
    """The service as a process of its own, which dies once at the point written to `fault`."""

    platform: Stack
    environment: dict[str, str]
    fault: Path

    async def start(self) -> None:
        await asyncio.to_thread(self.platform.start_service, "alerting", self.environment)

    async def dead(self) -> None:
        """Wait until it has died."""
        await eventually(lambda: not self.platform.children["alerting"].running)


@pytest.fixture
async def mortal(platform: Stack, bench: Bench, tmp_path: Path) -> AsyncIterator[Mortal]:
    fault = tmp_path / "fault"
    yield Mortal(platform, {**bench.world.environment, **FAST, "VIGIE_FAULT_FILE": str(fault)}, fault)
    await asyncio.to_thread(platform.kill, "alerting")


@pytest.mark.parametrize(
    ("point", "territory", "copies"),
    [
        ("alerting.after_commit", "DEPT-46", 1),
        ("alerting.before_send", "DEPT-48", 1),
        # Accepted by the relay, not recorded: sent twice under one Message-ID, which a mailbox shows once.
        ("alerting.after_send", "DEPT-65", 2),
    ],
)
async def test_a_crash_loses_nothing_and_repeats_only_what_nobody_can_know(
    bench: Bench, mortal: Mortal, point: str, territory: str, copies: int
) -> None:
    mortal.fault.write_text(point)
    await mortal.start()
    await bench.report(territory, 40, 100)
    await mortal.dead()
    await mortal.start()
    alert = await bench.alert("target_missed", territory, "firing")
    sent = await settled(bench, alert["id"], "sent")
    mails = await bench.mails(alert["id"])
    assert {m["message_id"] for m in mails} == {sent["message_id"]}
    assert len(mails) == copies
    assert len(await bench.transitions(alert["id"])) == 1
