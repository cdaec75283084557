"""A message is tried for five days, ever less often."""

from datetime import timedelta

from services.alerting.retry import LONGEST_PAUSE, next_attempt
from tests.support.alerting import NOW


def test_the_pause_doubles_up_to_six_hours() -> None:
    pauses = [(next_attempt(n, NOW, NOW) or NOW) - NOW for n in range(1, 40)]
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_it_is_given_up_after_five_days() -> None:
    assert next_attempt(3, NOW, NOW + timedelta(days=5)) is None
    assert next_attempt(3, NOW, NOW + timedelta(days=4, hours=23)) is not None
