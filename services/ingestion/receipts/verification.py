"""PURE a receipt that somebody kept, and perhaps the file -> what its seal says, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.ingestion.receipts.seal import Facts, FactsError, Keyring


class Finding(StrEnum):
    """What a verification found; all but `valid` prove nothing."""

    valid = "valid"
    altered = "altered"
    unknown_key = "unknown_key"
    unsealed = "unsealed"
    other_file = "other_file"


_SENTENCES = {
    Finding.valid: (
        "Vigie a donné ce rapport d'import, et rien n'a été changé de ce qu'il atteste. Le sceau ne couvre pas les "
        "remarques (erreurs et réparations), l'étape ni les liens.",
        "Vigie gave this receipt, and nothing of what it attests was changed. The seal does not cover the remarks "
        "(errors and repairs), the stage or the links.",
    ),
    Finding.altered: (
        "Le sceau ne va pas avec ce rapport d'import : un champ a été changé, ou ce sceau n'est pas de Vigie.",
        "The seal does not go with this receipt: a field was changed, or Vigie did not give this seal.",
    ),
    Finding.unknown_key: (
        "Ce sceau a été fait avec une clé que Vigie n'a pas ici. Demandez à l'exploitant si elle a été retirée de "
        "VIGIE_RECEIPT_KEYS.",
        "This seal was made with a key that Vigie does not have here. Ask the operator whether it was removed from "
        "VIGIE_RECEIPT_KEYS.",
    ),
    Finding.unsealed: (
        "Ce rapport d'import ne porte pas de sceau : il ne prouve rien. Une simulation n'en reçoit jamais.",
        "This receipt bears no seal: it proves nothing. A dry run never gets one.",
    ),
    Finding.other_file: (
        "Vigie a donné ce rapport d'import, mais pour un autre fichier : le SHA-256 du vôtre est différent.",
        "Vigie gave this receipt, but for another file: the SHA-256 of yours is different.",
    ),
}
_FAULTY = ("Champ absent ou mal écrit : {}.", "Field missing or malformed: {}.")


@dataclass(frozen=True)
class Verified:
    """What was found. `facts` is None, and `faulty` names the field, where the receipt does not read as one."""

    finding: Finding
    facts: Facts | None = None
    faulty: str = ""

    def sentence(self, *, english: bool) -> str:
        """What it means, and what to do."""
        said = _SENTENCES[self.finding][english]
        return f"{said} {_FAULTY[english].format(self.faulty)}" if self.faulty else said


def verify(given: Mapping[str, Any], file_sha256: str | None, keyring: Keyring) -> Verified:
    """Verify the JSON of a receipt, as it was given; `file_sha256` of the file that it should be about, if at hand."""
    seal = given.get("seal")
    if not seal:
        return Verified(Finding.unsealed)
    try:
        facts = Facts.of(given)
    except FactsError as error:
        return Verified(Finding.altered, faulty=error.field)
    verdict = keyring.verify(facts, seal if isinstance(seal, str) else "?")
    finding = Finding(verdict.value)
    if finding is Finding.valid and file_sha256 is not None and file_sha256.lower() != facts.sha256:
        finding = Finding.other_file
    return Verified(finding, facts)
