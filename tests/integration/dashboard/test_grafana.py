"""Every query of the provisioned dashboard runs: SQL as the reader that Grafana is, PromQL through promtool."""

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from tests.conftest import World

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana/dashboards").glob("*.json"))
PROMTOOL = shutil.which("promtool")
EXPORTED = re.compile(r"\bvigie_[a-z_]+")


def dashboards() -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in DASHBOARDS]


def targets(kind: str) -> list[str]:
    """Queries of panels and variables for one kind of datasource, with variables and macros filled in."""
    found = []
    for board in dashboards():
        for panel in board["panels"]:
            found += [t.get("rawSql") or t.get("expr") for t in panel["targets"] if kind in t["datasource"]["type"]]
        found += [v["query"] for v in board["templating"]["list"] if kind in v["datasource"]["type"]]
    return [fill(text) for text in found]


def fill(text: str) -> str:
    text = text.replace("${region:sqlstring}", "'REG-76'").replace("$region", "REG-76")
    text = text.replace("$indicator", "ax2.ase_exit.in_framework").replace("$__rate_interval", "5m")
    return re.sub(r"\$__timeFilter\(([^)]+)\)", r"\1 BETWEEN '2021-01-01T00:00:00Z' AND '2022-01-01T00:00:00Z'", text)


def test_every_panel_says_what_it_shows_in_which_unit_and_where_from() -> None:
    provisioned = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/vigie.yaml").read_text())
    known = {source["uid"] for source in provisioned["datasources"]}
    boards = dashboards()
    assert len({board["uid"] for board in boards}) == len(boards) >= 1
    for board in boards:
        assert (board["editable"], board["schemaVersion"] >= 39, "id" in board) == (False, True, False)
        for panel in board["panels"]:
            assert panel["title"], panel
            assert len(panel["description"]) > 30, panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
            assert {t["datasource"]["uid"] for t in panel["targets"]} | {panel["datasource"]["uid"]} <= known
            assert len({t["refId"] for t in panel["targets"]}) == len(panel["targets"])
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_panels_do_not_overlap() -> None:
    for board in dashboards():
        for one, two in combinations([panel["gridPos"] for panel in board["panels"]], 2):
            apart = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
            assert apart or one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]


def test_every_variable_used_exists() -> None:
    for board in dashboards():
        text = json.dumps(board["panels"])
        used = set(re.findall(r"\$\{?([a-z]+)", text)) - {"__rate_interval", "__timeFilter"}
        assert used <= {variable["name"] for variable in board["templating"]["list"]}


async def test_every_sql_runs_as_the_reader_and_finds_the_region(seeded: World) -> None:
    connection = await asyncpg.connect(seeded.database_url)
    try:
        await connection.execute("SET ROLE vigie_reader")
        queries = targets("postgresql")
        assert len(queries) >= 8
        for query in queries:
            assert await connection.fetch(query), query
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM alerting.alert", "SELECT email FROM catalogue.recipient", "SELECT hash FROM platform.token",
     "DELETE FROM published.target", "SELECT * FROM entitled.rollup", "SELECT content FROM ingestion.receipt"],
)  # fmt: skip
async def test_the_reader_can_do_nothing_else(seeded: World, statement: str) -> None:
    connection = await asyncpg.connect(seeded.database_url)
    try:
        await connection.execute("SET ROLE vigie_reader")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (.ci/run installs it)")


def promtool(*arguments: str) -> str:
    done = subprocess.run([PROMTOOL or "", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
def test_every_promql_parses(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{n}", "expr": expr} for n, expr in enumerate(targets("prometheus"))]
    assert len(rules) >= 6
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", str(path))


@needs_promtool
def test_the_configuration_and_the_rules_hold_and_fire_as_they_should() -> None:
    promtool("check", "config", str(DEPLOY / "prometheus/prometheus.yml"))
    promtool("test", "rules", str(DEPLOY / "prometheus/rules.test.yml"))


def test_every_metric_that_is_asked_for_is_exported() -> None:
    from services.dashboard.business import Snapshot, families
    from shared.runtime.metrics import REGISTRY

    exported = {family.name for family in families(Snapshot())}
    for family in REGISTRY.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        exported |= {family.name + suffix for suffix in suffixes}
    asked = set(EXPORTED.findall(" ".join(targets("prometheus")) + (DEPLOY / "prometheus/rules.yml").read_text()))
    assert asked - exported == set()
