"""PURE the seal of a receipt: who has the receipt can show later that we gave it, and that nothing in it was changed.

A seal is `v1.<key id>.<hex>`: HMAC-SHA256, under one of our keys, of a canonical text of what the receipt attests. The
remarks are not attested: they follow the language of the reader; nor are the stage and the links, which change.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

SHORTEST_KEY = 16
_FORM = re.compile(r"v1\.([0-9a-f]{8})\.([0-9a-f]{64})", re.ASCII)


class Verdict(StrEnum):
    """What a seal says. `altered`: not what was sealed, or a seal that we never gave."""

    valid = "valid"
    unknown_key = "unknown_key"
    altered = "altered"
    unsealed = "unsealed"


class FactsError(ValueError):
    """A receipt that lacks a field, or holds something else in it than we write. `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is not there, or is not what a receipt holds")
        self.field = field


@dataclass(frozen=True)
class Facts:
    """What a receipt attests. Digests are SHA-256 in hexadecimal, `size_bytes` that of the file, instants aware."""

    id: str
    submission_seq: int
    feed: str
    reporter: str
    period: str
    mode: str
    collection: str | None
    territories: list[str]
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    status: str
    accepted: int
    unchanged: int
    rejected: int
    withdrawn: int
    nil_return: bool
    simulated: bool
    accepted_sha256: str

    @staticmethod
    def of(values: Mapping[str, Any]) -> "Facts":
        """From a stored row, the fields of a new receipt, or the JSON that somebody kept; raises FactsError."""
        return Facts(**{field.name: _read(field.name, field.type, values.get(field.name), values) for field in _FIELDS})

    def text(self) -> bytes:
        """The same bytes for the same facts, different ones for different facts, whatever the fields hold."""
        values = {**asdict(self), "received_at": self.received_at.astimezone(UTC).isoformat(timespec="microseconds")}
        return b"vigie receipt v1\n" + json.dumps(values, sort_keys=True, separators=(",", ":")).encode("ascii")

    def differences(self, other: "Facts") -> dict[str, tuple[Any, Any]]:
        """The fields in which two receipts differ, with what each says: mine, then the other's."""
        mine, theirs = asdict(self), asdict(other)
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


_FIELDS = fields(Facts)


def _read(name: str, kind: Any, value: Any, values: Mapping[str, Any]) -> Any:
    if name == "received_at":
        return _instant(value)
    if name == "status" and value == "duplicate":
        # A file sent again is answered with its first receipt, under this word; rejected files have no duplicates.
        return "partial" if values.get("rejected") else "accepted"
    if name == "territories":
        if not isinstance(value, list):
            raise FactsError(name)
        return [_text(name, code) for code in value]
    if kind == str | None and value is None:
        return None
    if kind in (str, str | None):
        return _text(name, value)
    if type(value) is not kind:  # true is not 1, and 1.0 is not how we write 1
        raise FactsError(name)
    return value


def _text(name: str, value: Any) -> str:
    """Half of a surrogate pair is no character: no receipt holds one, and no answer could say it."""
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise FactsError(name)
    return str(value)


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise FactsError("received_at") from error
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise FactsError("received_at")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise FactsError("received_at") from error


@dataclass(frozen=True, repr=False)
class Keyring:
    """Our keys, newest first: the first one seals, all of them verify. Without keys nothing is sealed."""

    keys: tuple[bytes, ...] = ()

    @staticmethod
    def of(text: str) -> "Keyring":
        """From `key,older,older`; raises ValueError for a key that could be guessed."""
        keys = tuple(part.strip().encode() for part in text.split(",") if part.strip())
        if any(len(key) < SHORTEST_KEY for key in keys):
            msg = (
                f"a key of VIGIE_RECEIPT_KEYS is shorter than {SHORTEST_KEY} characters; openssl rand -hex 24 makes one"
            )
            raise ValueError(msg)
        return Keyring(keys)

    def seal(self, facts: Facts) -> str | None:
        """The seal under the newest key; None without keys."""
        if not self.keys:
            return None
        key = self.keys[0]
        return f"v1.{_key_id(key)}.{_code(key, facts)}"

    def verify(self, facts: Facts, seal: str | None) -> Verdict:
        """Say whether this seal is one that we gave to these facts."""
        if not seal:
            return Verdict.unsealed
        found = _FORM.fullmatch(seal)
        if found is None:
            return Verdict.altered
        named = [key for key in self.keys if _key_id(key) == found[1]]
        if not named:
            return Verdict.unknown_key
        good = any(hmac.compare_digest(_code(key, facts), found[2]) for key in named)
        return Verdict.valid if good else Verdict.altered


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def _code(key: bytes, facts: Facts) -> str:
    return hmac.new(key, facts.text(), hashlib.sha256).hexdigest()
