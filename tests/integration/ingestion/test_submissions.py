"""From a file to the topics, on a real broker and a real database."""

import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl

from services.ingestion.feeds.loader import load_feeds
from shared.domain.observation import Basis
from tests.integration.ingestion.office import XLSX, Office, ase
from tests.support.wire import eventually

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests/unit/ingestion/samples"
PRINTED = SAMPLES / "calpae_2021_as_printed.csv"
REFERENCE = SAMPLES / "observations_reference.csv"


async def heard(office: Office, receipt_id: str):
    """The submission of a receipt and its observations, once all have arrived."""

    def complete():
        said = [s for s in office.submissions if s.receipt_id == receipt_id]
        found = {o.event_id: o for o in office.observations if o.receipt_id == receipt_id}
        return (said[0], list(found.values())) if said and len(found) == said[0].observation_count else None

    return await eventually(complete)


async def test_a_csv_becomes_a_receipt_and_messages(office: Office):
    answer = await office.send("ase-exits", ase("31;412;130;113;136;112;103"), period="2020", filename="31.csv")
    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    assert (receipt["status"], receipt["stage"], receipt["accepted"], receipt["rejected"]) == (
        "accepted",
        "published",
        6,
        0,
    )
    assert (receipt["reporter"], receipt["period"], receipt["collection"]) == ("DEPT-31", "2020", "calpae-2020")
    assert receipt["file_name"] == "31.csv"
    said, observations = await heard(office, receipt["id"])
    assert said.territories == ["DEPT-31"]
    assert said.collection == "calpae-2020"
    housing = next(o for o in observations if o.indicator == "ax2.ase_exit.stable_housing")
    assert (housing.numerator, housing.denominator, housing.value) == (136, 412, Decimal("33.0097"))
    assert (housing.row, housing.column, housing.basis) == (2, "Logement stable", Basis.reported)
    again = await office.client.get(
        receipt["links"]["self"], headers={"Authorization": f"Bearer {office.tokens['DEPT-31']}"}
    )
    assert again.json() == receipt


async def test_the_same_file_again_is_a_duplicate_and_a_b_a_is_three_submissions(office: Office):
    first, other = ase("09;40;12;10;13;9;8"), ase("09;41;12;10;13;9;8")
    one = (await office.send("ase-exits", first, "DEPT-09", period="2020")).json()
    before = await office.state()
    repeated = await office.send("ase-exits", first, "DEPT-09", period="2020")
    assert repeated.status_code == 200
    assert (repeated.json()["status"], repeated.json()["id"]) == ("duplicate", one["id"])
    assert await office.state() == before
    two = await office.send("ase-exits", other, "DEPT-09", period="2020")
    three = await office.send("ase-exits", first, "DEPT-09", period="2020")
    assert (two.status_code, three.status_code) == (202, 202)
    assert one["submission_seq"] < two.json()["submission_seq"] < three.json()["submission_seq"]


async def test_workbook_json_and_form_say_the_same(office: Office):
    header = [
        "Département",
        "Nouveaux BRSA",
        "Orientés ≤ 1 mois",
        "RDV fixés",
        "RDV < 2 semaines",
        "CER signés",
        "CER ≤ 2 mois",
    ]
    row = [81, 4000, 1000, 500, 140, 800, 420]
    book = openpyxl.Workbook()
    book.active.append(["Indicateurs RSA 2020"])
    book.active.append([])
    book.active.append(header)
    book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    bearer = {"Authorization": f"Bearer {office.tokens['two']}"}
    url, query = "/v1/feeds/rsa-delays/submissions", {"territory": "81", "period": "2020"}
    answers = [
        await office.client.post(
            url, params=query, headers=bearer, files={"file": ("rsa.xlsx", buffer.getvalue(), XLSX)}
        ),
        await office.client.post(url, params=query, headers=bearer, json=[dict(zip(header, row, strict=True))]),
        await office.client.post(
            url, params=query, headers=bearer, json={"rows": [dict(zip(header, row, strict=True))]}
        ),
    ]
    figures = []
    for answer in answers:
        assert answer.status_code == 202, answer.text
        _, observations = await heard(office, answer.json()["id"])
        figures.append({(o.indicator, o.territory, o.value, o.numerator, o.denominator) for o in observations})
    assert figures[0] == figures[1] == figures[2]
    assert ("ax5.brsa.cer_2_months", "DEPT-81", Decimal("52.5"), Decimal(420), Decimal(800)) in figures[0]
    assert answers[0].json()["file_name"] == "rsa.xlsx"
    assert any(r["code"] == "territory_code" and r["row"] == 4 for r in answers[0].json()["repairs"])


