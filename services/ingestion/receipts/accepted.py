"""PURE one digest of everything that a receipt accepted, whatever the order and the way it is written."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from shared.contracts.message import plain
from shared.domain.observation import Basis, Status
from shared.domain.register import Entry

_TEXT = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class Stated(Protocol):
    """A figure, read or on its way."""

    @property
    def indicator(self) -> str: ...
    @property
    def definition_version(self) -> int: ...
    @property
    def territory(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def status(self) -> Status: ...
    @property
    def qualifier(self) -> str: ...


class Entered(Protocol):
    """An entry of a register, read or on its way."""

    @property
    def entry(self) -> Entry: ...
    @property
    def source(self) -> str: ...
    @property
    def status(self) -> Status: ...


def accepted_digest(observations: Iterable[Stated], entries: Iterable[Entered]) -> str:
    """SHA-256 in hexadecimal over cells, values and entries; their places in the file do not count.

    Keeps 32 bytes for each of them: both may be read from a stream.
    """
    digests = [_digest(_figure(o)) for o in observations]
    digests += [_digest([e.source, e.status.value, e.entry.model_dump(mode="json")]) for e in entries]
    digests.sort()
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.hexdigest()


def _digest(content: list[object]) -> bytes:
    return hashlib.sha256(_TEXT.encode(content).encode("ascii")).digest()


def _figure(o: Stated) -> list[object]:
    cell = [o.indicator, o.definition_version, o.territory, o.period, o.source, o.basis.value]
    numbers = [_number(o.value), _number(o.numerator), _number(o.denominator)]
    return [*cell, *numbers, o.status.value, o.qualifier]


def _number(number: Decimal | None) -> str | None:
    """12, 12.0 and 1.2E+1 are one number; a number that is not there is not zero."""
    return None if number is None else plain(number)
