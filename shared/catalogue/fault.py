"""What is wrong in the catalogue files, each fault where somebody can put the cursor."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to correct. `line` counts from 1; `field` is a column or a YAML path, empty for the whole file."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class CatalogueError(Exception):
    """The files cannot be used; `faults` lists every reason, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
