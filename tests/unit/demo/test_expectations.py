"""A document that is not what the files imply is complained about: each planted defect has its sentence."""

import copy
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.demo import expectations
from deploy.demo.foreseen import REGION, Watch
from deploy.demo.harvest import FIGURES
from deploy.demo.implied import ASE_PARTS, Figure
from deploy.demo.sending import as_curl
from deploy.demo.simulated import ASE, RSA
from deploy.demo.timeline import LAST_WORD
from tests.unit.demo.conftest import Played

Document = dict[str, Any]


def figure(of: Figure, reported: int, absent: list[str], expected: int | None) -> Document:
    sides = {s: None if (v := getattr(of, s)) is None else float(v) for s in ("value", "numerator", "denominator")}
    return sides | {"reported": reported, "expected": expected, "absent": absent, "basis": "computed"}


@pytest.fixture
def shown(played: Played) -> Document:
    """The document of a platform that made no mistake."""
    regional, departments = played.known.regional(), played.known.by_department()
    figures = {
        key: figure(regional[code], 12, ["DEPT-48"], 13)
        for key, (code, place, period) in FIGURES.items()
        if (place, period) == (REGION, "2020")
    }
    figures["calpae_amounts_2021"] = figure(Figure(17940581), 16, [], 16)  # type: ignore[arg-type]
    figures["camps_2021"] = figure(Figure(88), 4, [], None)  # type: ignore[arg-type]
    figures["garantie_jeunes_31_2021"] = figure(departments[FIGURES["garantie_jeunes_31_2021"]], 1, [], None)
    told: dict[Watch, list[str]] = {}
    for each in played.foreseen.told:
        told.setdefault(each.watch, []).append(each.kind)
    alerts: dict[str, list[Document]] = {}
    mails = []
    for number, (watch, kinds) in enumerate(told.items()):
        state = "firing" if watch in played.foreseen.open else "resolved"
        alert = {"id": str(number), "territory": watch.territory, "period": watch.period, "simulated": True}
        alerts.setdefault(watch.rule, []).append(
            alert | {"indicator": watch.subject, "collection": None, "state": state}
        )
        mails += [{"id": 0, "subject": "", "alert_ids": [str(number)], "kind": k, "simulated": True} for k in kinds]
    framework = "ase_stable_housing_within_framework"
    checks = [
        {"code": "contracted_state_share_declared", "territory": REGION, "expected": 17940580, "difference": 1},
        {"code": "rsa_oriented_1_month_percentage", "territory": REGION, "expected": 58}
        | {"detail": {"implied_denominator": "30260"}},
        {"code": framework, "territory": REGION, "expected": 945},
        *({"code": framework, "territory": f"DEPT-{code}"} for code in ("30", "31", "34")),
        {"code": "repeated_line", "territory": "DEPT-66"},
        {"code": "iae_new_structures", "territory": "DEPT-34"},
    ]
    reports = [
        {"collection": "calpae-2020", "territory": f"DEPT-{code}", "feed": feed}
        | {"state": "overdue" if code == "48" else "received"}
        for code in ("09", "48")
        for feed in (ASE.feed, RSA.feed)
    ]
    return {"figures": figures, "checks": checks, "alerts": alerts, "mails": mails, "reports": reports}


def complaints(shown: Document, played: Played) -> list[str]:
    return expectations.misses(shown, played.known, played.foreseen)


def test_a_right_document_raises_no_complaint(shown: Document, played: Played) -> None:
    assert complaints(shown, played) == []


def _wrong_figure(shown: Document) -> None:
    shown["figures"]["ase_in_framework_2020"]["numerator"] = 944


def _declared_shown_as_ours(shown: Document) -> None:
    shown["figures"]["camps_2021"]["basis"] = "declared"


def _absentee_forgotten(shown: Document) -> None:
    shown["figures"]["rsa_cer_2020"]["absent"] = []


def _figure_gone(shown: Document) -> None:
    del shown["figures"]["rsa_oriented_2020"]


def _unflagged_total(shown: Document) -> None:
    del shown["checks"][0]


def _wrong_implied_denominator(shown: Document) -> None:
    shown["checks"][1]["detail"]["implied_denominator"] = "64873"


def _innocent_flagged(shown: Document) -> None:
    shown["checks"].append({"code": "ase_in_framework_percentage", "territory": "DEPT-09"})


def _alert_gone(shown: Document) -> None:
    del shown["alerts"]["off_trajectory"]


def _silent_department_accused(shown: Document) -> None:
    shown["alerts"]["target_missed"].append(shown["alerts"]["target_missed"][0] | {"id": "x", "territory": "DEPT-48"})


def _mail_twice(shown: Document) -> None:
    shown["mails"].append(copy.copy(shown["mails"][0]))


def _mail_lost(shown: Document) -> None:
    del shown["mails"][-1]


def _simulation_hidden(shown: Document) -> None:
    shown["mails"][0]["simulated"] = False


def _silence_unseen(shown: Document) -> None:
    for report in shown["reports"]:
        report["state"] = "received"


DEFECTS = {
    "figures.ase_in_framework_2020.numerator": _wrong_figure,
    "figures.camps_2021.basis": _declared_shown_as_ours,
    "figures.rsa_cer_2020.absent": _absentee_forgotten,
    "figures.rsa_oriented_2020 is None": _figure_gone,
    "check contracted_state_share_declared should fail": _unflagged_total,
    "implied denominator 30260": _wrong_implied_denominator,
    "flags DEPT-09 wrongly": _innocent_flagged,
    "no alert off_trajectory DEPT-31": _alert_gone,
    "alert target_missed DEPT-48": _silent_department_accused,
    "2 mail(s) say": _mail_twice,
    "0 mail(s) say": _mail_lost,
    "says simulated=False": _simulation_hidden,
    "silent: True": _silence_unseen,
}


@pytest.mark.parametrize("sentence", DEFECTS)
def test_each_defect_is_named(shown: Document, played: Played, sentence: str) -> None:
    DEFECTS[sentence](shown)
    assert any(sentence in complaint for complaint in complaints(shown, played))


def test_the_figures_shown_are_those_of_the_campaign() -> None:
    assert {code for code, _, _ in FIGURES.values()} >= set(ASE_PARTS)


def test_the_command_to_copy_is_one_a_shell_understands() -> None:
    command = as_curl("http://127.0.0.1:8001", LAST_WORD, Path("/a place/correction.xlsx"), "t")
    shell = ["bash", "-c", f"curl() {{ printf '%s\\n' \"$@\"; }}\n{command}"]
    words = subprocess.run(shell, capture_output=True, text=True, check=True).stdout.splitlines()
    assert words[:4] == ["-H", "Authorization: Bearer t", "--data-binary", "@/a place/correction.xlsx"]
    assert words[4].startswith("http://127.0.0.1:8001/v1/feeds/ase-exits/submissions?")
    assert "simulated=true" in words[4]


def remembered(shown: Document, played: Played) -> Document:
    """What a platform without fault says of its past, here of one day only."""
    return {"known_at": {"2021-05-03": shown["figures"]}, "as_of_now": {"figures": 600, "differing": 0}}


def test_a_past_that_the_files_do_not_imply_is_complained_about(shown: Document, played: Played) -> None:
    past = remembered(shown, played)
    assert [*expectations.misremembered(past, lambda _: played.known, played.foreseen)] == []
    _wrong_figure(shown)
    past["as_of_now"]["differing"] = 2
    found = [*expectations.misremembered(past, lambda _: played.known, played.foreseen)]
    assert [miss.split(",")[0] for miss in found] == ["as of 2021-05-03", "as of now"]
