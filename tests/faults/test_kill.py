"""kill -9 at the worst moments, on real processes, against an oracle. `make faults`; FAULT_ROUNDS kills per point.

Each suite has one planted defect that it must catch.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import pytest

from tests.faults.oracle import files
from tests.faults.rig import Rig

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "2021"))
POINTS = [
    "ingestion.after_receipt",
    "ingestion.mid_publish",
    "ingestion.after_publish",
    "aggregator.before_commit",
    "aggregator.after_commit",
    "aggregator.after_publish",
    "aggregator.checks_before_commit",
    "aggregator.checks_after_commit",
    "aggregator.checks_after_publish",
    "alerting.after_commit",
    "alerting.before_send",
]
# A service that does one thing in the wrong order, and the kill that shows it.
DEFECTS = {
    "ingestion.after_receipt": {"ingestion": "tests.faults.defects.ingestion_forgets:build"},
    "aggregator.before_commit": {"aggregator": "tests.faults.defects.aggregator_commits_first:build"},
    "alerting.before_send": {"alerting": "tests.faults.defects.alerting_records_first:build"},
}


@pytest.fixture(scope="module")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    rig = await Rig.start(tmp_path_factory.mktemp("faults"))
    yield rig
    await rig.stop()


async def test_nothing_is_lost_or_doubled_whatever_dies(rig: Rig) -> None:
    print(f"seed {SEED}, {ROUNDS} kills at each of {len(POINTS)} points, broker {rig.stack.broker.kind}")
    territories = rig.oracle.catalogue.territories.children("REG-76")
    points = POINTS * ROUNDS
    campaign = files(SEED, points, territories)
    for file, point in zip(campaign, points, strict=True):
        await rig.under_fire(file, point)
    await rig.verify(campaign)
    for offset, point in enumerate(POINTS):
        times = rig.recoveries[offset :: len(POINTS)]
        assert rig.kills[point] == ROUNDS, f"{point} was passed {rig.kills[point]} times"
        print(f"{point}: {rig.kills[point]} kills, recovered in {median(times):.1f} s, at worst {max(times):.1f} s")


@pytest.mark.parametrize("point", DEFECTS)
async def test_a_planted_defect_is_caught(point: str, tmp_path: Path) -> None:
    rig = await Rig.start(tmp_path, DEFECTS[point])
    try:
        campaign = files(SEED, [point], rig.oracle.catalogue.territories.children("REG-76"))
        with pytest.raises(AssertionError):
            await rig.under_fire(campaign[0], point)
            await rig.verify(campaign)
    finally:
        await rig.stop()
