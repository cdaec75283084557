"""Messy files as departments send them: each gets exactly the receipt that was written for it by hand."""

from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

import pytest

from services.ingestion.repair.outcome import Number
from services.ingestion.validate import reader
from tests.corpus.case import Case, cases
from tests.corpus.receipt import Receipt, receipt_of

CASES = cases()
REQUIRED = frozenset(
    """cp1252|latin-1|utf-8|utf-8 with bom|utf-16 with bom|utf-16 without bom|semicolon|comma|tab|bar|sep line|quotes|
    title rows|notes under the table|header of two lines|header of three lines|merged header|total right|total wrong|
    sub-totals|several sheets|hidden sheet|serial dates 1900|serial dates 1904|one column per year|months across|
    decimal comma|nbsp|narrow nbsp|currency|scaled unit|31,2 %|parentheses|footnote star|2020 (p)|2018*|janv.-20|
    nd|ns|nc|nr|slash|dash|blank|zero|1|01|1.0|2a|20|69D|69M|6AE|971..976|names without accents|names without hyphens|
    one letter wrong|two letters wrong|1,234|fraction|fraction without counts|formula with cached value|
    formula without cached value|error cell|merged territory|merged number|repeated header|duplicate same|
    duplicate different|metropole beside department|own row of a region|percentage with counts|
    percentage without counts|register of calls|register of projects|register of actions|register of milestones|
    declared total|xlsx|xls|ods|json|ndjson|xlsm|repeated columns|period in a sheet name|wrong sheet|
    file of another feed|person-level columns|empty file|pdf|percentage format|long import of PILOTE""".replace(
        "\n", ""
    )
    .replace("    ", "")
    .split("|")
)


def answer(case: Case) -> Receipt:
    return receipt_of(case.content, case.file_name, case.feed, case.reporter, case.period)


def unlike(expected: Sequence[str], found: Sequence[str]) -> tuple[list[str], list[str]]:
    """What was expected and did not come, what came and was not expected. A part `*` of an expected line is any."""
    rest, missing = list(found), []
    for line in sorted(expected, key=lambda line: line.count("*")):
        match = next((other for other in rest if _alike(line, other)), None)
        if match is None:
            missing.append(line)
        else:
            rest.remove(match)
    return missing, rest


def _alike(expected: str, found: str) -> bool:
    """Part by part; a star that belongs to a title (`2018*`) is that star."""
    parts, others = expected.split(" | "), found.split(" | ")
    return len(parts) == len(others) and all(
        one in {other, "*"} or (one.endswith("!*") and fnmatchcase(other, one))
        for one, other in zip(parts, others, strict=True)
    )


def check(case: Case) -> None:
    found = answer(case)
    if case.refused or found.refused:
        assert found.refused and case.refused in ("*", found.refused), f"{case.name}: refused: {found.refused}"
        return
    different = {
        what: unlike(expected, got)
        for what, expected, got in [
            ("figures", case.figures, found.figures),
            ("entries", case.entries, found.entries),
            ("repairs", case.repairs, found.repairs),
            ("errors", case.errors, found.errors),
            ("absent", sorted(case.absent), sorted(found.absent)),
        ]
    }
    text = "\n".join(
        f"{what}: {sign} {line}"
        for what, sides in different.items()
        for sign, lines in zip(("lacks", "has  "), sides, strict=True)
        for line in lines
    )
    assert not text, f"{case.name}\n{text}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_receipt_is_the_one_expected(case: Case) -> None:
    check(case)


def test_the_corpus_covers_what_departments_send() -> None:
    assert sorted(REQUIRED - frozenset().union(*(case.features for case in CASES))) == []
    assert len(CASES) >= 70
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", ["a-blank-beside-counts-is-not-zero", "formulas-of-which-one-was-never-computed"])
def test_the_corpus_catches_a_blank_read_as_zero(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (case,) = (case for case in CASES if case.name == name)
    check(case)
    right = reader.read_number

    def wrong(cell: object, *rest: object, **more: object) -> Number:
        number = right(cell, *rest, **more)
        return Number(Decimal(0)) if number.missing == "missing_blank" else number

    monkeypatch.setattr(reader, "read_number", wrong)
    with pytest.raises(AssertionError, match="figures: has"):
        check(case)
