"""Each list of the read API, each of its filters, both forms; and what is refused, by name."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.integration.dashboard.seed import AMOUNT, FRAMEWORK, HOUSING, ORIENTED

LISTS = ["indicators", "territories", "observations", "rollups", "alerts", "reports", "checks", "targets"]


def items(client: httpx.Client, path: str, **filters: Any) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/{path}", params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_every_list_answers_json_and_the_same_as_csv(client: httpx.Client, path: str) -> None:
    found = items(client, path)
    assert found
    by_accept = client.get(f"/v1/{path}", headers={"Accept": "text/csv"})
    assert by_accept.headers["content-type"].startswith("text/csv")
    assert by_accept.text == client.get(f"/v1/{path}?format=csv").text
    rows = list(csv.DictReader(io.StringIO(by_accept.text)))
    assert len(rows) == len(found)
    assert list(rows[0]) == list(found[0])


def test_an_explicit_form_wins_over_what_a_client_accepts(client: httpx.Client) -> None:
    answer = client.get("/v1/territories?format=json", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


def test_a_rollup_has_its_coverage_its_absentees_and_numbers_as_numbers(client: httpx.Client) -> None:
    (rollup,) = items(client, "rollups", indicator=FRAMEWORK, territory="REG-76", period="2020")
    assert rollup["value"] == pytest.approx(31.188119)
    assert (rollup["numerator"], rollup["denominator"]) == (945, 3030)
    assert (rollup["reported"], rollup["expected"], rollup["absent"]) == (12, 13, ["DEPT-48"])
    assert rollup["coverage"] == pytest.approx(12 / 13, abs=1e-6)
    assert (rollup["basis"], rollup["simulated"], rollup["min"], rollup["max"]) == ("computed", True, 27.1, 43.8)


@pytest.mark.parametrize(
    ("path", "filters", "count"),
    [
        ("indicators", {"indicator": FRAMEWORK}, 1),
        ("territories", {"territory": "DEPT-48"}, 1),
        ("territories", {"level": "metropole"}, 2),
        ("observations", {"level": "department"}, 12),
        ("observations", {"territory": "REG-76", "indicator": FRAMEWORK}, 1),
        ("observations", {"period": "2019"}, 0),
        ("rollups", {"period": ["2019", "2021"]}, 2),
        ("rollups", {"indicator": [FRAMEWORK, HOUSING], "territory": ["DEPT-31", "DEPT-34"]}, 4),
        ("rollups", {"level": "region", "indicator": AMOUNT}, 2),
        ("alerts", {"territory": "DEPT-66"}, 1),
        ("alerts", {"indicator": FRAMEWORK}, 2),
        ("alerts", {"level": "region"}, 0),
        ("alerts", {"period": "2020"}, 3),
        ("reports", {"territory": "DEPT-48"}, 2),
        ("reports", {"indicator": ORIENTED, "period": "2020", "level": "department"}, 26),
        ("reports", {"indicator": AMOUNT}, 0),
        ("checks", {"indicator": HOUSING, "territory": "DEPT-46"}, 1),
        ("checks", {"indicator": ORIENTED}, 0),
        ("targets", {"territory": "REG-76"}, 2),
        ("targets", {"level": "department", "period": "2020"}, 13),
    ],
)
def test_each_filter_narrows(client: httpx.Client, path: str, filters: dict[str, Any], count: int) -> None:
    assert len(items(client, path, **filters)) == count


def test_only_open_alerts_are_listed_the_gravest_first(client: httpx.Client) -> None:
    assert [a["id"] for a in items(client, "alerts")] == ["alr-48", "alr-34", "alr-66"]


def test_an_observation_names_its_cell_and_its_submission(client: httpx.Client) -> None:
    (found,) = items(client, "observations", territory="DEPT-09")
    place = (found["sheet"], found["row"], found["column"], found["receipt_id"], found["submission_seq"])
    assert place == ("Feuil1", 2, "accompagnés", "rcp-09", 1)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("rollups", "as_of=31/03/2021", "as_of"),
        ("observations", "as_of=2021-03-31T10:00:00", "as_of"),
        ("alerts", "as_of=2021-04-03", "as_of"),
        ("explain", f"indicator={FRAMEWORK}&territory=REG-76&period=2020&as_of=2031-01-01", "as_of"),
        ("targets", "as_of=2031-01-01", "as_of"),
        ("territories", "as_of=2021-03-31", "as_of"),
        ("changes", "since=2021-04-03", "since"),
        ("changes", "until=2021-03-31", "since"),
        ("rollups", "territoire=REG-76", "territoire"),
        ("territories", "indicator=ax2.a", "indicator"),
        ("indicators", "level=region", "level"),
        ("rollups", "territory=76", "territory"),
        ("rollups", "period=mars", "period"),
        ("rollups", "indicator=Jeunes", "indicator"),
        ("rollups", "level=commune", "level"),
        ("rollups", "format=xml", "format"),
        ("explain", "indicator=ax2.a&territory=REG-76", "period"),
    ],
)
def test_a_bad_or_unknown_filter_is_a_problem_that_names_it(
    client: httpx.Client, path: str, query: str, field: str
) -> None:
    answer = client.get(f"/v1/{path}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["field"] == field
    assert answer.json()["status"] == 400


def test_a_refused_code_comes_with_the_accepted_shapes(client: httpx.Client) -> None:
    assert "REG-76" in client.get("/v1/rollups?territory=76").json()["detail"]
    assert "2020-S1" in client.get("/v1/rollups?period=mars").json()["detail"]
    assert "ax2.ase_exit.in_framework" in client.get("/v1/rollups?indicator=X").json()["detail"]


@pytest.mark.parametrize("query", ["territory=DEPT-99", "indicator=ax9.nothing.here"])
def test_a_code_that_the_catalogue_does_not_hold_is_not_found(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/v1/rollups?{query}")
    assert answer.status_code == 404
    assert answer.json()["field"] in query


def test_explain_goes_down_to_the_cell_and_says_what_is_left_out(client: httpx.Client) -> None:
    asked = {"indicator": FRAMEWORK, "territory": "REG-76", "period": "2020"}
    found = client.get("/v1/explain", params=asked).json()
    assert found["rollup"]["value"] == pytest.approx(31.188119)
    assert found["adds_up"] is True
    assert len(found["contributors"]) == 12
    first = found["contributors"][0]
    (cell,) = first["cells"]
    assert (cell["file_name"], cell["row"], first["numerator"]) == ("ase_09_2020.xlsx", 2, 22)
    assert [(x["territory"], x["reason"]) for x in found["left_out"]] == [("DEPT-48", "absent")]
    (declared,) = found["declared"]
    assert declared["figure"]["file_name"] == "bilan_2021.csv"
    assert declared["difference"] == pytest.approx(-0.011881)


def test_explain_names_the_definition_and_the_checks(client: httpx.Client) -> None:
    asked = {"indicator": FRAMEWORK, "territory": "DEPT-46", "period": "2020"}
    found = client.get("/v1/explain", params=asked).json()
    assert (found["definition"]["definition_version"], found["definition"]["method"]) == (1, "ratio")
    assert [(c["code"], c["state"]) for c in found["checks"]] == [("ase_housing", "fails")]


def test_before_anything_was_received_nothing_was_known(client: httpx.Client) -> None:
    """The first file came on 30 March at 10:12 in Paris."""
    before, after = {"as_of": "2021-03-30T10:11:59+02:00"}, {"as_of": "2021-03-30T10:12:00+02:00"}
    assert [items(client, name, **before) for name in ("observations", "rollups", "alerts", "checks")] == [
        [],
        [],
        [],
        [],
    ]
    assert {r["state"] for r in items(client, "reports", **before)} == {"expected"}
    assert [len(items(client, name, **after)) for name in ("observations", "alerts")] == [13, 3]
    assert items(client, "targets", **before) == items(client, "targets")


def test_a_past_rollup_is_computed_from_what_was_received(client: httpx.Client) -> None:
    asked = {"indicator": FRAMEWORK, "territory": "REG-76", "period": "2020"}
    (then,) = items(client, "rollups", **asked, as_of="2021-03-30")
    (now,) = items(client, "rollups", **asked)
    same = ("value", "numerator", "denominator", "reported", "expected", "absent", "coverage", "basis", "simulated")
    assert {name: then[name] for name in same} == {name: now[name] for name in same}


def test_reports_as_of_a_day_are_those_of_the_ledger_that_day(client: httpx.Client) -> None:
    """Pyrénées-Orientales sent its files on 1 April, Lozère never."""
    at = {day: items(client, "reports", as_of=day) for day in ("2021-03-31", "2021-04-01")}
    states = {day: {r["territory"]: r["state"] for r in found} for day, found in at.items()}
    assert (states["2021-03-31"]["DEPT-66"], states["2021-04-01"]["DEPT-66"]) == ("overdue", "late")
    assert states["2021-03-31"]["DEPT-31"] == "received"


def test_since_must_come_before_until(client: httpx.Client) -> None:
    answer = client.get("/v1/changes?since=2021-03-31&until=2021-03-30")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "since")


def test_changes_answer_csv_too(client: httpx.Client) -> None:
    answer = client.get(f"/v1/changes?since=2021-03-29&indicator={FRAMEWORK}&territory=REG-76&format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["kind"], row["before"], row["reported_after"]) == ("known", "", "12")
    assert "ase_09_2020.xlsx" in row["causes"]


def test_explaining_nothing_is_not_found(client: httpx.Client) -> None:
    asked = {"indicator": FRAMEWORK, "territory": "DEPT-48", "period": "2020"}
    answer = client.get("/v1/explain", params=asked)
    assert (answer.status_code, answer.json()["title"]) == (404, "No figure")


def test_the_openapi_document_lists_the_read_api_and_no_page(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {f"/v1/{name}" for name in [*LISTS, "explain"]} <= set(paths)
    assert "/alertes" not in paths
    assert client.get("/docs").status_code == 404


def test_unknown_addresses_and_methods_are_problems(client: httpx.Client) -> None:
    assert client.get("/v1/nothing").headers["content-type"] == "application/problem+json"
    assert client.post("/v1/rollups").status_code == 405
