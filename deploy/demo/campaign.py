"""Run the campaign: move the clock, send, wait until it has had all its effects, look, tell."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from deploy.demo import expectations, narration
from deploy.demo.foreseen import Foresight, foresight
from deploy.demo.harvest import FIGURES, Item, Platform, document
from deploy.demo.implied import Known
from deploy.demo.inputs import InputError, find
from deploy.demo.preparation import CATALOGUE, TARGETS, make_tokens, set_clock
from deploy.demo.quiet import await_quiet
from deploy.demo.sending import Sent, deposit
from deploy.demo.timeline import CAMPAIGN, COMMISSIONER, LAST_WORD, Moment, senders
from deploy.stack.stack import Stack

DEPOSIT_SECONDS = 60.0
CORRECTION = Moment(
    CAMPAIGN[-1].at, "Une dernière correction", "Le classeur que la démonstration propose.", (LAST_WORD,)
)


@dataclass
class Campaign:
    """One run on a stack that has just started. `failures` collects what was not as it should be."""

    stack: Stack
    clock: Path
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    foreseen: Foresight = field(default_factory=lambda: foresight(CATALOGUE, TARGETS))

    def __post_init__(self) -> None:
        self._platform = Platform(self.stack)
        self._mails_read = 0
        self._known_at: list[tuple[date, Known]] = []

    def run(self, began: float) -> dict[str, Any]:
        """Play every moment; returns the final document. `began`: when it all started, on the monotonic clock."""
        self.tokens = make_tokens(self.stack, self.clock, senders())
        for moment in CAMPAIGN:
            self._play(moment)
        shown = document(self._platform, time.monotonic() - began)
        self.failures += expectations.misses(shown, self.known, self.foreseen)
        self.failures += expectations.misremembered(shown, self._known_by, self.foreseen)
        return shown

    def _known_by(self, day: str) -> Known:
        """What had been received by the end of a day."""
        return [known for at, known in self._known_at if at <= date.fromisoformat(day)][-1]

    def correct(self) -> Item:
        """Send what a visitor is invited to send; returns the region's new figure and the mails that it brought."""
        mails = self._play(CORRECTION)
        figure = self._platform.rollup(*FIGURES["ase_in_framework_2020"])
        wanted = self.known.regional()["ax2.ase_exit.in_framework"]
        if figure is None or figure["numerator"] != wanted.numerator:
            self.failures.append(f"after the correction the region shows {figure}, the files make it {wanted}")
        return {
            "region": figure and {side: figure[side] for side in ("value", "numerator", "denominator")},
            "mails": mails,
        }

    def _play(self, moment: Moment) -> list[Item]:
        """One moment, up to the last of its effects; returns the mails that it brought."""
        narration.tell_moment(moment)
        set_clock(self.clock, moment.at)
        narration.tell_sent(self._send(moment))
        await_quiet(self.stack)
        self.foreseen.at(moment.at, self.known)
        self._known_at.append((moment.at.date(), self.known.copy()))
        mails = self._platform.mails()[self._mails_read :]
        self._mails_read += len(mails)
        narration.tell_mails(mails)
        when = f"on {moment.at:%d/%m/%Y}, {moment.title}"
        self.failures += expectations.open_alerts_differ(self._platform.alerts(), self.foreseen, when)
        self.failures += expectations.doubts_differ(self._platform.failing_checks(), self.known, when)
        return mails

    def _send(self, moment: Moment) -> list[Sent]:
        """Send the files that are there; who has none stays silent."""
        sent = []
        with httpx.Client(base_url=self.stack.urls["ingestion"], timeout=DEPOSIT_SECONDS) as client:
            for send in moment.sends:
                file = find(self.folder, send.stem)
                if file is None and send.sender == COMMISSIONER:
                    raise InputError(f"{self.folder} holds no {send.stem}: the region's own files are all needed")
                if file is not None:
                    sent.append(deposit(client, file, send, self.tokens[send.sender]))
        for each in sent:
            if each.status != "rejected":
                self.known.receive(each.send, each.file)
            if each.receipt["errors"]:
                reasons = [error["message"] for error in each.receipt["errors"]]
                self.failures.append(f"{each.file.name} was {each.status}: {reasons}")
        return sent
