"""/metrics/business over a real database: follows it, and says how old it is."""

import re
import shutil
import subprocess
import time

import asyncpg
import httpx
import pytest

from tests.conftest import World
from tests.integration.dashboard.seed import FRAMEWORK
from tests.support.wire import eventually

PROMTOOL = shutil.which("promtool")


def business(client: httpx.Client) -> str:
    answer = client.get("/metrics/business")
    assert answer.status_code == 200
    return answer.text


async def test_the_exposition_holds_the_region(client: httpx.Client) -> None:
    await eventually(lambda: "vigie_coverage_ratio{" in business(client))
    text = business(client)
    assert f'vigie_indicator_attainment_ratio{{department="DEPT-12",indicator="{FRAMEWORK}"}} 1.142' in text
    assert re.search(rf'vigie_coverage_ratio{{indicator="{FRAMEWORK}",region="REG-76"}} 0\.923', text)
    assert 'vigie_report_received_timestamp_seconds{department="DEPT-48",report="calpae-2020/ase-exits"} 0.0' in text
    assert 'vigie_alerts_open{region="REG-76",rule="report_overdue",severity="critical",state="firing"} 1.0' in text
    assert 'vigie_alerts_open{region="REG-01",rule="report_overdue",severity="critical",state="firing"} 0.0' in text
    assert 'vigie_notification_outbox_messages{channel="email",status="pending"} 1.0' in text
    assert "vigie_clock_timestamp_seconds 1.6173471e+09" in text
    snapshot = re.search(r"^vigie_exporter_snapshot_timestamp_seconds (\S+)$", text, re.MULTILINE)
    assert snapshot is not None
    assert time.time() - float(snapshot[1]) < 5


async def test_a_row_that_goes_takes_its_series_with_it(client: httpx.Client, seeded: World) -> None:
    gone = f'vigie_indicator_attainment_ratio{{department="DEPT-82",indicator="{FRAMEWORK}"}}'
    await eventually(lambda: gone in business(client))
    connection = await asyncpg.connect(seeded.database_url)
    await connection.execute("DELETE FROM aggregator.rollup WHERE territory = 'DEPT-82'")
    await connection.close()
    await eventually(lambda: gone not in business(client))


def test_territories_stay_out_of_the_process_metrics(client: httpx.Client) -> None:
    assert "DEPT-" not in client.get("/metrics").text


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (.ci/run installs Debian's prometheus)")
@pytest.mark.parametrize("path", ["/metrics", "/metrics/business"])
def test_promtool_finds_nothing_to_say(client: httpx.Client, path: str) -> None:
    checked = subprocess.run(
        [PROMTOOL or "", "check", "metrics"], input=client.get(path).content, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")
