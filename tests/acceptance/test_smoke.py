"""From nothing to a commissioner's mail, on the real Occitanie figures and a simulated campaign: figure by figure."""

import re

import pytest

from deploy.demo.__main__ import INPUT
from deploy.demo.amounts import read_amounts
from deploy.demo.inputs import find, rows
from tests.acceptance.conftest import Smoke

IN_FRAMEWORK, ORIENTED = "ax2.ase_exit.in_framework", "ax5.brsa.oriented_1_month"
SILENT = "DEPT-48"
MISS_IN_FRAMEWORK = {"DEPT-11", "DEPT-30", "DEPT-32", "DEPT-34", "DEPT-65"}
MISS_ORIENTED = {"DEPT-11", "DEPT-30", "DEPT-34", "DEPT-46", "DEPT-81"}
OPEN = ("pending", "firing", "acknowledged", "recovering")


def test_everything_expected_is_there(smoke: Smoke) -> None:
    assert (smoke.code, smoke.complaints) == (0, "")


def test_amounts_are_17940581_over_16_partners(smoke: Smoke) -> None:
    figure = smoke.figure("calpae_amounts_2021")
    assert (figure["value"], figure["basis"]) == (17940581, "computed")
    assert (figure["reported"], figure["expected"], figure["absent"]) == (16, 16, [])


def test_the_naive_sum_of_the_printed_table_would_have_been_19718615(smoke: Smoke) -> None:
    printed = find(INPUT, "calpae-montants-2021")
    assert printed is not None
    assert read_amounts(rows(printed)).naive == 19718615
    assert smoke.figure("calpae_amounts_2021")["value"] != 19718615


def test_the_declared_amount_17940580_is_flagged_as_differing_by_1(smoke: Smoke) -> None:
    check = smoke.check("contracted_state_share_declared")
    assert (check["expected"], check["computed"], check["difference"]) == (17940580, 17940581, 1)


def test_camps_are_88(smoke: Smoke) -> None:
    figure = smoke.figure("camps_2021")
    assert (figure["value"], figure["reported"], figure["basis"]) == (88, 4, "computed")


@pytest.mark.parametrize(
    ("key", "numerator", "denominator", "percent"),
    [
        ("ase_in_framework_2020", 945, 3030, 31.2),
        ("ase_chose_worker_2020", 827, 3030, 27.3),
        ("ase_stable_housing_2020", 989, 3030, 32.6),
        ("ase_resources_2020", 817, 3030, 27.0),
        ("ase_studying_or_working_2020", 749, 3030, 24.7),
        ("rsa_oriented_2020", 17551, 64873, 27.1),
        ("rsa_first_meeting_2020", 7964, 64873, 12.3),
        ("rsa_first_meeting_2_weeks_2020", 2246, 7964, 28.2),
        ("rsa_cer_2020", 12750, 64873, 19.7),
        ("rsa_cer_2_months_2020", 6713, 12750, 52.7),
    ],
)
def test_a_regional_ratio_is_made_of_12_departments_out_of_13(
    smoke: Smoke, key: str, numerator: int, denominator: int, percent: float
) -> None:
    figure = smoke.figure(key)
    assert (figure["numerator"], figure["denominator"]) == (numerator, denominator)
    assert round(figure["value"], 1) == percent
    assert (figure["reported"], figure["expected"], figure["absent"]) == (12, 13, [SILENT])
    assert (figure["basis"], figure["simulated"]) == ("computed", True)


def test_the_published_58_percent_is_flagged_with_its_implied_denominator(smoke: Smoke) -> None:
    check = smoke.check("rsa_oriented_1_month_percentage")
    assert (check["expected"], check["computed"]) == (58, 27.05)
    assert int(check["detail"]["implied_denominator"]) == 30260


def test_garantie_jeunes_of_haute_garonne_meets_its_target_and_raises_nothing(smoke: Smoke) -> None:
    figure = smoke.figure("garantie_jeunes_31_2021")
    assert (figure["value"], figure["basis"], figure["target"]["value"]) == (4958, "computed", 4900)
    assert figure["target"]["met"]
    assert not [a for found in smoke.shown["alerts"].values() for a in found if a["period"] == "2021"]


def test_housing_stays_above_framework_as_the_published_total_does(smoke: Smoke) -> None:
    check = smoke.check("ase_stable_housing_within_framework")
    assert (check["expected"], check["computed"]) == (945, 989)
    flagged = {c["territory"] for c in smoke.shown["checks"] if c["code"] == "ase_stable_housing_within_framework"}
    assert flagged == {"NAT-FR", "REG-76", "DEPT-30", "DEPT-31", "DEPT-34"}


def test_the_impossible_housing_figure_was_corrected(smoke: Smoke) -> None:
    assert not [c for c in smoke.shown["checks"] if c["code"] == "ase_stable_housing_within_majority"]


