"""What Vigie holds of the things that a file is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.known import Known
from services.ingestion.validate.known_entries import KnownEntry
from shared.domain.observation import Cell


@dataclass(frozen=True)
class Held:
    """The newest versions of the cells and entries of a file, the calls it names and, where it is to replace
    everything, what the same reporter's files say of its periods.
    """

    cells: Mapping[Cell, Known] = field(default_factory=dict)
    entries: Mapping[str, KnownEntry] = field(default_factory=dict)
    calls: frozenset[str] = frozenset()
    standing_figures: Sequence[Figure] = ()
    standing_entries: Sequence[ReadEntry] = ()
