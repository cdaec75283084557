"""Every fault names its file, its line and its field, and one reading lists them all."""

from pathlib import Path

import pytest

from shared.catalogue.fault import CatalogueError, Fault
from shared.catalogue.files import read_catalogue

# File and line of the fault, text to replace and with what, then the fault's field and words of its message.
CASES = [
    ("territories.csv", 5, "DEPT-32,Gers", "32,Gers", "code", "not a typed code"),
    ("territories.csv", 5, "Gers,department", "Gers,region", "level", "which is a department"),
    ("territories.csv", 5, "Gers,department", "Gers,canton", "level", "'canton' is unknown"),
    ("territories.csv", 5, "Gers,department,REG-76", "Gers,department,REG-99", "parent", "did you mean REG-76"),
    ("territories.csv", 5, "Gers,department,REG-76", "Gers,department,", "parent", "a department lies in a region"),
    ("territories.csv", 5, "Gers,department,REG-76", "Gers,department,DEPT-31", "parent", "lies in a region"),
    ("territories.csv", 5, "Gers,department,REG-76", "Gers,department,DEPT-32", "parent", "DEPT-32 > DEPT-32"),
    ("territories.csv", 5, "Gers,", ",", "name", "is missing"),
    ("territories.csv", 5, "DEPT-32,Gers", "DEPT-31,Gers", "code", "territories.csv:4; keep one"),
    ("territories.csv", 6, "metropole,DEPT-31,Europe/Paris", "metropole,DEPT-31,Europe/Pariss", "zone", "IANA"),
    ("territories.csv", 4, "Paris,metropole\nDEPT-32", "Paris,Bavière\nDEPT-32", "holidays", "expected one of 57, 6AE"),
    ("territories.csv", 5, "Gers,department,REG-76,", "Gers,department,REG-76,,", "", "has 7 cells for 6 columns"),
    ("indicators.csv", 2, "annual,sum", "annual,average", "method", "'average' is unknown; expected 'none'"),
    ("indicators.csv", 2, "count,jeunes,none", "count,jeunes,sideways", "direction", "'sideways' is unknown"),
    ("indicators.csv", 2, "annual,sum", "fortnightly,sum", "frequency", "expected one of event, annual"),
    ("indicators.csv", 2, "Jeunesse,count", "Jeunesse,heap", "kind", "'heap' is unknown"),
    ("indicators.csv", 3, "annual,ratio", "annual,sum", "method", "use ratio or none"),
    ("indicators.csv", 2, "annual,sum", "annual,ratio", "method", "needs an indicator of kind ratio"),
    ("indicators.csv", 3, "Logés,Jeunes,ax1", ",,ax1", "method", "needs numerator_label"),
    ("indicators.csv", 3, "ax1.young,Départements", "ax1.yonug,Départements", "denominator_indicator", "ax1.young?"),
    ("indicators.csv", 2, "not_asked,,,,", "sometimes,,,,", "metropoles", "'sometimes' is unknown"),
    ("indicators.csv", 2, "Jeunes,1,", "Jeunes,one,", "axis", "'one'"),
    ("indicators.csv", 4, "ax1.amount,1", "ax1.young,1", "code", "repeats"),
    ("targets.csv", 4, "ax1.housed,DEPT-31", "ax1.nothing,DEPT-31", "indicator", "not in indicators.csv"),
    ("targets.csv", 4, "ax1.housed,DEPT-31", "ax1.housed,31", "territory", "not in territories.csv"),
    ("targets.csv", 2, "REG-76,2021,", "REG-76,2021-13,", "period", "is not a period"),
    ("targets.csv", 2, "2021-12-31,40", "31/12/2021,40", "due", "write YYYY-MM-DD"),
    ("targets.csv", 2, "2021-12-31,40", "20211231,40", "due", "write YYYY-MM-DD"),
    ("targets.csv", 2, "2021-12-31,40", "2021-11-31,40", "due", "2021-11-31"),
    ("targets.csv", 2, "2021-12-31,40", "2020-12-30,40", "due", "does not come after the baseline"),
    ("targets.csv", 2, ",40,", ',"40,5",', "value", "'40,5'"),
    ("targets.csv", 2, ",40,", ",NaN,", "value", "'NaN'"),
    ("targets.csv", 2, "40,>=", "40,>", "comparator", "expected '>=' or '<='"),
    ("targets.csv", 4, "proposal", "promise", "commitment", "'promise' is unknown"),
    (
        "targets.csv",
        2,
        "31.2,2020-12-31,agreed,false,,1",
        ",2020-12-31,agreed,false,,1",
        "baseline_date",
        "no baseline",
    ),
    ("targets.csv", 4, "norme,1", "norme,0", "version", "count from 1"),
    ("targets.csv", 3, "agreed,false,,2", "agreed,false,,1", "version", "targets.csv:2; keep one"),
    ("collections.yaml", 8, "feeds: [youth]", "feeds: [yuoth]", "feeds.0", "did you mean youth?"),
    ("collections.yaml", 12, "  - ax1.housed", "  - ax1.house", "indicators.1", "did you mean ax1.housed?"),
    ("collections.yaml", 14, "- DEPT-32", "- DEPT-23", "members.0", "territory 'DEPT-23'"),
    ("collections.yaml", 15, "- DEPT-32", "- DEPT-31", "members.1", "DEPT-31 is named twice"),
    ("collections.yaml", 9, "due_on: 2021-03-31", "due_on: end of March", "due_on", "write YYYY-MM-DD"),
    ("collections.yaml", 9, "due_on: 2021-03-31", "due_on: 2019-03-31", "due_on", "before period 2020 starts"),
    ("collections.yaml", 15, "due_on: 2021-06-30", "due_on: soon", "members.1.due_on", "write YYYY-MM-DD"),
    ("collections.yaml", 15, "source_text: instruction", "why: instruction", "members.1.why", "unknown field"),
    (
        "collections.yaml",
        7,
        "period: 2020\n    feeds: [youth]",
        "period: l'an 2020\n    feeds: [youth]",
        "period",
        "period",
    ),
    ("collections.yaml", 16, "    period: 2020\n    feeds: [money]", "    feeds: [money]", "period", "is missing"),
    ("collections.yaml", 21, "[ax1.amount]", "[ax1.young]", "indicators.0", "already asked by youth-2020 (line 5)"),
    ("collections.yaml", 19, "feeds: [money]", "feeds: [youth]", "feeds.0", "already asked by youth-2020"),
    ("collections.yaml", 16, "code: money-2020", "code: youth-2020", "code", "repeats"),
    ("collections.yaml", 17, "label: Montants 2020", "labl: Montants 2020", "labl", "unknown field"),
    ("collections.yaml", 3, "code: money, label", "code: youth, label", "code", "repeats"),
    ("rules.yaml", 3, "kind: target_missed", "kind: target_late", "kind", "'target_late' is unknown"),
    ("rules.yaml", 12, "severity: info", "severity: deadly", "severity", "'deadly' is unknown"),
    ("rules.yaml", 15, "fire_below: 0.80", "fire_below: 80", "parameters.fire_below", "not a share"),
    ("rules.yaml", 15, "fire_below: 0.80", "fire_below: lots", "parameters.fire_below", "not a share"),
    ("rules.yaml", 15, "fire_below: 0.80", "fires_below: 0.80", "parameters.fires_below", "unknown for coverage_low"),
    ("rules.yaml", 16, "clear_at: 0.85", "clear_at: 0.75", "parameters.clear_at", "is below fire_below"),
    ("rules.yaml", 17, "levels: [region]", "levels: [canton]", "parameters.levels.0", "'canton' is unknown"),
    ("rules.yaml", 23, "confirmations: 2", "confirmations: 0", "parameters.confirmations", "1 or more"),
    ("rules.yaml", 23, ", confirmations: 2", "", "parameters.confirmations", "off_trajectory needs it"),
    ("rules.yaml", 10, "version: 2", "version: 0", "version", "count from 1"),
    ("rules.yaml", 13, "enabled: no", "enabled: perhaps", "enabled", "'perhaps'"),
    ("rules.yaml", 8, "code: coverage_low", "code: target_missed", "code", "repeats"),
    ("recipients.yaml", 6, "[REG-76]", "[REG-75]", "territories.0", "did you mean REG-76?"),
    ("recipients.yaml", 7, "[target_missed]", "[target_lost]", "rules.0", "not in rules.yaml"),
    ("recipients.yaml", 5, "commissaire@vigie.example", "commissaire", "email", "not a mail address"),
    ("checks.yaml", 8, "[ax1.housed]", "[ax1.hosed]", "parts.0", "did you mean ax1.housed?"),
    ("checks.yaml", 14, "whole: ax1.housed", "whole: ax1.hoosed", "whole", "did you mean ax1.housed?"),
    ("checks.yaml", 8, "[ax1.housed]", "[ax1.young]", "parts", "cannot be one of its parts"),
    ("checks.yaml", 8, "[ax1.housed]", "[]", "parts", "part_of needs it"),
    ("checks.yaml", 3, "kind: part_of", "kind: inside", "kind", "'inside' is unknown"),
    ("checks.yaml", 7, "whole_operand: value", "whole_operand: share", "whole_operand", "'share' is unknown"),
    ("checks.yaml", 15, "denominator_indicator: ax1.young", "parts: [ax1.young]", "parts", "no meaning for ratio_of"),
    ("checks.yaml", 16, "decimals: 1", "decimals: 9", "decimals", "between 0 and 6"),
    ("checks.yaml", 17, "tolerance: 0.1", "tolerance: some", "tolerance", "not a number"),
    ("checks.yaml", 18, "levels: [region]", "levels: [planet]", "levels.0", "'planet' is unknown"),
]


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    return caught.value.faults


