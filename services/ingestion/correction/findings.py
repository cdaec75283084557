"""What a receipt found in a file, as it travels to the process that writes the workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

# The exit code of the process that writes, for a file that cannot be read as a table.
UNREADABLE = 3
# Of the formulas that were replaced, how many are named.
_PLACES = 20


class Remark(NamedTuple):
    """One kept remark. `entry`: as the receipt keeps it (wording.listed); `wrong`: an error, not a repair."""

    entry: Mapping[str, Any]
    wrong: bool

    @property
    def word(self) -> str:
        """What it is called where colours do not show."""
        return "ERREUR" if self.wrong else "RÉPARÉ"

    @property
    def offered(self) -> str:
        """What the sender might write instead, or what a repair made of the cell; empty for neither."""
        params = self.entry.get("params") or {}
        found = params.get("proposal") if self.wrong else params.get("value")
        return "" if found is None else str(found)

    @property
    def message(self) -> str:
        """The sentence of the remark, in French, on one line."""
        return " ".join(str(self.entry.get("message") or "").split())


@dataclass(frozen=True)
class Findings:
    """A receipt's remarks, and `about`: titles and values that name the receipt, in the order to show them."""

    about: Sequence[tuple[str, str]]
    errors: Sequence[Mapping[str, Any]]
    repairs: Sequence[Mapping[str, Any]]

    def rebuilt(self) -> "Findings":
        """The same, for a workbook that had to be made anew."""
        said = ("Présentation", "classeur refait à partir des lignes lues : la mise en forme d'origine n'y est pas")
        return replace(self, about=[*self.about, said])

    def neutralised(self, places: Sequence[str]) -> "Findings":
        """The same, saying which formulas were replaced because they reach outside the workbook; itself for none."""
        if not places:
            return self
        more = f" et {len(places) - _PLACES} autres" if len(places) > _PLACES else ""
        said = (
            "Formules ôtées",
            f"{len(places)} formule(s) allaient chercher hors du classeur ; leur dernier résultat les remplace : "
            f"{', '.join(places[:_PLACES])}{more}",
        )
        return replace(self, about=[*self.about, said])

    def remarks(self) -> Iterator[Remark]:
        """Errors first, then repairs, each in the order of the file."""
        yield from (Remark(entry, wrong=True) for entry in self.errors)
        yield from (Remark(entry, wrong=False) for entry in self.repairs)