@pytest.mark.parametrize(("indicator", "missing"), [(IN_FRAMEWORK, MISS_IN_FRAMEWORK), (ORIENTED, MISS_ORIENTED)])
def test_target_missed_names_exactly_the_departments_that_miss_each_with_its_mail(
    smoke: Smoke, indicator: str, missing: set[str]
) -> None:
    alerts = [a for a in smoke.alerts("target_missed", "firing") if a["indicator"] == indicator]
    assert sorted(a["territory"] for a in alerts) == sorted(missing)
    for alert in alerts:
        assert alert["value"] < alert["target"]
        assert alert["gap"] == pytest.approx(alert["value"] - alert["target"])
        assert [mail["kind"] for mail in alert["mails"]] == ["opened"]
        assert alert["mail_id"] is not None


def test_the_silent_department_is_overdue_once_and_in_no_target_alert(smoke: Smoke) -> None:
    about = [(rule, a) for rule, found in smoke.shown["alerts"].items() for a in found if a["territory"] == SILENT]
    assert [(rule, a["state"], len(a["mails"])) for rule, a in about] == [("report_overdue", "firing", 1)]


def test_reports_tell_who_was_in_time_late_and_silent(smoke: Smoke) -> None:
    states = {(r["territory"], r["feed"]): r["state"] for r in smoke.shown["reports"] if r["period"] == "2020"}
    assert len(states) == 26
    late = {"DEPT-46", "DEPT-65", "DEPT-81"}
    for (territory, _), state in states.items():
        assert state == ("overdue" if territory == SILENT else "late" if territory in late else "received")


def test_late_reports_ended_their_alerts_and_said_so(smoke: Smoke) -> None:
    ended = {a["territory"]: [m["kind"] for m in a["mails"]] for a in smoke.alerts("report_overdue", "resolved")}
    assert ended == {code: ["opened", "resolved"] for code in ("DEPT-46", "DEPT-65", "DEPT-81")}


def test_low_coverage_was_told_after_the_due_date_and_ended_with_the_late_reports(smoke: Smoke) -> None:
    alerts = smoke.alerts("coverage_low")
    assert [(a["territory"], a["state"], [m["kind"] for m in a["mails"]]) for a in alerts] == [
        ("REG-76", "resolved", ["opened", "resolved"])
    ]


def test_the_revision_withdraws_one_alert_with_one_mail(smoke: Smoke) -> None:
    withdrawn = smoke.alerts("target_missed", "withdrawn")
    assert [(a["territory"], a["indicator"]) for a in withdrawn] == [("DEPT-82", IN_FRAMEWORK)]
    assert [mail["kind"] for mail in withdrawn[0]["mails"]] == ["opened", "withdrawn"]


def test_one_department_is_behind_its_trajectory_the_other_is_on_it(smoke: Smoke) -> None:
    assert [(a["territory"], a["state"]) for a in smoke.alerts("off_trajectory")] == [("DEPT-31", "firing")]


def test_each_mail_is_about_one_alert_and_goes_to_a_role(smoke: Smoke) -> None:
    known = {a["id"] for found in smoke.shown["alerts"].values() for a in found}
    for mail in smoke.shown["mails"]:
        assert len(mail["alert_ids"]) == 1
        assert set(mail["alert_ids"]) <= known
        assert mail["to"] == "commissaire.occitanie@vigie.example"
    ids = [mail["message_id"] for mail in smoke.shown["mails"]]
    assert len(ids) == len(set(ids)) == 22


def test_what_is_simulated_says_so(smoke: Smoke) -> None:
    assert all(mail["simulated"] and "imulé" in mail["subject"] for mail in smoke.shown["mails"])
    assert all(a["simulated"] for found in smoke.shown["alerts"].values() for a in found)
    real = {key for key, figure in smoke.shown["figures"].items() if not figure["simulated"]}
    assert real == {"calpae_amounts_2021", "camps_2021", "garantie_jeunes_31_2021"}


def test_what_was_known_on_two_days_differs_as_the_campaign_did(smoke: Smoke) -> None:
    march, may = (smoke.shown["known_at"][day] for day in ("2021-03-31", "2021-05-03"))
    for key in ("ase_in_framework_2020", "rsa_cer_2020"):
        assert (march[key]["reported"], may[key]["reported"]) == (9, 12)
        assert set(march[key]["absent"]) - set(may[key]["absent"]) == {"DEPT-46", "DEPT-65", "DEPT-81"}
        assert march[key]["version"] != may[key]["version"]
    assert may["ase_in_framework_2020"]["numerator"] == smoke.figure("ase_in_framework_2020")["numerator"] == 945
    assert march["camps_2021"] == may["camps_2021"]


def test_every_figure_made_again_as_of_now_is_the_stored_one(smoke: Smoke) -> None:
    assert smoke.shown["as_of_now"]["figures"] > 500
    assert smoke.shown["as_of_now"]["differing"] == 0


def test_versions_are_digests(smoke: Smoke) -> None:
    assert all(re.fullmatch(r"[0-9a-f]{16}", figure["version"]) for figure in smoke.shown["figures"].values())


def test_the_correction_offered_to_visitors_moves_the_region_and_brings_one_mail(smoke: Smoke) -> None:
    correction = smoke.shown["correction"]
    assert (correction["region"]["numerator"], correction["region"]["denominator"]) == (983, 3030)
    assert [mail["kind"] for mail in correction["mails"]] == ["withdrawn"]
    assert "Hérault" in correction["mails"][0]["subject"]
