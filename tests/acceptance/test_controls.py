"""Every known control over the reference documents, by its id: the product's own check says what the list says.

All files go through the real API, Kafka and database. Nothing here knows an expected result: the list is data
(controls.csv), and which check covers which row is data too (`control` in checks.yaml).
"""

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.aggregator.app import build as build_aggregator
from services.ingestion.app import build as build_ingestion
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.broker import ensure_topics
from shared.runtime.clock import make_clock
from shared.runtime.database import Connection, connect
from tests.conftest import World
from tests.support.wire import eventually

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
SAMPLES = ROOT / "tests/unit/ingestion/samples"
REGION = "REG-76"
# What the documents hold, file by file; the supplement repeats figures that they print twice (each with its line).
FILES = (
    ("projects", DATA / "projects.csv", {}),
    ("observations", SAMPLES / "observations_reference.csv", {}),
    ("observations", DATA / "observations_supplement.csv", {}),
    ("calpae-amounts", SAMPLES / "calpae_2021_as_printed.csv", {"territory": REGION, "period": "2021"}),
    ("project-calls", DATA / "project_calls.csv", {}),
    ("convention-actions", DATA / "actions.csv", {}),
)
Place = tuple[str, str, str, str]
"""Code of a check, territory, period, and the indicator that a check of whatever indicators found it in."""
Found = dict[Place, dict[str, Any]]
# What else is flagged over the reference documents, and why it is right: an eye on noise.
BESIDE_THE_LIST = {
    ("budget_line_copied", REGION, "2019", ""): "the two years that s4.bud_duplicate_lines counts",
    ("budget_line_copied", REGION, "2020", ""): "the two years that s4.bud_duplicate_lines counts",
    ("conflicting_sources", REGION, "2021", "ax0.gov.working_groups"): "9, 15 and 17 groups in one report",
    ("conflicting_sources", REGION, "2021-12", "ax3.benefits.garantie_jeunes_month"): "November or December",
    ("repeated_line", "DEPT-66", "2021", "ax0.bud.contracted_state_share"): "lines 377 and 378 of the report",
}


@dataclass(frozen=True)
class Control:
    """A row of the list. Numbers are as printed there: to the second decimal."""

    id: str
    verdict: str
    expected: Decimal
    computed: Decimal
    difference: Decimal


def required() -> list[Control]:
    with (DATA / "controls.csv").open(encoding="utf-8", newline="") as file:
        return [
            Control(r["id"], r["verdict"], *(Decimal(r[side]) for side in ("expected", "computed", "difference")))
            for r in csv.DictReader(file)
            if r["required"] == "yes"
        ]


def covered(catalogue: Catalogue, found: Found) -> dict[str, Place]:
    """The outcome that answers each control: where its check says, else in the region, else where it applies at all."""
    places: dict[str, Place] = {}
    for check in catalogue.checks:
        applied = [place for place in found if place[0] == check.code]
        stated = [(check.code, p.territory, p.period, "") for p in check.at]
        chosen = stated or [p for p in applied if p[1] == REGION] or applied
        for control in check.control:
            if "{period}" in control:
                places |= {control.replace("{period}", p[2]): p for p in chosen}
            elif len(chosen) == 1:
                places[control] = chosen[0]
    return places


@pytest.fixture(scope="module")
async def outcomes(world: World) -> AsyncIterator[tuple[Catalogue, Found]]:
    catalogue = read_catalogue(ROOT / "deploy/catalogue")
    database = await connect("test")
    await catalogue_store.load(database, catalogue, make_clock())
    _, token = await create_token(
        database, make_clock(), label="operator", role=Role.operator, territories=["NAT-FR"], feeds=[]
    )
    await ensure_topics()
    ingestion, aggregator = build_ingestion(), build_aggregator()
    transport = httpx.ASGITransport(ingestion, raise_app_exceptions=False)
    async with (
        aggregator.router.lifespan_context(aggregator),
        ingestion.router.lifespan_context(ingestion),
        httpx.AsyncClient(transport=transport, base_url="http://vigie", timeout=60) as client,
    ):
        for feed, file, query in FILES:
            answer = await client.post(
                f"/v1/feeds/{feed}/submissions",
                content=file.read_bytes(),
                params={"filename": file.name, **query},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 202, answer.text
        await eventually(lambda: _all_judged(database), seconds=60)
        rows = await database.fetch("SELECT * FROM entitled.check_result")
        yield catalogue, {(r["code"], r["territory"], r["period"], r["subject"]): dict(r) for r in rows}
    await database.close()


async def _all_judged(database: Connection) -> bool:
    """Whether every submission has gone through and no figure waits for its checks."""
    submissions = await database.fetchval("SELECT count(*) FROM aggregator.submission")
    waiting = await database.fetchval("SELECT count(*) FROM aggregator.pending_check")
    return bool(submissions == len(FILES) and waiting == 0)


@pytest.mark.parametrize("control", required(), ids=lambda control: control.id)
def test_a_known_control_is_found_by_the_product(outcomes: tuple[Catalogue, Found], control: Control) -> None:
    catalogue, found = outcomes
    place = covered(catalogue, found).get(control.id)
    assert place is not None, "no check covers it"
    outcome = found[place]
    said = [outcome[side] for side in ("expected", "computed", "difference")]
    assert [None if number is None else round(number, 2) for number in said] == [
        control.expected, control.computed, control.difference
    ]  # fmt: skip
    assert outcome["state"] == control.verdict


def test_every_required_control_is_on_the_list_once() -> None:
    ids = [control.id for control in required()]
    assert len(ids) == len(set(ids)) == 149


def test_no_check_covers_a_control_that_is_not_on_the_list(outcomes: tuple[Catalogue, Found]) -> None:
    catalogue, found = outcomes
    with (DATA / "controls.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    # A pattern over periods also applies where the list stops: months without every benefit.
    patterns = tuple(c.partition("{")[0] for check in catalogue.checks for c in check.control if "{" in c)
    assert {c for c in covered(catalogue, found) if not c.startswith(patterns)} <= known


def test_nothing_else_is_flagged_but_what_has_its_reason(outcomes: tuple[Catalogue, Found]) -> None:
    catalogue, found = outcomes
    listed = set(covered(catalogue, found).values())
    flagged = {place for place, outcome in found.items() if outcome["state"] == "fails"}
    assert flagged - listed == set(BESIDE_THE_LIST)
