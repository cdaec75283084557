"""How people name a past instant, and which are refused."""

from datetime import UTC, datetime

import pytest

from services.dashboard.instants import seen, written

NOW = datetime(2021, 5, 3, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2021-03-31", "2021-03-31T21:59:59.999999+00:00"),
        ("2021-01-31", "2021-01-31T22:59:59.999999+00:00"),
        ("2021-03-31T10:00:00+02:00", "2021-03-31T08:00:00+00:00"),
        ("2021-03-31T10:00:00 02:00", "2021-03-31T08:00:00+00:00"),
        ("2021-03-31T10:00:00Z", "2021-03-31T10:00:00+00:00"),
        ("2021-05-03", "2021-05-03T07:00:00+00:00"),
        ("2021-05-03T09:00:00+02:00", "2021-05-03T07:00:00+00:00"),
    ],
)
def test_a_day_is_its_end_in_paris_and_today_is_now(text: str, at: str) -> None:
    assert seen(written(text), NOW).at == datetime.fromisoformat(at)


@pytest.mark.parametrize("text", ["2021-03-31T10:00:00", "31/03/2021", "hier", "2021-02-30", "2021", ""])
def test_anything_else_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(ValueError, match="2021-03-31T10:00:00"):
        written(text)


@pytest.mark.parametrize("text", ["2021-05-04", "2021-05-03T09:00:01+02:00", "2021-05-03T23:59:59+02:00"])
def test_the_future_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="future"):
        seen(written(text), NOW)
