"""How values travel: decimals as one canonical text, instants aware, unknown fields ignored."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.message import Instant, Message, Number, plain

CANONICAL = re.compile(r"^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$")
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e18"), max_value=Decimal("1e18"))
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=offsets)


class Sample(Message):
    number: Number
    at: Instant


@given(numbers)
def test_a_number_has_one_text(number: Decimal) -> None:
    """No exponent, no trailing zero, no minus zero; and the text is the number."""
    assert CANONICAL.match(plain(number))
    assert Decimal(plain(number)) == number


@given(numbers, st.integers(min_value=0, max_value=6))
def test_equal_numbers_read_the_same(number: Decimal, zeros: int) -> None:
    """25, 25.0 and 2.5E+1 are one text, or digests over messages would differ."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    assert plain(Decimal((sign, digits + (0,) * zeros, exponent - zeros))) == plain(number)


@given(numbers, instants)
def test_a_message_survives_the_trip(number: Decimal, at: datetime) -> None:
    """encode() then read gives the same message; the number is a JSON string on the way."""
    message = Sample(number=number, at=at)
    assert isinstance(json.loads(message.encode())["number"], str)
    assert Sample.model_validate_json(message.encode()) == message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN", "1,5", ""])
def test_what_is_no_number_is_refused(number: str) -> None:
    """Nothing that cannot be added up gets into a figure."""
    with pytest.raises(ValidationError):
        Sample(number=number, at=datetime(2021, 3, 25, tzinfo=UTC))


def test_an_instant_without_offset_is_refused() -> None:
    """A local time would be two instants."""
    with pytest.raises(ValidationError):
        Sample.model_validate({"number": "1", "at": "2021-03-25T09:00:00"})


def test_unknown_fields_are_ignored_and_known_ones_cannot_be_changed() -> None:
    """An older reader survives a newer writer; a message read is a fact."""
    message = Sample.model_validate({"number": "1", "at": "2021-03-25T09:00:00Z", "colour": "blue"})
    assert json.loads(message.encode()) == {"number": "1", "at": "2021-03-25T09:00:00Z"}
    with pytest.raises(ValidationError):
        message.number = Decimal(2)  # type: ignore[misc]


def test_the_properties_catch_a_planted_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers written as Python prints them, exponent and all."""
    monkeypatch.setitem(globals(), "plain", str)
    with pytest.raises(AssertionError):
        test_equal_numbers_read_the_same()
