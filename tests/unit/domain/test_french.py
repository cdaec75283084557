"""Numbers, dates and periods as French readers expect them."""

from datetime import UTC, date, datetime

import pytest

from shared.domain import french

NARROW, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (31.188119, "%", f"31,2{NARROW}%"),
        (40, "%", f"40,0{NARROW}%"),
        (17940581, "EUR", f"17{NARROW}940{NARROW}581{WIDE}€"),
        (1234.5, "EUR", f"1{NARROW}234,50{WIDE}€"),
        (88, "jeunes", f"88{WIDE}jeunes"),
        (-3, "jeunes", f"−3{WIDE}jeunes"),
        (0, "jeunes", f"0{WIDE}jeunes"),
        ("30", "%", f"30,0{NARROW}%"),
        (4, "rang", "4"),
        (None, "%", "—"),
    ],
)
def test_a_quantity_is_written_with_its_unit(value: float | str | None, unit: str, text: str) -> None:
    assert french.quantity(value, unit) == text


def test_a_missing_figure_is_never_a_zero() -> None:
    assert french.number(None) == french.percent(None) == french.compact(None) == "—"
    assert french.number(0) == "0"


def test_half_is_rounded_away_from_zero_and_minus_zero_has_no_sign() -> None:
    assert french.number(31.25, 1) == "31,3"
    assert french.number(-0.04, 1) == "0,0"


def test_a_map_has_room_for_four_characters() -> None:
    assert [french.compact(v) for v in (31.6, 9999, 652345, 1794058)] == [
        "31,6", f"9{NARROW}999", f"652{NARROW}k", f"1,8{NARROW}M",
    ]  # fmt: skip


def test_percentages_differ_by_points_and_what_rounding_hides_is_no_gap() -> None:
    assert french.difference("-5", "%") == f"−5,0{WIDE}points"
    assert french.against(1, "EUR") == f"le nôtre diffère de +1{WIDE}€"
    assert french.against(-0.0119, "%") == "identique au nôtre, à l'arrondi près"
    assert french.against(0, "%") == "identique au nôtre"


def test_an_instant_is_told_in_paris() -> None:
    assert french.instant(datetime(2021, 3, 31, 22, 5, tzinfo=UTC)) == f"1er{WIDE}avril 2021 à 0{WIDE}h{WIDE}05"
    assert french.day(date(2021, 5, 3)) == f"3{WIDE}mai 2021"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2020", "2020"),
        ("2020-S1", "1er semestre 2020"),
        ("2020-S2", "2e semestre 2020"),
        ("2021-Q3", "3e trimestre 2021"),
        ("2020-12", "décembre 2020"),
        ("2020-W07", "semaine 7 de 2020"),
        ("2020-12-31", f"31{WIDE}décembre 2020"),
        ("2020-09/2021-08", "année scolaire 2020-2021"),
        ("2019/2021", "de 2019 à 2021"),
        ("quelque chose", "quelque chose"),
    ],
)
def test_a_period_is_told_in_words(code: str, text: str) -> None:
    assert french.period(code) == text


def test_a_list_of_names_ends_with_et() -> None:
    assert french.listing([]) == ""
    assert french.listing(["Gard"]) == "Gard"
    assert french.listing(["Gard", "Lot", "Lozère"]) == "Gard, Lot et Lozère"


def test_only_the_first_letter_of_a_sentence_changes() -> None:
    assert french.sentence("calculé par Vigie") == "Calculé par Vigie"


def test_a_gap_has_a_size_and_takes_the_plural_from_two_on() -> None:
    assert french.gap("-8.812", "%") == f"8,8{WIDE}points"
    assert french.gap("-1", "%") == f"1,0{WIDE}point"
    assert french.gap(-120, "jeunes") == f"120{WIDE}jeunes"


def test_iso_text_is_read_as_a_date_or_as_an_instant_in_paris() -> None:
    assert french.day("2021-03-31T21:59:59.999999+00:00") == f"31{WIDE}mars 2021"
    assert french.day("2022-12-31") == f"31{WIDE}décembre 2022"