async def test_the_printed_table_loads_as_printed(office: Office):
    answer = await office.send("calpae-amounts", PRINTED.read_bytes(), "REG-76", period="2021", filename=PRINTED.name)
    assert answer.status_code == 202, answer.text
    said, observations = await heard(office, answer.json()["id"])
    reported = [o for o in observations if o.basis is Basis.reported]
    declared = {o.territory: o.value for o in observations if o.basis is Basis.declared}
    assert (len(reported), sum(o.value for o in reported)) == (16, 17940581)
    assert declared == {"REG-76": 17940580, "DEPT-66": 1778034}
    assert len(said.territories) == 16
    assert said.reporter == "REG-76"
    assert answer.json()["status"] == "accepted"


async def test_every_figure_of_the_reference_documents_is_accepted(office: Office):
    answer = await office.send("observations", REFERENCE.read_bytes(), "operator")
    receipt = answer.json()
    assert answer.status_code == 202, answer.text
    assert (receipt["status"], receipt["accepted"], receipt["rejected"]) == ("accepted", 586, 0)
    assert sum(r["code"] == "missing_blank" for r in receipt["repairs"]) == 19
    _, observations = await heard(office, receipt["id"])
    groups = [o for o in observations if o.indicator == "ax0.gov.working_groups" and o.period == "2021"]
    assert len({o.source for o in groups}) == 3


async def test_a_department_in_trouble_gets_a_partial_receipt(office: Office):
    rows = ["09;40;12;10;13;9;8", "Ariége;40;12;10;13;9;8", "999;1;1;1;1;1;1", "11;52;16;14;17;1,234;13"]
    answer = await office.send("ase-exits", ase(*rows), "REG-76", period="2019")
    receipt = answer.json()
    assert (answer.status_code, receipt["status"]) == (202, "partial")
    errors = {(e["row"], e["code"]) for e in receipt["errors"]}
    assert errors == {(4, "unknown_territory"), (5, "ambiguous_number")}
    ambiguous = next(e for e in receipt["errors"] if e["code"] == "ambiguous_number")
    assert ambiguous["column"] == "Ressources financières"
    assert "1234" in ambiguous["message"]
    # Five figures of the Aude hold; the one that cannot be read is left out alone.
    assert receipt["accepted"] == 11
    said, _ = await heard(office, receipt["id"])
    assert said.territories == ["DEPT-09", "DEPT-11"]


async def test_a_dry_run_leaves_no_trace(office: Office):
    before = await office.state()
    answer = await office.send("ase-exits", ase("31;1;1;1;1;1;1"), period="2018", dry_run=True)
    assert (answer.status_code, answer.json()["id"], answer.json()["accepted"]) == (200, None, 6)
    assert answer.json()["dry_run"] is True
    assert await office.state() == before


async def test_nil_return_and_simulated_are_said_on_the_topics(office: Office):
    nil = await office.send("ase-exits", b"", period="2017", nil_return=True)
    assert (nil.status_code, nil.json()["nil_return"], nil.json()["accepted"]) == (202, True, 0)
    said, _ = await heard(office, nil.json()["id"])
    assert (said.nil_return, said.observation_count, said.territories) == (True, 0, ["DEPT-31"])
    shown = await office.send("ase-exits", ase("31;1;1;1;1;1;1"), period="2017", simulated=True)
    said, observations = await heard(office, shown.json()["id"])
    assert said.simulated
    assert all(o.simulated for o in observations)


async def test_the_receipt_is_seen_by_those_it_concerns_only(office: Office):
    receipt = (await office.send("ase-exits", ase("31;5;1;1;1;1;1"), period="2016")).json()

    async def seen_by(token: str, **headers: str) -> int:
        bearer = {"Authorization": f"Bearer {office.tokens[token]}"}
        return (await office.client.get(receipt["links"]["self"], headers={**bearer, **headers})).status_code

    assert [await seen_by(t) for t in ("DEPT-31", "REG-76", "operator")] == [200, 200, 200]
    assert [await seen_by(t) for t in ("DEPT-09", "REG-32")] == [404, 404]
    assert (await office.client.get(receipt["links"]["self"])).status_code == 401


async def test_messages_speak_english_on_request(office: Office):
    answer = await office.send("ase-exits", ase("31;douze;1;1;1;1;1"), period="2015", headers={"Accept-Language": "en"})
    assert answer.headers["content-language"] == "en"
    assert "is not a number" in answer.json()["errors"][0]["message"]
    french = await office.send("ase-exits", ase("31;douze;1;1;1;1;1"), period="2015")
    assert "n'est pas un nombre" in french.json()["errors"][0]["message"]


