"""What the files say is what the models hold; the digest follows the content, not its spelling."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shared.catalogue.fault import CatalogueError
from shared.catalogue.files import read_catalogue
from shared.domain.collection import Expectation
from shared.domain.indicator import MetropolePolicy
from shared.domain.operand import Side
from shared.domain.territory import Level


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_file_becomes_its_models(folder: Path) -> None:
    catalogue = read_catalogue(folder)

    assert [t.code for t in catalogue.territories.all()][:2] == ["NAT-FR", "REG-76"]
    assert catalogue.territories.ancestors("EPCI-243100518") == ["DEPT-31", "REG-76", "NAT-FR"]
    assert list(catalogue.indicators) == ["ax1.young", "ax1.housed", "ax1.amount"]
    assert catalogue.indicators["ax1.amount"].metropoles is MetropolePolicy.added
    assert catalogue.indicators["ax1.young"].denominator_indicator is None
    assert catalogue.indicators["ax1.young"].source == "Bilan, l. 1"
    assert [t.value for t in catalogue.targets_for("ax1.housed", "REG-76")] == [Decimal(45)]
    check = next(c for c in catalogue.checks if c.code == "housed_within_young")
    assert (check.operand, check.whole_operand) == (Side.numerator, Side.value)
    assert catalogue.checks[0].levels == [Level.region]


def test_a_member_may_be_a_bare_code_or_say_more(folder: Path) -> None:
    edit(folder / "collections.yaml", "- DEPT-32", "- {territory: DEPT-32, expectation: waived}")

    collection = read_catalogue(folder).collection_of_feed("youth", "2020")

    assert collection is not None
    assert [m.territory for m in collection.members] == ["DEPT-31", "DEPT-32"]
    assert collection.members[1].expectation is Expectation.waived
    assert collection.expected() == ["DEPT-31"]
    assert collection.due_on_for("DEPT-31") == date(2021, 6, 30)


def test_thresholds_are_exactly_what_people_wrote(folder: Path) -> None:
    rules = {rule.code: rule for rule in read_catalogue(folder).rules}

    assert rules["coverage_low"].parameters == {"fire_below": "0.80", "clear_at": "0.85", "levels": ["region"]}
    assert rules["coverage_low"].enabled is False
    assert rules["coverage_low"].share("fire_below") == Decimal("0.8")
    assert rules["off_trajectory"].parameters["confirmations"] == 2


def test_further_target_files_are_added(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "demo.csv"
    header = (folder / "targets.csv").read_text(encoding="utf-8").splitlines()[0]
    more.write_text(f"{header}\nax1.housed,DEPT-32,,,20,>=,,,agreed,true,,1\n", encoding="utf-8")

    added = read_catalogue(folder, extra_targets=[more]).targets_for("ax1.housed", "DEPT-32")

    assert [t.simulated for t in added] == [True]


def test_a_target_of_a_further_file_may_not_repeat_one(folder: Path, tmp_path: Path) -> None:
    more = tmp_path / "demo.csv"
    more.write_bytes((folder / "targets.csv").read_bytes())

    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder, extra_targets=[more])

    first = caught.value.faults[0]
    assert (first.file, first.line, first.field) == (more.as_posix(), 2, "version")
    assert "targets.csv:2" in first.message


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules.yaml", "label: Cible non atteinte", 'label: "Cible non atteinte"  # a comment'),
        ("rules.yaml", "rules:\n", "# in French\n\nrules:\n"),
        ("targets.csv", "REG-76,2021,2021-12-31,40", "REG-76 , 2021,2021-12-31,40"),
        ("territories.csv", "code,name", "\ufeffcode,name"),
    ],
)
def test_spelling_leaves_the_digest_alone(folder: Path, file: str, old: str, new: str) -> None:
    before = read_catalogue(folder).digest
    edit(folder / file, old, new)
    assert read_catalogue(folder).digest == before


def test_the_order_of_targets_and_rules_leaves_the_digest_alone(folder: Path) -> None:
    before = read_catalogue(folder).digest
    header, *rows = (folder / "targets.csv").read_text(encoding="utf-8").splitlines()
    (folder / "targets.csv").write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
    assert read_catalogue(folder).digest == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules.yaml", "tolerance: 0", "tolerance: 0.05"),
        ("targets.csv", "2021-12-31,40", "2021-12-31,41"),
        ("collections.yaml", "- DEPT-32\n", ""),
        ("territories.csv", "Gers", "Le Gers"),
        ("checks.yaml", "decimals: 1", "decimals: 0"),
        ("recipients.yaml", "commissaire@", "prefet@"),
    ],
)
def test_content_changes_the_digest(folder: Path, file: str, old: str, new: str) -> None:
    before = read_catalogue(folder).digest
    edit(folder / file, old, new)
    assert read_catalogue(folder).digest != before
