"""What was known then: every read, asked as of each moment of the real campaign, says what it said at that moment."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from deploy.demo.harvest import FIGURES, Item
from deploy.demo.timeline import CAMPAIGN
from tests.integration.dashboard.remembered import READS, Remembering, campaign
from tests.integration.dashboard.test_pages import words

MOMENTS = [moment.at for moment in CAMPAIGN]
FRAMEWORK = FIGURES["ase_in_framework_2020"][0]
REGION = {"indicator": FRAMEWORK, "territory": "REG-76", "period": "2020"}
# What is only known of the present: the figures behind an open alert go on being refreshed, and an evaluation that is
# made again has the instant that was asked.
PRESENT_ONLY = {"alerts": {"data_status", "inputs"}, "checks": {"evaluated_at"}}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remembering]:
    with campaign(tmp_path_factory.mktemp("campaign")) as found:
        yield found


@pytest.fixture(scope="module")
def browser(played: Remembering) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=played.stack.urls["dashboard"], timeout=60) as client:
        yield client


def told(name: str, items: list[Item]) -> list[str]:
    """Items without what is only known of the present, in one order."""
    kept = [{k: v for k, v in item.items() if k not in PRESENT_ONLY.get(name, ())} for item in items]
    return sorted(json.dumps(item, sort_keys=True) for item in kept)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("at", MOMENTS, ids=str)
def test_a_read_as_of_a_moment_is_what_it_was_at_that_moment(played: Remembering, name: str, at: datetime) -> None:
    then = played.remembered[at][name]
    now = played.ask(name, as_of=at.isoformat())
    assert set(told(name, now)) ^ set(told(name, then)) == set()
    assert len(now) == len(then)


def test_as_of_now_every_rollup_is_the_stored_one_to_the_last_field(played: Remembering) -> None:
    stored = played.ask("rollups")
    assert len(stored) > 500
    assert played.ask("rollups", as_of=MOMENTS[-1].isoformat()) == stored


def test_the_two_dates_of_the_campaign_differ_as_they_must(played: Remembering) -> None:
    (march,) = played.ask("rollups", **REGION, as_of="2021-03-31")
    (may,) = played.ask("rollups", **REGION, as_of="2021-05-03")
    assert (march["reported"], may["reported"]) == (9, 12)
    assert sorted(set(march["absent"]) - set(may["absent"])) == ["DEPT-46", "DEPT-65", "DEPT-81"]
    assert march["version"] != may["version"]
    open_then = {(a["rule"], a["territory"]) for a in played.ask("alerts", as_of="2021-04-01")}
    assert ("report_overdue", "DEPT-46") in open_then
    assert ("report_overdue", "DEPT-46") not in {(a["rule"], a["territory"]) for a in played.ask("alerts")}
    states = {r["territory"]: r["state"] for r in played.ask("reports", as_of="2021-04-02", period="2020")}
    assert (states["DEPT-46"], states["DEPT-31"]) == ("overdue", "received")


def test_changes_name_what_moved_and_the_files_behind_it(played: Remembering) -> None:
    between = {"since": "2021-04-08", "until": "2021-04-30", "indicator": "ax2.ase_exit.stable_housing"}
    found = {c["territory"]: c for c in played.ask("changes", **between, period="2020")}
    assert sorted(found) == ["DEPT-12", "NAT-FR", "REG-76"]
    region = found["REG-76"]
    assert region["difference"] == pytest.approx(region["after"] - region["before"])
    assert (region["kind"], "value" in region["changed"]) == ("moved", True)
    assert [(c["territory"], c["file_name"], c["withdrawn"]) for c in region["causes"]] == [
        ("DEPT-12", "ase-2020-12-aveyron.xlsx", False)
    ]


def test_changes_tell_what_is_newly_known(played: Remembering) -> None:
    known = played.ask("changes", since="2021-04-01", until="2021-04-08", territory="DEPT-46", indicator=FRAMEWORK)
    assert [(c["kind"], c["before"], c["reported_after"], c["causes"][0]["territory"]) for c in known] == [
        ("known", None, 1, "DEPT-46")
    ]


def test_nothing_changes_where_nothing_was_received(played: Remembering) -> None:
    assert played.ask("changes", since="2021-04-16", until="2021-05-01") == []


def test_changes_and_the_two_reads_agree(played: Remembering) -> None:
    """For every figure: it is listed exactly where something that it shows differs between the two instants."""
    first, last = MOMENTS[1], MOMENTS[-1]

    def shown(at: datetime) -> dict[tuple[str, ...], Item]:
        items = played.ask("rollups", as_of=at.isoformat())
        return {
            (r["indicator"], r["period"], r["territory"]): {k: v for k, v in r.items() if k != "version"} for r in items
        }

    before, after = shown(first), shown(last)
    differ = {cell for cell in before.keys() | after.keys() if before.get(cell) != after.get(cell)}
    changes = played.ask("changes", since=first.isoformat(), until=last.isoformat())
    assert {(c["indicator"], c["period"], c["territory"]) for c in changes} == differ
    assert all(c["causes"] for c in changes)


def test_an_explanation_keeps_the_versions_that_were_replaced(played: Remembering) -> None:
    explained = played.platform._client.get(
        f"{played.stack.urls['dashboard']}/v1/explain", params={**REGION, "indicator": "ax2.ase_exit.stable_housing"}
    ).json()
    (aveyron,) = (c for c in explained["contributors"] if c["territory"] == "DEPT-12")
    (cell,) = aveyron["cells"]
    assert (cell["file_name"], [e["file_name"] for e in cell["earlier"]]) == (
        "ase-2020-12-aveyron.xlsx", ["ase-2020-12-aveyron-premier-envoi.xlsx"],
    )  # fmt: skip
    assert explained["adds_up"] is True
    assert [c["code"] for c in explained["checks"] if c["state"] == "fails"] != []


def test_every_rollup_explains_and_adds_up(played: Remembering, browser: httpx.Client) -> None:
    """All figures of the region and one department, down to cells that have a file."""
    for rollup in played.ask("rollups", territory="REG-76") + played.ask("rollups", territory="DEPT-31"):
        asked = {name: rollup[name] for name in ("indicator", "territory", "period")}
        found: dict[str, Any] = browser.get("/v1/explain", params=asked).json()
        assert found["adds_up"] in {True, None}, asked
        assert found["contributors"] or rollup["value"] is None, asked
        for contributor in found["contributors"]:
            assert contributor["cells"], asked
            assert all(cell["file_name"] and cell["receipt_id"] for cell in contributor["cells"]), asked


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/territoires/REG-76?as_of=2021-03-31", "Vu au 31 mars 2021 : ce que Vigie savait ce jour-là"),
        (f"/indicateurs/{FRAMEWORK}?periode=2020&territoire=REG-76&as_of=2021-03-31", "9 départements sur 13"),
        (f"/explication?indicateur={FRAMEWORK}&territoire=REG-76&periode=2020&as_of=2021-03-31", "9 sur 13 attendus"),
        ("/remontees?territoire=REG-76&as_of=2021-03-31", ", 0 en retard"),
        ("/alertes?as_of=2021-04-01", "Remontée en retard"),
        ("/territoires/REG-76?since=2021-03-31", "Ce qui a changé depuis le 31 mars 2021"),
    ],
)
def test_pages_tell_the_past_and_their_links_stay_in_it(browser: httpx.Client, path: str, said: str) -> None:
    html = browser.get(path).text
    assert said in words(html)
    if "as_of" in path:
        assert "live.js" not in html
        day = path.rsplit("=", 1)[1]
        links = [part.split('"')[0] for part in html.split('href="/')[1:]]
        inside = [link for link in links if not link.startswith(("static", "openapi"))]
        assert inside
        assert all(f"as_of={day}" in link for link in inside)


def test_an_alert_tells_its_story_up_to_then(played: Remembering, browser: httpx.Client) -> None:
    ended = next(a for a in played.ask("alerts", as_of="2021-04-01") if a["territory"] == "DEPT-46")
    assert "La remontée est arrivée" in words(browser.get(f"/alertes/{ended['id']}").text)
    then = words(browser.get(f"/alertes/{ended['id']}?as_of=2021-04-01").text)
    assert "La remontée est arrivée" not in then
    assert "Ouverte" in then
    assert browser.get(f"/alertes/{ended['id']}?as_of=2021-03-31").status_code == 404