@pytest.mark.parametrize(("file", "line", "old", "new", "field", "words"), CASES)
def test_a_fault_names_file_line_and_field(
    folder: Path, file: str, line: int, old: str, new: str, field: str, words: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    faults = faults_of(folder)

    found = [f for f in faults if f.field == field and words in f.message]
    assert [(f.file, f.line) for f in found[:1]] == [(path.as_posix(), line)], faults


def test_all_faults_of_all_files_are_listed_at_once(folder: Path) -> None:
    for file, old, new in (
        ("territories.csv", "Europe/Paris", "Paris"),
        ("targets.csv", "proposal", "promise"),
        ("rules.yaml", "severity: info", "severity: deadly"),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    faults = faults_of(folder)

    assert [Path(f.file).name for f in faults] == ["rules.yaml", "targets.csv", *["territories.csv"] * 5]
    assert [f.line for f in faults[2:]] == [2, 3, 4, 5, 6]


def test_a_fault_prints_like_a_compiler_message(folder: Path) -> None:
    path = folder / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("proposal", "promise"), encoding="utf-8")
    expected = "targets.csv:4: commitment: 'promise' is unknown; expected 'agreed', 'proposal' or 'estimate'"
    assert str(faults_of(folder)[0]).endswith(expected)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("indicator,territory", "territory", "indicator", "column is missing"),
        ("simulated", "simulatd", "simulatd", "unknown column"),
        ("version", "version,source", "source", "there twice"),
    ],
)
def test_a_header_is_checked_before_its_rows(folder: Path, old: str, new: str, field: str, words: str) -> None:
    path = folder / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert any(f.line == 1 and f.field == field and words in f.message for f in faults_of(folder))


