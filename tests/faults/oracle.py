"""What must be true after a campaign, computed from the files alone, by plain means."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from shared.computation.figure import Figure
from shared.computation.rollup import roll_up
from shared.computation.scope import scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Basis, Status

PERIOD = "2020"
MAJORITY = "ax2.ase_exit.reaching_majority"
FRAMEWORK = "ax2.ase_exit.in_framework"
TARGET = Decimal(50)
HEADER = "Département;Jeunes devenus majeurs;Pris en charge dans le référentiel"


@dataclass(frozen=True)
class File:
    """One file of one department. Its figures are unlike those of any other file."""

    number: int
    territory: str
    majority: int
    framework: int

    @property
    def content(self) -> bytes:
        return f"{HEADER}\n{self.territory.removeprefix('DEPT-')};{self.majority};{self.framework}\n".encode()

    @property
    def name(self) -> str:
        return f"sorties-{self.number}.csv"

    @property
    def misses(self) -> bool:
        return Decimal(100 * self.framework) / self.majority < TARGET


def files(seed: int, points: list[str], territories: list[str]) -> list[File]:
    """A campaign with revisions, one file for each point: departments in any order, on both sides of the target.

    A file for a point of alerting crosses the target, so that there is something to tell.
    """
    random = Random(seed)
    made: list[File] = []
    missing: set[str] = set()
    for number, point in enumerate(points):
        territory, majority = random.choice(territories), 1000 + number
        misses = territory not in missing if point.startswith("alerting") else random.random() < 0.5
        low, high = (100, majority // 2 - 1) if misses else (majority // 2 + 1, majority)
        made.append(File(number, territory, majority, random.randint(low, high)))
        missing = missing | {territory} if misses else missing - {territory}
    return made


@dataclass
class Oracle:
    """Follows a campaign file by file."""

    catalogue: Catalogue
    latest: dict[str, tuple[int, File]] = field(default_factory=dict)
    firing: set[str] = field(default_factory=set)
    mails: int = 0

    def accept(self, submission_seq: int, file: File) -> None:
        """A file went through, and everything that follows from it has happened."""
        self.latest[file.territory] = (submission_seq, file)
        if file.misses != (file.territory in self.firing):
            self.mails += 1
            self.firing ^= {file.territory}

    def rollups(self, indicator: str) -> dict[str, Rollup]:
        """Every rollup of an indicator of the campaign, by territory."""
        scope = scope_of(self.catalogue, (indicator, PERIOD))
        book = {
            (code, PERIOD): [self._figure(code, territory, *entry) for territory, entry in self.latest.items()]
            for code in (MAJORITY, FRAMEWORK)
        }
        return {rollup.territory: rollup for rollup in roll_up(scope, book)}

    def _figure(self, indicator: str, territory: str, seq: int, file: File) -> Figure:
        ratio = indicator == FRAMEWORK
        version = self.catalogue.indicators[indicator].definition_version
        numerator, denominator = (Decimal(file.framework), Decimal(file.majority)) if ratio else (None, None)
        value = None if ratio else Decimal(file.majority)
        return Figure(
            indicator, PERIOD, territory, "ase-exits", Basis.reported, seq, version, value, numerator, denominator,
            Status.final, simulated=False,
        )  # fmt: skip
