"""The campaign played on paper: its files read, its alerts foreseen, no process started."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.demo.foreseen import Foresight, foresight
from deploy.demo.implied import Known
from deploy.demo.inputs import find
from deploy.demo.preparation import CATALOGUE, TARGETS
from deploy.demo.timeline import CAMPAIGN

INPUT = CATALOGUE.parent / "demo" / "input"


@dataclass
class Played:
    """What is known and foreseen after the last moment; `opened` holds what was open after each."""

    known: Known = field(default_factory=Known)
    foreseen: Foresight = field(default_factory=lambda: foresight(CATALOGUE, TARGETS))
    opened: list[set[tuple[str, str]]] = field(default_factory=list)


def play(folder: Path) -> Played:
    played = Played()
    for moment in CAMPAIGN:
        for send in moment.sends:
            file = find(folder, send.stem)
            if file is not None:
                played.known.receive(send, file)
        played.foreseen.at(moment.at, played.known)
        played.opened.append({(watch.rule, watch.territory) for watch in played.foreseen.open})
    return played


@pytest.fixture(scope="module")
def played() -> Played:
    return play(INPUT)
