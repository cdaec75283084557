"""Codes that one file names and another declares."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from shared.catalogue.fault import Fault
from shared.catalogue.record import Record


@dataclass(frozen=True)
class Known:
    """The declared codes of one kind. `codes` is None when their file could not be read: then nothing is judged."""

    noun: str
    file: str
    codes: frozenset[str] | None

    def check(self, code: str | None, record: Record, field: str, faults: list[Fault]) -> None:
        """Report a code that is not declared, with the nearest one that is."""
        if code is None or self.codes is None or code in self.codes:
            return
        near = get_close_matches(code, self.codes, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        faults.append(record.fault(field, f"{self.noun} {code!r} is not in {self.file}{hint}"))

    def check_all(self, codes: Iterable[str], record: Record, field: str, faults: list[Fault]) -> None:
        """The same for a list, each at its own line; a code named twice is a fault too."""
        seen = set()
        for index, code in enumerate(codes):
            self.check(code, record, f"{field}.{index}", faults)
            if code in seen:
                faults.append(record.fault(f"{field}.{index}", f"{code} is named twice"))
            seen.add(code)


def declared(noun: str, file: str, records: list[Record] | None) -> Known:
    """Codes of raw records, faulty ones included, so that one bad row does not make faults elsewhere."""
    if records is None:
        return Known(noun, file, None)
    return Known(noun, file, frozenset(str(r.values["code"]) for r in records if "code" in r.values))
