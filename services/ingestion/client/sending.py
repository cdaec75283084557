"""One file to its answer: streamed, and sent again while what failed may pass. The server counts a file once."""

import mimetypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from services.ingestion.client.progress import Progress, progress
from services.ingestion.client.telling import again, postponed, unreached

_CHUNK = 64 * 1024
# Answers that say "again": too slow a line, too many at once, something away. No other is ever repeated.
RETRIED = frozenset({408, 429, 503})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# A file of 200 000 rows is judged in some tens of seconds, and may wait for its turn.
_TIMEOUT = httpx.Timeout(180.0, connect=10.0)


class UnavailableError(Exception):
    """Still no answer when patience ended; the message says the last reason."""


@dataclass(frozen=True)
class Parcel:
    """What is sent: a file under its name, or nothing for a nil return."""

    name: str
    file: Path | None


@dataclass(frozen=True)
class Target:
    """Where to, as whom, and with which parameters. `patience`: seconds of retries."""

    url: str
    feed: str
    token: str = field(repr=False)
    query: dict[str, str]
    language: str
    patience: float


@dataclass(frozen=True)
class Answered:
    """The answer that stands: a receipt or a problem."""

    status: int
    body: dict[str, Any]


def deliver(parcel: Parcel, target: Target, say: Callable[[str], None]) -> Answered:
    """Send until there is an answer that another try would not change; raises UnavailableError.

    `say` is told, in the sender's language, why there is a wait and how long.
    """
    english = target.language == "en"
    patience_ends = time.monotonic() + target.patience
    pause = _FIRST_PAUSE
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        while True:
            wait = pause
            try:
                answer = _once(client, parcel, target)
            except httpx.TransportError as error:
                reason = unreached(target.url, type(error).__name__, english=english)
            else:
                if answer.status_code not in RETRIED:
                    return Answered(answer.status_code, _body(answer))
                reason = postponed(answer.status_code, _body(answer), english=english)
                wait = _retry_after(answer, pause)
            if time.monotonic() + wait > patience_ends:
                raise UnavailableError(reason)
            say(again(reason, wait, english=english))
            time.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _once(client: httpx.Client, parcel: Parcel, target: Target) -> httpx.Response:
    # Read again for each try: the file may have been saved meanwhile, and its length has to be the one announced.
    size = parcel.file.stat().st_size if parcel.file else 0
    media_type = mimetypes.guess_type(parcel.name)[0] or "application/octet-stream"
    headers = {
        "Authorization": f"Bearer {target.token}",
        "Accept-Language": target.language,
        "Content-Length": str(size),
        "Content-Type": media_type,
    }
    query = {**target.query, **({"filename": parcel.name} if parcel.name else {})}
    with progress(parcel.name, size) as shown:
        return client.post(
            f"{target.url}/v1/feeds/{quote(target.feed, safe='')}/submissions",
            params=query,
            headers=headers,
            content=_chunks(parcel.file, size, shown),
        )


def _chunks(file: Path | None, size: int, shown: Progress) -> Iterator[bytes]:
    """Exactly `size` bytes, never the whole file in memory."""
    if file is None:
        return
    with file.open("rb") as stream:
        left = size
        while left and (chunk := stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
            shown(len(chunk))


def _body(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; whatever else a proxy on the way said, as a detail."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"detail": answer.reason_phrase}


def _retry_after(answer: httpx.Response, pause: float) -> float:
    """Seconds that the server asks for, and never less than our own pause: `Retry-After: 0` is no reason to hammer."""
    said = answer.headers.get("retry-after", "")
    return max(float(said), pause) if said.isascii() and said.isdecimal() else pause
