"""What a file does to what the same sender reported before: patch, replace, withdrawal, nil return."""

import asyncio
from decimal import Decimal

import pytest

from shared.contracts.observation import ObservationReported
from shared.domain.observation import Status
from tests.integration.ingestion.office import Office, ase
from tests.support.wire import eventually

MAJORITY = "ax2.ase_exit.reaching_majority"
LONG = "indicateur;territoire;période;valeur\n"


async def heard(office: Office, answer) -> dict[tuple[str, str, str], ObservationReported]:
    """What reached the topic for a receipt, by indicator, territory and period."""
    assert answer.status_code == 202, answer.text
    receipt = answer.json()

    def complete():
        found = {o.event_id: o for o in office.observations if o.receipt_id == receipt["id"]}
        return list(found.values()) if len(found) == receipt["accepted"] else None

    return {(o.indicator, o.territory, o.period): o for o in await eventually(complete)}


async def current(office: Office, indicator: str, territory: str, period: str) -> tuple[Decimal | None, str] | None:
    """The newest version of a cell that ingestion holds."""
    row = await office.connection.fetchrow(
        "SELECT value, status FROM ingestion.figure WHERE indicator = $1 AND territory = $2 AND period = $3"
        " ORDER BY submission_seq DESC LIMIT 1",
        indicator,
        territory,
        period,
    )
    return tuple(row) if row else None


async def test_replace_withdraws_what_the_file_no_longer_holds(office: Office):
    await office.send("ase-exits", ase("09;71;20;1;2;3;4", "11;80;30;1;2;3;4"), "REG-76", period="2001")
    answer = await office.send("ase-exits", ase("09;72;21;1;2;3;4"), "REG-76", period="2001", mode="replace")
    receipt, told = answer.json(), await heard(office, answer)
    assert (receipt["status"], receipt["mode"], receipt["accepted"], receipt["withdrawn"]) == (
        "accepted",
        "replace",
        12,
        6,
    )
    gone = [r for r in receipt["repairs"] if r["code"] == "withdrawn_by_replacement"]
    assert len(gone) == 6
    assert all("DEPT-11" in r["message"] and r["row"] is None for r in gone)
    aude = told[MAJORITY, "DEPT-11", "2001"]
    assert (aude.status, aude.value, aude.numerator, aude.row) == (Status.withdrawn, None, None, None)
    # A withdrawal answers nobody's duty.
    assert receipt["territories"] == ["DEPT-09"]
    assert await current(office, MAJORITY, "DEPT-09", "2001") == (72, "final")


async def test_a_blank_is_a_withdrawal_in_replace_and_nothing_in_patch(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2002")
    patched = await office.send("ase-exits", ase("31;61;20;;2;3;4"), period="2002")
    assert patched.json()["withdrawn"] == 0
    chose = "ax2.ase_exit.chose_worker"
    assert (await current(office, chose, "DEPT-31", "2002"))[1] == "final"
    rewritten = await office.send("ase-exits", "Code;Jeunes devenus majeurs\n31;61\n", period="2002", mode="replace")
    assert (rewritten.status_code, rewritten.json()["withdrawn"]) == (202, 5)
    assert (await current(office, chose, "DEPT-31", "2002")) == (None, "withdrawn")


async def test_replace_touches_only_what_the_same_sender_said_of_these_periods(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), "DEPT-31", period="2003")
    await office.send("ase-exits", ase("09;50;20;1;2;3;4"), "REG-76", period="2003")
    await office.send("ase-exits", ase("11;40;20;1;2;3;4"), "REG-76", period="2004")
    # The region corrects a department: from then on the cell is the region's word, not the department's to withdraw.
    await office.send("ase-exits", ase("31;59;20;1;2;3;4"), "REG-76", period="2003")
    answer = await office.send("ase-exits", ase("81;30;20;1;2;3;4"), "REG-76", period="2003", mode="replace")
    assert answer.json()["withdrawn"] == 12
    assert (await current(office, MAJORITY, "DEPT-09", "2003"))[1] == "withdrawn"
    assert await current(office, MAJORITY, "DEPT-11", "2004") == (40, "final")
    again = await office.send("ase-exits", ase("31;58;20;1;2;3;4"), "DEPT-31", period="2003", mode="replace")
    assert (again.json()["accepted"], again.json()["withdrawn"]) == (6, 0)