async def test_feeds_and_openapi_describe_themselves(office: Office):
    feeds = (await office.client.get("/v1/feeds")).json()["items"]
    assert [f["name"] for f in feeds] == sorted(load_feeds())
    assert {"ase-exits", "calpae-amounts", "observations", "pilote", "projects", "youth"} <= {f["name"] for f in feeds}
    document = (await office.client.get("/openapi.json")).json()
    answers = set(document["paths"]["/v1/feeds/{feed}/submissions"]["post"]["responses"])
    assert {"200", "202", "400", "401", "403", "404", "413", "415", "422", "503"} <= answers
    assert (await office.client.get("/docs")).status_code == 404
    assert json.dumps(document)


async def test_a_blank_never_erases(office: Office):
    """The pair that Vigie holds survives a later file in which one side is blank."""
    whole = await office.send("ase-exits", ase("31;400;100;90;90;90;90"), period="2014")
    assert whole.status_code == 202
    patch = (await office.send("ase-exits", ase("31;410;;90;90;90;90"), period="2014")).json()
    assert patch["accepted"] == 5
    assert "blank_kept" in {r["code"] for r in patch["repairs"]}
    same = (await office.send("ase-exits", ase("31;400;100;90;90;90;90"), period="2014")).json()
    # The file in between changed all but the pair that it kept.
    assert (same["accepted"], same["unchanged"]) == (6, 1)


async def test_a_blank_never_erases_what_is_still_on_its_way(office: Office):
    """Whatever the aggregator has: what was accepted last is what is known."""
    await office.send("ase-exits", ase("31;399;99;;;;"), period="2012")
    await office.send("ase-exits", ase("31;400;100;;;;"), period="2012")
    patch = await office.send("ase-exits", ase("31;;101;;;;"), period="2012")
    assert (patch.status_code, patch.json()["errors"][0]["code"]) == (422, "nothing_to_record")
    kept = next(r for r in patch.json()["repairs"] if r["code"] == "blank_kept")
    assert "25 (100 / 400)" in kept["message"]
    confirmed = await office.send("ase-exits", ase("31;;100;;;;"), period="2012")
    assert (confirmed.json()["accepted"], confirmed.json()["unchanged"]) == (1, 1)
    figure = (await heard(office, confirmed.json()["id"]))[1][0]
    assert (figure.value, figure.numerator, figure.denominator) == (25, 100, 400)


async def test_a_simulated_file_does_not_replace_real_figures(office: Office):
    simulated = await office.send("ase-exits", ase("31;1;1;1;1;1;1"), period="2011", simulated=True)
    assert simulated.status_code == 202
    real = await office.send("ase-exits", "Code;Jeunes devenus majeurs\n31;400\n", period="2011")
    assert (real.status_code, real.json()["rejected"]) == (202, 0)
    again = await office.send("ase-exits", ase("31;2;2;2;2;2;2"), period="2011", simulated=True)
    assert (again.status_code, again.json()["status"]) == (202, "partial")
    assert [e["code"] for e in again.json()["errors"]] == ["simulated_over_real"]
    assert again.json()["accepted"] == 5


async def test_a_file_of_several_years_answers_for_each(office: Office):
    text = "Département;Année;Jeunes devenus majeurs\n31;2020;7\n31;2010;2\n"
    receipt = (await office.send("ase-exits", text)).json()
    assert (receipt["period"], receipt["collection"]) == ("2010/2020", None)
    said, _ = await heard(office, receipt["id"])
    assert [(a.territory, a.period) for a in said.answers] == [("DEPT-31", "2010"), ("DEPT-31", "2020")]
    one = (await office.send("ase-exits", text.replace("31;2010;2\n", ""))).json()
    assert (one["period"], one["collection"]) == ("2020", "calpae-2020")
    nil = (await office.send("ase-exits", b"", period="2010", nil_return=True)).json()
    said, _ = await heard(office, nil["id"])
    assert [(a.territory, a.period) for a in said.answers] == [("DEPT-31", "2010")]


async def test_numbers_at_their_limits_are_no_fault_of_ours(office: Office):
    text = "indicateur;territoire;période;valeur;numérateur;dénominateur\n"
    row = "ax2.ase_exit.in_framework;31;2020;;999999999999999;0,0000000001\n"
    answer = await office.send("observations", text + row)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "number_out_of_range")
    assert (await office.send("ase-exits", ase("31;1;1;1;1;1;1"), period="1" * 300)).status_code == 400