def test_a_file_that_cannot_be_read_makes_no_faults_elsewhere(folder: Path) -> None:
    (folder / "indicators.csv").unlink()
    assert [(Path(f.file).name, f.message) for f in faults_of(folder)] == [
        ("indicators.csv", "cannot be read: No such file or directory")
    ]


def test_a_faulty_row_still_declares_its_code(folder: Path) -> None:
    path = folder / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("annual,sum", "annual,average"), encoding="utf-8")
    assert [f.field for f in faults_of(folder)] == ["method"]


def test_a_quoted_cell_over_two_lines_keeps_lines_right(folder: Path) -> None:
    path = folder / "targets.csv"
    text = path.read_text(encoding="utf-8").replace("false,,1", 'false,"two\nlines",1', 1)
    path.write_text(text.replace("proposal", "promise"), encoding="utf-8")
    assert [(f.line, f.field) for f in faults_of(folder)] == [(5, "commitment")]


def test_a_file_in_another_encoding_is_named_with_its_line(folder: Path) -> None:
    path = folder / "territories.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    fault = faults_of(folder)[0]
    assert (Path(fault.file).name, fault.line) == ("territories.csv", 6)
    assert "UTF-8" in fault.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rules:\n  - code: [unfinished\n", 3, "is not YAML"),
        ("", 1, "should hold rules"),
        ("rules:\n  code: x\n", 2, "should be a list"),
        ("rules:\n  - just a word\n", 2, "should be a mapping"),
        ("rules: []\nrule: []\n", 2, "unknown section"),
        ("rules:\n  - code: a\n    code: b\n", 3, "there twice"),
        ("rules:\n  - code: a\0b\n", 2, "control character"),
        ("rules:\n  - code: &a [*a]\n", 2, "nested too deeply"),
        ("rules:\n  - parameters: {levels: [{a: b}]}\n", 2, "is missing"),
    ],
)
def test_a_document_of_another_shape_is_named_with_its_line(folder: Path, text: str, line: int, words: str) -> None:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    assert any(f.line == line and words in f.message for f in faults_of(folder)), faults_of(folder)


def test_a_cycle_of_parents_is_found(folder: Path) -> None:
    path = folder / "territories.csv"
    text = path.read_text(encoding="utf-8").replace("Occitanie,region,NAT-FR", "Occitanie,region,DEPT-31")
    path.write_text(text, encoding="utf-8")
    loops = [f for f in faults_of(folder) if "lies in itself" in f.message]
    assert [f.line for f in loops] == [3, 4]
    assert "REG-76 > DEPT-31 > REG-76" in loops[0].message
