"""kill -9 of ingestion at its three worst moments: nothing lost, nothing doubled, and A, B, A stay three submissions.

`make faults`; INGESTION_KILLS kills at each point (30 by default), each in one of three files of which the first and
the last are the same bytes: whoever takes the third for a repeat of the first loses a version.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.faults.oracle import FRAMEWORK, HEADER, MAJORITY
from tests.faults.rig import Rig

KILLS = int(os.environ.get("INGESTION_KILLS", "30"))
SEED = int(os.environ.get("FAULT_SEED", "2021"))
POINTS = ("ingestion.after_receipt", "ingestion.mid_publish", "ingestion.after_publish")


@dataclass(frozen=True)
class Statement:
    """One file of one department: what a campaign sends."""

    number: int
    territory: str
    majority: int
    framework: int

    @property
    def name(self) -> str:
        return f"aba-{self.number}.csv"

    @property
    def content(self) -> bytes:
        return f"{HEADER}\n{self.territory.removeprefix('DEPT-')};{self.majority};{self.framework}\n".encode()


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = await Rig.start(tmp_path)
    yield rig
    await rig.stop()


async def send(rig: Rig, files: list[Statement], kills: dict[int, str]) -> list[int]:
    """Send files one after the other, ingestion dying at a point during some; returns their submission numbers."""
    numbers = []
    for index, file in enumerate(files):
        point = kills.get(index)
        if point:
            rig.fault_file.write_text(point)
        numbers.append(await rig.submit(file))
        if point:
            assert not rig.fault_file.exists(), f"{point} was never passed"
    await rig.quiet()
    return numbers


async def verify(rig: Rig, files: list[Statement], numbers: list[int]) -> None:
    """Each file is one receipt and two versions, in the order of sending; raises AssertionError."""
    assert numbers == sorted(set(numbers)), "two files got one number, or were taken in another order"
    receipts = await rig.database.fetch("SELECT submission_seq, stage FROM ingestion.receipt ORDER BY 1")
    assert [tuple(r) for r in receipts] == [(n, "published") for n in numbers], "a receipt more, or less"
    stored = {
        (r["submission_seq"], r["indicator"]): (r["territory"], r["value"], r["numerator"], r["denominator"])
        for r in await rig.database.fetch("SELECT * FROM entitled.observation_version")
    }
    for number, file in zip(numbers, files, strict=True):
        assert stored[number, MAJORITY][:2] == (file.territory, file.majority)
        assert (stored[number, FRAMEWORK][0], *stored[number, FRAMEWORK][2:]) == (
            file.territory,
            file.framework,
            file.majority,
        )
    assert len(stored) == 2 * len(files), "a version more, or less"


def campaign(territories: list[str], rounds: int) -> tuple[list[Statement], dict[int, str]]:
    """A, B, A of one department for each kill; where in the three it falls, and at which point, turns."""
    random = Random(SEED)
    files: list[Statement] = []
    kills: dict[int, str] = {}
    for turn in range(rounds):
        territory = random.choice(territories)
        a, b = (1000 + 2 * turn, random.randint(1, 900)), (1001 + 2 * turn, random.randint(1, 900))
        kills[len(files) + turn // len(POINTS) % 3] = POINTS[turn % len(POINTS)]
        files += [Statement(len(files) + n, territory, *figures) for n, figures in enumerate((a, b, a))]
    return files, kills


async def test_nothing_is_lost_or_doubled_and_a_b_a_is_three(rig: Rig) -> None:
    files, kills = campaign(rig.oracle.catalogue.territories.children("REG-76"), KILLS * len(POINTS))
    numbers = await send(rig, files, kills)
    await verify(rig, files, numbers)
    print(f"ingestion: {len(kills)} kills, {KILLS} at each of {POINTS}; {len(files)} files, all once, in order")


async def test_the_planted_defect_is_caught(tmp_path: Path) -> None:
    """Marked published before Kafka has it: what a kill takes is never sent."""
    rig = await Rig.start(tmp_path, {"ingestion": "tests.faults.defects.ingestion_forgets:build"})
    try:
        files, kills = campaign(rig.oracle.catalogue.territories.children("REG-76"), 1)
        with pytest.raises((AssertionError, KeyError)):
            await verify(rig, files, await send(rig, files, kills))
    finally:
        await rig.stop()
