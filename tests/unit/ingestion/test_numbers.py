"""Cells as French files write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.feeds.model import ColumnKind
from services.ingestion.parse.rows import Broken
from services.ingestion.repair.numbers import read_number
from services.ingestion.repair.outcome import UnreadableError
from shared.domain.observation import Status

COUNT, AMOUNT, NUMBER, PERCENTAGE = ColumnKind.count, ColumnKind.amount, ColumnKind.number, ColumnKind.percentage


@pytest.mark.parametrize(
    ("cell", "kind", "value", "repairs"),
    [
        ("639 951", AMOUNT, "639951", ()),
        ("1\u00a0748,5", AMOUNT, "1748.5", ()),
        ("1\u202f234\u202f567", COUNT, "1234567", ()),
        ("40 000€", AMOUNT, "40000", ("unit_removed",)),
        ("40 000 euros", AMOUNT, "40000", ("unit_removed",)),
        ("31,2 %", PERCENTAGE, "31.2", ()),
        ("31.2%", NUMBER, "31.2", ("unit_removed",)),
        ("(12)", AMOUNT, "-12", ("negative_parentheses",)),
        ("-12", NUMBER, "-12", ()),
        ("\u22123,5", NUMBER, "-3.5", ()),
        ("0*", AMOUNT, "0", ("footnote_mark",)),
        ("35 070*", COUNT, "35070", ("footnote_mark",)),
        ("12 (p)", COUNT, "12", ("footnote_mark",)),
        ("12¹", COUNT, "12", ("footnote_mark",)),
        ("1,234,567", COUNT, "1234567", ("thousands_separator",)),
        ("1.234.567,89", AMOUNT, "1234567.89", ("thousands_separator",)),
        ("0,312", PERCENTAGE, "0.312", ()),
        ("12,3456", NUMBER, "12.3456", ()),
        ("3.141", NUMBER, "3.141", ()),
        ("1\u2009748", COUNT, "1748", ()),
        ("40 000 EUR", AMOUNT, "40000", ("unit_removed",)),
        ("€ 40 000", AMOUNT, "40000", ("unit_removed",)),
        ("€ -12", AMOUNT, "-12", ("unit_removed",)),
        ("(1 000 €)", AMOUNT, "-1000", ("negative_parentheses", "unit_removed")),
        ("6,34 M€", AMOUNT, "6340000", ("scaled_unit",)),
        ("12 k€", AMOUNT, "12000", ("scaled_unit",)),
        ("1,2 Md€", AMOUNT, "1200000000", ("scaled_unit",)),
        ("6,34 millions d'euros", AMOUNT, "6340000", ("scaled_unit",)),
        ("6,34 millions d\u2019euros", AMOUNT, "6340000", ("scaled_unit",)),
        ("1,5 M", NUMBER, "1500000", ("scaled_unit",)),
        ("12 k", COUNT, "12000", ("scaled_unit",)),
        ("12,125", PERCENTAGE, "12.125", ()),
        ("\u20133", NUMBER, "-3", ()),
        ("\ufeff12\u200b", COUNT, "12", ()),
        ("-0", COUNT, "0", ()),
        ("500 (1)", AMOUNT, "500", ("footnote_mark",)),
        (1.111e8, AMOUNT, "111100000", ()),
        (31.0, COUNT, "31", ()),
        (31.199999999999999, PERCENTAGE, "31.2", ()),
        (7, COUNT, "7", ()),
    ],
)
def test_read(cell, kind, value, repairs):
    number = read_number(cell, kind)
    assert (number.value, number.repairs, number.missing) == (Decimal(value), repairs, None)


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        (None, "missing_blank"),
        ("  ", "missing_blank"),
        ("nd", "missing_unknown"),
        ("N.D.", "missing_unknown"),
        ("nr", "missing_unknown"),
        ("ns", "missing_not_significant"),
        ("nc", "missing_secret"),
        ("/", "missing_not_concerned"),
        ("-", "missing_not_concerned"),
        ("—", "missing_not_concerned"),
        ("Sans objet", "missing_not_concerned"),
        ("(nd)", "missing_unknown"),
        ("n. d.", "missing_unknown"),
        ("Non renseigné", "missing_unknown"),
        ("...", "missing_unknown"),
        ("secret statistique", "missing_secret"),
        ("nd*", "missing_unknown"),
    ],
)
def test_missing_is_never_zero(cell, meaning):
    number = read_number(cell, COUNT)
    assert (number.value, number.missing) == (None, meaning)


@pytest.mark.parametrize(
    ("cell", "kind", "code"),
    [
        ("1,234", COUNT, "ambiguous_number"),
        ("1,234", NUMBER, "ambiguous_number"),
        ("1.234", COUNT, "ambiguous_number"),
        ("6,34 M€", COUNT, "unit_unexpected"),
        ("1,2345 k", COUNT, "not_whole"),
        ("6 m€", AMOUNT, "scale_unclear"),
        ("12 k", PERCENTAGE, "unit_unexpected"),
        ("1.111E+08", AMOUNT, "digits_lost"),
        ("12,34,567", AMOUNT, "not_a_number"),
        ("\uff11\uff12\uff13", AMOUNT, "not_a_number"),
        ("\u0661\u0662", COUNT, "not_a_number"),
        ("- €", AMOUNT, "not_a_number"),
        ("environ 12", COUNT, "approximate_number"),
        (Broken("formula_error", "#REF!"), COUNT, "formula_error"),
        (Broken("formula_without_value", "=A1"), AMOUNT, "formula_without_value"),
        ("plus de 5 000", COUNT, "approximate_number"),
        ("12 %", COUNT, "unit_unexpected"),
        ("12 €", COUNT, "unit_unexpected"),
        ("12,5", COUNT, "not_whole"),
        ("-3", COUNT, "negative_count"),
        ("(3)", COUNT, "negative_count"),
        ("1 2", COUNT, "not_a_number"),
        ("néant", COUNT, "not_a_number"),
        ("#REF!", COUNT, "formula_error"),
        (True, COUNT, "not_a_number"),
        (float("nan"), NUMBER, "not_a_number"),
        (1e300, NUMBER, "number_out_of_range"),
        ("1 000 000 000 000 000", NUMBER, "number_out_of_range"),
        ("-1000000000000000", NUMBER, "number_out_of_range"),
        ("0,12345678901", NUMBER, "number_out_of_range"),
        ("-999999999999999,00000000000000000001", NUMBER, "number_out_of_range"),
    ],
)
def test_refused(cell, kind, code):
    with pytest.raises(UnreadableError) as refused:
        read_number(cell, kind)
    assert refused.value.code == code


def test_proposals_say_what_to_write():
    with pytest.raises(UnreadableError) as two:
        read_number("1,234", AMOUNT)
    assert two.value.params == {"thousands": "1234", "decimal": "1,2340", "proposal": "1234 ou 1,2340"}
    with pytest.raises(UnreadableError) as scaled:
        read_number("1,234 M€", AMOUNT)
    assert scaled.value.params["proposal"] == "1234000000 ou 1234000"
    with pytest.raises(UnreadableError) as letter:
        read_number("1O5", COUNT)
    assert letter.value.params["proposal"] == "105"


@pytest.mark.parametrize(
    ("text", "kind"), [("1,234", AMOUNT), ("1.234", COUNT), ("6 m€", AMOUNT), ("1,234 M€", AMOUNT)]
)
def test_what_is_proposed_is_accepted(text, kind):
    with pytest.raises(UnreadableError) as refused:
        read_number(text, kind)
    for written in refused.value.params["proposal"].split(" ou "):
        assert read_number(written, AMOUNT).value is not None


def test_what_is_written_rounded_is_about_that_much():
    assert read_number("6,34 M€", AMOUNT).qualifier == "~"
    assert read_number("6 340 000 €", AMOUNT).qualifier == "="
    assert str(read_number("6,34 M€", AMOUNT).value) == "6340000"


def test_marks_say_how_sure_a_figure_is():
    assert read_number("0*", AMOUNT).status is Status.provisional
    assert read_number("12 (e)", COUNT).status is Status.estimated
    assert read_number("12", COUNT).status is None


@given(
    st.one_of(
        st.text(max_size=40),
        st.text("0123456789 ,.-€%kMd()*e\u202f", max_size=14),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.builds(Broken, st.just("formula_error"), st.text(max_size=5)),
    ),
    st.sampled_from(ColumnKind),
)
def test_any_cell_gives_a_number_a_missing_or_a_reason(cell, kind):
    try:
        number = read_number(cell, kind)
    except UnreadableError:
        return
    assert (number.value is None) != (number.missing is None)
    assert not isinstance(cell, Broken)
    assert number.value is None or kind is not COUNT or number.value >= 0


@given(st.integers(-(10**14), 10**14), st.integers(0, 99))
def test_the_french_way_of_writing_reads_back(whole, cents):
    grouped = f"{abs(whole):,}".replace(",", "\u202f")
    text = f"{'-' if whole < 0 else ''}{grouped},{cents:02d} €"
    assert abs(read_number(text, AMOUNT).value) == Decimal(f"{abs(whole)}.{cents:02d}")


def test_the_property_catches_a_planted_defect(monkeypatch):
    """Missing is taken for zero."""
    right = read_number

    def wrong(cell, kind):
        number = right(cell, kind)
        return number if number.missing is None else number._replace(value=Decimal(0))

    monkeypatch.setitem(globals(), "read_number", wrong)
    with pytest.raises(AssertionError):
        test_any_cell_gives_a_number_a_missing_or_a_reason()
