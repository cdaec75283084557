"""The demonstration's campaign on real processes, with what every read of the dashboard said after each moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.demo.__main__ import INPUT, TICK_SECONDS
from deploy.demo.campaign import Campaign
from deploy.demo.harvest import Item, Platform
from deploy.demo.preparation import load_catalogue, set_clock
from deploy.demo.timeline import CAMPAIGN, Moment
from deploy.stack.options import StackOptions
from deploy.stack.programs import SERVICES
from deploy.stack.stack import Stack, discard
from tests.conftest import BROKER

READS = ("rollups", "observations", "reports", "alerts", "checks")


class Remembering(Campaign):
    """Asks everything after each moment."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.platform = Platform(self.stack)
        self.remembered: dict[datetime, dict[str, list[Item]]] = {}

    def _play(self, moment: Moment) -> list[Item]:
        mails = super()._play(moment)
        self.remembered[moment.at] = {name: self.ask(name) for name in READS}
        return mails

    def ask(self, name: str, **filters: str) -> list[Item]:
        """A whole list of the read API."""
        return self.platform.items("dashboard", f"/v1/{name}", **filters)


@contextmanager
def campaign(folder: Path) -> Iterator[Remembering]:
    """A stack of its own, played to the end; it stays up meanwhile."""
    clock = folder / "clock"
    set_clock(clock, CAMPAIGN[0].at)
    options = StackOptions(
        data=folder,
        broker=BROKER,
        ports="free",
        durable=False,
        services=False,
        clock=f"file:{clock}",
        extra_env={"VIGIE_TICK_SECONDS": TICK_SECONDS},
    )
    with Stack(options) as stack:
        for name in SERVICES:
            stack.start_service(name, wait=False)
        load_catalogue(stack)
        for name in SERVICES:
            stack.await_service(name)
        played = Remembering(stack, clock, INPUT)
        played.run(0.0)
        yield played
    discard(folder)
