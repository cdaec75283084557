"""Generated tables, dirtied at random: they come back as they were, or with a refusal at the very cell."""

from collections import Counter
from collections.abc import Set as AbstractSet
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from services.ingestion.repair.outcome import Number
from services.ingestion.validate import reader
from services.ingestion.wording import listed
from tests.corpus.dirt.clean import REGION, Meaning
from tests.corpus.dirt.layout import Dirty, dirty_files
from tests.corpus.receipt import judged

DONE: Counter[str] = Counter()
PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def comes_back(dirty: Dirty) -> None:
    """Equal figures, refusals at the cells that cannot be read and nowhere else, a note at each repaired cell."""
    DONE.update(dirty.dirt)
    truth = dirty.truth
    outcome = judged(dirty.content, f"envoi.{dirty.form}", dirty.feed, REGION, dirty.period)
    assert all(entry["message"] for entry in listed([*outcome.repairs, *outcome.errors]))
    figures = {
        Meaning(
            f.indicator, f.territory, f.period, f.value, f.numerator, f.denominator, f.status.value, f.qualifier,
            f.basis.value,
        )
        for f in outcome.figures
    }  # fmt: skip
    assert len(figures) == len(outcome.figures), "a figure comes twice"
    none_of(figures - truth.figures, "figures that nobody sent")
    none_of(truth.figures - figures, "figures that were lost")
    refused = {dirty.cell_of(n.row, n.position, n.column) for n in outcome.errors}
    none_of(refused - truth.refused - truth.excused, "refusals without a reason")
    none_of(truth.refused - refused, "cells that should have been refused")
    spoken = {(n.row, n.position) for n in [*outcome.repairs, *outcome.errors]}
    none_of(truth.noted - spoken, "repairs that were not told")
    if truth.differing is not None:
        differing = {(n.row, n.position) for n in outcome.repairs if n.code == "total_differs"}
        none_of(differing ^ truth.differing, "totals that differ")


def none_of(found: AbstractSet[object], what: str) -> None:
    assert not found, f"{what}:\n" + "\n".join(sorted(map(str, found)))


def many(examples: int, *phases: Phase) -> settings:
    """Without looking for the smallest failure, which takes minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=PATIENT,
        phases=phases or (Phase.reuse, Phase.generate),
    )


test_a_dirty_table_comes_back = many(200)(given(dirty_files())(comes_back))


def test_every_kind_of_dirt_was_there() -> None:
    """Over the examples of the property, in which each one holds several."""
    seen = {name for name, times in DONE.items() if times}
    wanted = {
        *("csv", "xlsx", "ods", "xls", "json", "ndjson", "cp1252", "separator ;", "separator ,", "hidden sheet"),
        *("title spelling", "header of two lines", "title rows", "note rows", "blank row", "repeated header"),
        *("total row", "wrong total", "column order", "extra column", "merged territory", "duplicate", "blank"),
        *("number spelling", "missing code", "refused number", "footnote mark", "percentage spelling"),
        *("territory spelling", "refused territory", "period spelling", "period by across", "period by sheet"),
    }
    more = settings(many(400, Phase.generate), database=None)(given(dirty_files())(lambda d: seen.update(d.dirt)))
    for _ in range(5):  # what 200 examples did not meet is looked for, without judging it
        if wanted - seen:
            more()
    assert sorted(wanted - seen) == []


def test_the_property_catches_a_blank_read_as_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    right = reader.read_number

    def wrong(cell: object, *rest: object, **more: object) -> Number:
        number = right(cell, *rest, **more)
        return Number(Decimal(0)) if number.missing == "missing_blank" else number

    monkeypatch.setattr(reader, "read_number", wrong)
    any_failure = settings(many(1000, Phase.generate), database=None)(given(dirty_files())(comes_back))
    with pytest.raises(AssertionError, match="figures that nobody sent"):
        any_failure()
