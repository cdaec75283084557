"""What the rules ask for on these files, and what the campaign tells on the way."""

import shutil
from collections import Counter
from pathlib import Path

from deploy.demo.doubts import doubts
from deploy.demo.foreseen import foresight
from deploy.demo.preparation import CATALOGUE, TARGETS
from tests.unit.demo.conftest import INPUT, Played, play

LATE = {("report_overdue", f"DEPT-{code}") for code in ("46", "65", "81")}


def test_in_each_feed_at_least_three_departments_miss_and_three_meet(played: Played) -> None:
    targets = [t for t in foresight(CATALOGUE, TARGETS).targets if t["simulated"] == "true" and t["period"] == "2020"]
    for indicator in ("ax2.ase_exit.in_framework", "ax5.brsa.oriented_1_month"):
        missed = [w for w in played.foreseen.open if (w.rule, w.subject) == ("target_missed", indicator)]
        asked = [t for t in targets if t["indicator"] == indicator]
        assert len(asked) == 13
        assert len(missed) == 5
        assert len(asked) - len(missed) - 1 == 7  # one is silent, which is neither


def test_silence_and_coverage_are_told_after_the_due_date_only(played: Played) -> None:
    before, overdue, answered = played.opened[1], played.opened[2], played.opened[3]
    assert not {rule for rule, _ in before} & {"report_overdue", "coverage_low"}
    assert overdue - before == LATE | {("report_overdue", "DEPT-48"), ("coverage_low", "REG-76")}
    assert overdue - answered == LATE | {("coverage_low", "REG-76")}


def test_22_mails_are_foreseen(played: Played) -> None:
    assert Counter((told.watch.rule, told.kind) for told in played.foreseen.told) == {
        ("target_missed", "opened"): 11,
        ("target_missed", "withdrawn"): 1,
        ("off_trajectory", "opened"): 1,
        ("report_overdue", "opened"): 4,
        ("report_overdue", "resolved"): 3,
        ("coverage_low", "opened"): 1,
        ("coverage_low", "resolved"): 1,
    }


def test_departments_stay_in_doubt_where_housing_is_above_framework(played: Played) -> None:
    code = "ase_stable_housing_within_framework"
    assert {place for check, place in doubts(played.known) if check == code} == {"DEPT-30", "DEPT-31", "DEPT-34"}


def test_what_documents_say_twice_or_add_up_wrongly_is_in_doubt(played: Played) -> None:
    others = {d for d in doubts(played.known) if not d[0].startswith("ase_")}
    assert others == {("repeated_line", "DEPT-66"), ("iae_new_structures", "DEPT-34")}


def test_another_copy_of_the_input_changes_what_is_foreseen(tmp_path: Path) -> None:
    """One figure changed and one department taken away: the expectations follow the files."""
    folder = tmp_path / "input"
    shutil.copytree(INPUT, folder)
    file = folder / "ase-2020-32-gers.csv"
    file.write_bytes(file.read_bytes().replace(b";98;44;", b";98;49;"))
    for gone in folder.glob("*-66-pyrenees-orientales.*"):
        gone.unlink()
    changed = play(folder)
    framework = changed.known.regional()["ax2.ase_exit.in_framework"]
    assert (framework.numerator, framework.denominator) == (945 + 5 - 71, 3030 - 247)
    now_open = {(w.rule, w.territory, w.subject) for w in changed.foreseen.open}
    assert ("target_missed", "DEPT-32", "ax2.ase_exit.in_framework") not in now_open
    assert ("report_overdue", "DEPT-66", "calpae-2020") in now_open
    assert ("ase_in_framework_percentage", "DEPT-32") in doubts(changed.known)
