"""One clock. The system's, or a file that the demo and the tests move forward.

Lateness, due dates, receipts and decisions all read it; only leases and timeouts use real time.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from shared.runtime.settings import settings


class Clock(Protocol):
    """Anything that tells an aware instant."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class FileClock:
    """An instant kept in a file, which stands still until somebody moves it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Read the instant; raises ValueError naming the file when it holds none."""
        text = self._path.read_text(encoding="utf-8").strip()
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            msg = f"{self._path}: {text!r} is not an ISO instant, write one such as 2021-03-25T09:00:00+01:00"
            raise ValueError(msg) from error
        if instant.tzinfo is None:
            msg = f"{self._path}: {text!r} has no offset, write one such as 2021-03-25T09:00:00+01:00"
            raise ValueError(msg)
        return instant.astimezone(UTC)


def make_clock(setting: str | None = None) -> Clock:
    """The clock that VIGIE_CLOCK names: `system` or `file:PATH`."""
    value = settings().clock if setting is None else setting
    if value == "system":
        return SystemClock()
    if value.startswith("file:"):
        return FileClock(Path(value.removeprefix("file:")))
    msg = f"VIGIE_CLOCK={value!r} is unknown; use system or file:PATH"
    raise ValueError(msg)