async def test_a_file_with_an_error_replaces_nothing(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2005")
    before = await office.state()
    answer = await office.send("ase-exits", ase("31;61;douze;1;2;3;4"), period="2005", mode="replace")
    assert (answer.status_code, answer.json()["accepted"]) == (422, 0)
    assert [e["code"] for e in answer.json()["errors"]] == ["replacement_has_errors", "not_a_number"]
    assert "mode=patch" in answer.json()["errors"][0]["message"]
    after = await office.state()
    assert (after[0], *after[2:]) == (before[0], *before[2:])
    assert await current(office, MAJORITY, "DEPT-31", "2005") == (60, "final")


async def test_a_dry_run_of_a_replacement_says_what_it_would_withdraw(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2006")
    before = await office.state()
    answer = await office.send(
        "ase-exits", "Code;Jeunes devenus majeurs\n31;60\n", period="2006", mode="replace", dry_run=True
    )
    assert (answer.status_code, answer.json()["withdrawn"], answer.json()["id"]) == (200, 5, None)
    assert await office.state() == before


async def test_a_nil_return_with_replace_withdraws_all(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2007")
    nil = await office.send("ase-exits", b"", period="2007", nil_return=True, mode="replace")
    assert (nil.status_code, nil.json()["nil_return"], nil.json()["withdrawn"]) == (202, True, 6)
    assert (await current(office, MAJORITY, "DEPT-31", "2007")) == (None, "withdrawn")


async def test_the_same_bytes_in_another_mode_are_another_submission(office: Office):
    rows = ase("31;60;20;1;2;3;4")
    patch = await office.send("ase-exits", rows, period="2008")
    whole = await office.send("ase-exits", rows, period="2008", mode="replace")
    assert (patch.status_code, whole.status_code) == (202, 202)
    again = await office.send("ase-exits", rows, period="2008", mode="replace")
    assert (again.status_code, again.json()["id"]) == (200, whole.json()["id"])


async def test_entries_of_a_register_are_withdrawn_with_what_they_said(office: Office):
    header = "code;title;territory;year;cost_eur\n"
    both = await office.send("convention-actions", header + "1.1;Stages;31;2009;10\n1.2;Ateliers;31;2009;5\n")
    assert both.json()["accepted"] == 2, both.text
    one = await office.send("convention-actions", header + "1.1;Stages;31;2009;12\n", mode="replace")
    assert (one.status_code, one.json()["accepted"], one.json()["withdrawn"]) == (202, 2, 1)
    gone = [r["message"] for r in one.json()["repairs"] if r["code"] == "entry_withdrawn_by_replacement"]
    assert gone == ["DEPT-31 2009 1.2 : n'est plus dans le fichier qui remplace tout, retiré."]


async def test_replace_of_what_stands_in_several_documents(office: Office):
    """In the long feed a cell has a source of its own: each of them is the sender's to take back."""
    text = "indicateur;territoire;période;valeur;source\n"
    code = "ax5.garantie_activite.accompanied"
    await office.send("observations", text + f"{code};31;2001;5;bilan\n{code};31;2001;6;annexe\n")
    answer = await office.send("observations", text + f"{code};31;2001;7;bilan\n", mode="replace")
    assert (answer.json()["accepted"], answer.json()["withdrawn"]) == (2, 1)


async def test_a_b_a_is_three_when_b_is_about_some_of_its_periods(office: Office):
    """The periods of a file are a set, not a text: 2010 and 2011 are touched by a file of 2011."""
    header = "Code;Année;Jeunes devenus majeurs\n"
    both, one = header + "31;2010;100\n31;2011;200\n", header + "31;2011;250\n"
    first, second = await office.send("ase-exits", both), await office.send("ase-exits", one)
    third = await office.send("ase-exits", both)
    assert [answer.status_code for answer in (first, second, third)] == [202, 202, 202]
    assert await current(office, MAJORITY, "DEPT-31", "2011") == (200, "final")
    again = await office.send("ase-exits", both)
    assert (again.status_code, again.json()["id"]) == (200, third.json()["id"])


async def test_a_file_is_no_repeat_once_somebody_else_has_spoken(office: Office):
    rows = ase("81;30;20;1;2;3;4")
    first = await office.send("ase-exits", rows, "two", territory="81", period="2012")
    await office.send("ase-exits", ase("81;31;20;1;2;3;4"), "REG-76", period="2012")
    again = await office.send("ase-exits", rows, "two", territory="81", period="2012")
    assert (first.status_code, again.status_code) == (202, 202)
    assert await current(office, MAJORITY, "DEPT-81", "2012") == (30, "final")


async def test_withdrawing_what_is_not_there_is_refused_and_says_where_to_look(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2013")
    text = "indicateur;territoire;période;valeur;statut;source\n"
    nothing = await office.send("observations", text + f"{MAJORITY};31;2013;;retiré;\n")
    assert nothing.status_code == 422
    assert [e["code"] for e in nothing.json()["errors"]] == ["nothing_to_withdraw"]
    assert "« observations »" in nothing.json()["errors"][0]["message"]
    gone = await office.send("observations", text + f"{MAJORITY};31;2013;;retiré;ase-exits\n")
    assert (gone.status_code, gone.json()["withdrawn"]) == (202, 1)
    again = await office.send("observations", text + f"{MAJORITY};31;2013;;retiré;ase-exits\n")
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")
    assert await current(office, MAJORITY, "DEPT-31", "2013") == (None, "withdrawn")


async def test_a_nil_return_says_what_still_stands(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2014")
    nil = await office.send("ase-exits", b"", period="2014", nil_return=True)
    assert nil.status_code == 202
    (said,) = nil.json()["repairs"]
    assert (said["code"], said["kind"]) == ("figures_stand", "information")
    assert "6 chiffre(s)" in said["message"]


async def test_a_file_that_is_not_read_whole_replaces_nothing(office: Office):
    """Two titles of which the feed knows neither may be two misspelt: withdrawing their figures would be a guess."""
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2015")
    text = "Code;Jeunes devenus majeurs;Visa du chef de service\n31;61;vu\n"
    answer = await office.send("ase-exits", text, period="2015", mode="replace")
    assert answer.status_code == 422
    assert [e["code"] for e in answer.json()["errors"]] == ["replacement_not_whole"]
    assert "Visa du chef de service" in answer.json()["errors"][0]["message"]
    assert (await office.send("ase-exits", text, period="2015")).status_code == 202


async def test_what_another_states_while_a_replacement_looks_is_not_withdrawn(office: Office):
    await office.send("ase-exits", ase("31;60;20;1;2;3;4"), period="2016")
    text = "Code;Jeunes devenus majeurs\n31;61\n"
    theirs = office.send("ase-exits", ase("31;66;33;1;2;3;4"), "REG-76", period="2016")
    mine = office.send("ase-exits", text, period="2016", mode="replace")
    answers = await asyncio.gather(mine, theirs)
    assert [a.status_code for a in answers] == [202, 202]
    framework = "ax2.ase_exit.in_framework"
    region = answers[1].json()["submission_seq"] > answers[0].json()["submission_seq"]
    # Whoever came first, the region's word stands: after the replacement, or not the department's to withdraw.
    assert (await current(office, framework, "DEPT-31", "2016"))[1] == "final", region


async def test_the_planted_defect_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch):
    """A replacement that forgets to withdraw leaves the old figure standing."""
    monkeypatch.setattr("services.ingestion.validate.replacing.withdraw_figures", lambda outcome, _: outcome)
    with pytest.raises(AssertionError):
        await test_replace_withdraws_what_the_file_no_longer_holds(office)
