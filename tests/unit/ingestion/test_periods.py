"""Periods as people write them."""

import pytest

from services.ingestion.repair.outcome import UnreadableError
from services.ingestion.repair.periods import read_period
from shared.domain.period import PeriodKind

YEAR, MONTH = [PeriodKind.year], [PeriodKind.month]


@pytest.mark.parametrize(
    ("cell", "kinds", "code", "repair"),
    [
        (2020, YEAR, "2020", None),
        (2020.0, YEAR, "2020", None),
        ("2020", [], "2020", None),
        ("2020-09/2021-08", [], "2020-09/2021-08", None),
        ("2019/2021", [], "2019/2021", None),
        ("31/12/2020", YEAR, "2020", "period_format"),
        ("2021-12-01", MONTH, "2021-12", "period_format"),
        ("2021-12-01 00:00:00", MONTH, "2021-12", "period_format"),
        ("déc-21", MONTH, "2021-12", "period_format"),
        ("janv.-20", MONTH, "2020-01", "period_format"),
        ("Décembre 2021", MONTH, "2021-12", "period_format"),
        ("juin 2021", MONTH, "2021-06", "period_format"),
        ("juil. 2021", MONTH, "2021-07", "period_format"),
        ("12/2021", MONTH, "2021-12", "period_format"),
        ("T4 2021", [], "2021-Q4", "period_format"),
        ("2021-T4", [], "2021-Q4", "period_format"),
    ],
)
def test_read(cell, kinds, code, repair):
    found = read_period(cell, kinds)
    assert (found.code, found.repair) == (code, repair)


@pytest.mark.parametrize(
    ("cell", "kinds", "code"),
    [
        ("2021-2022", [], "ambiguous_period"),
        ("31/06/2023", [], "unknown_period"),
        ("jui-21", MONTH, "unknown_period"),
        ("15/06/2020", YEAR, "period_kind"),
        ("2020", MONTH, "period_kind"),
        ("hier", [], "unknown_period"),
        (None, [], "unknown_period"),
    ],
)
def test_refused(cell, kinds, code):
    with pytest.raises(UnreadableError) as refused:
        read_period(cell, kinds)
    assert refused.value.code == code
