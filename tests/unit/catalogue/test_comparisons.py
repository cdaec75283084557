"""Comparisons of checks.yaml: each fault at its line, before anything relies on the text."""

from pathlib import Path

import pytest

from shared.catalogue.fault import CatalogueError
from shared.catalogue.files import read_catalogue
from shared.domain.check import Relation

SOUND = """\
  - code: housed_target
    kind: compares
    label: Logés et cible
    operands:
      housed: ax1.housed @2021 in REG-76 declared
      young: ax1.young @2021 in REG-76
      target: target of ax1.housed @2021 in REG-76
    left: round(100 * housed / young, 1)
    relation: ">="
    right: target
    tolerance: target / 100
    at: [{territory: REG-76, period: 2021}]
    control: known.1
  - code: contradictions
    kind: conflicting_sources
    label: Sources contradictoires
    applies_to: ["ax1.*"]
"""
FIRST = 19


def spoilt(folder: Path, right: str, wrong: str) -> list[str]:
    text = (folder / "checks.yaml").read_text(encoding="utf-8")
    (folder / "checks.yaml").write_text(text + SOUND.replace(right, wrong), encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(folder)
    return [f"{fault.line - FIRST}: {fault.field}: {fault.message}" for fault in refused.value.faults]


def test_a_sound_comparison_is_read(folder: Path) -> None:
    text = (folder / "checks.yaml").read_text(encoding="utf-8")
    (folder / "checks.yaml").write_text(text + SOUND, encoding="utf-8")
    check = next(c for c in read_catalogue(folder).checks if c.code == "housed_target")
    assert (check.relation, check.control, check.indicators()) == (
        Relation.at_least, ["known.1"], ["ax1.housed", "ax1.young"]
    )  # fmt: skip
    assert check.read_operands["young"].territory == "REG-76"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "field", "message"),
    [
        ("ax1.young @2021", "ax1.yuong @2021", 5, "operands.young", "did you mean ax1.young?"),
        ("declared", "declard", 4, "operands.housed", "cannot be read from 'declard' on"),
        ("@2021 in REG-76 declared", "@20x21 in REG-76", 4, "operands.housed", "'20x21' is not a period"),
        ("in REG-76 declared", "in REG-67", 4, "operands.housed", "did you mean REG-76?"),
        ("housed: ax1.housed", "housed: ax1.housed:share", 4, "operands.housed", "'share' is no side of a figure"),
        ("young: ax1", "y-oung: ax1", 5, "operands.y-oung", "is not a name"),
        ("target of ax1.housed", "target of ax1.hosed", 6, "operands.target", "did you mean ax1.housed?"),
        ("/ young, 1", "/ yuong, 1", 7, "left", "'yuong' is not one of the operands; did you mean young?"),
        ("/ young, 1", "/ 12, 1", 5, "operands.young", "is used by no expression"),
        ("/ young, 1", "** young, 1", 7, "left", "is not allowed"),
        ("/ young, 1", "/ young, 1)", 7, "left", "is not an expression"),
        ("target / 100", "open('x')", 10, "tolerance", "is not allowed"),
        ('">="', '"=>"', 8, "relation", "'=>' is unknown"),
        ("    right: target\n", "", 0, "right", "compares needs it"),
        ("REG-76, period: 2021}", "REG-67, period: 2021}", 11, "at.0.territory", "did you mean REG-76?"),
        ("period: 2021}", "period: soon}", 11, "at.0.period", "'soon' is not a period"),
        ("    at: [{territory: REG-76, period: 2021}]\n", "", 0, "at", "names its own period or territory"),
        ('["ax1.*"]', '["ax9.*"]', 16, "applies_to.0", "matches no indicator"),
        ('["ax1.*"]', "[ax1.hosed]", 16, "applies_to.0", "did you mean ax1.housed?"),
        ("applies_to", "copy_of: ax1.young\n    applies_to", 16, "copy_of", "has no meaning"),
    ],
)
def test_a_fault_is_told_at_its_line(folder: Path, right: str, wrong: str, line: int, field: str, message: str) -> None:
    faults = spoilt(folder, right, wrong)
    assert any(f.startswith(f"{line}: {field}: ") and message in f for f in faults), faults
