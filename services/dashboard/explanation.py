"""Where a figure comes from: what makes it, what was left out and why, what was declared beside it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from services.dashboard.composition import Aside, Composition, Part, Weight, compose
from services.dashboard.items import CheckItem, IndicatorItem, Item, Number, ObservationItem, RollupItem, TerritoryItem
from services.dashboard.recollection import Version, book_at
from shared.computation.figure import Figure
from shared.computation.scope import Scope
from shared.domain.observation import Basis, Status


class Statement(Item):
    """One version of a cell, down to the place in its file."""

    value: Number | None
    numerator: Number | None
    denominator: Number | None
    status: str
    qualifier: str
    simulated: bool
    submission_seq: int
    receipt_id: str
    file_name: str | None
    received_at: datetime
    feed: str
    sheet: str
    row: int | None
    column: str
    suppressed: bool = False


class Cell(Statement):
    """The version that counts of one cell, with those that it replaced, the newest first.

    entries: for a total over a register, the address of the entries behind it.
    """

    indicator: str
    territory: str
    period: str
    source: str
    basis: str
    entries: str | None
    earlier: list[Statement]


class Contribution(Item):
    """What one reporter gives. made: stated, parts (sources added up) or over_time (from the figures of its parts)."""

    territory: str
    name: str
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    status: str
    simulated: bool
    made: str
    cells: list[Cell]
    suppressed: bool = False


class LeftOut(Item):
    """A reporter or figures that do not count here, and why (absent, unpaired, incomplete, conflicting, …).

    missing: for an incomplete reporter, the periods that were not given.
    """

    territory: str
    name: str
    reason: str
    missing: list[str]
    cells: list[Cell]


class Declared(Item):
    """A figure stated for this very territory, beside ours. difference: ours minus the declared one.

    conflicting: other sources declare something else.
    """

    figure: Cell
    difference: Number | None
    conflicting: bool


class Reference(Item):
    """The denominator that stands in for somebody missing, which the bounds and the coverage by weight count.

    origin: own (it gave one side), same_period (another indicator), period_before, none (then there are no bounds).
    """

    territory: str
    name: str
    origin: str
    weight: Number | None
    cells: list[Cell]


class Definition(Item):
    """The version of the indicator's definition that the period keeps; `versions`: all there are."""

    definition_version: int
    label: str
    unit: str
    method: str
    over_time: str
    metropoles: str
    sources: str
    valid_from: date | None
    valid_to: date | None
    versions: list[int]


class Explanation(Item):
    """The answer of /v1/explain. adds_up: the contributors, combined by the method, give the figure again."""

    indicator: str
    territory: str
    period: str
    as_of: datetime | None
    rollup: RollupItem | None
    definition: Definition
    contributors: list[Contribution]
    left_out: list[LeftOut]
    declared: list[Declared]
    references: list[Reference]
    checks: list[CheckItem]
    adds_up: bool | None

    @property
    def empty(self) -> bool:
        """Say whether nothing at all was said about this figure."""
        return self.rollup is None and not (self.contributors or self.declared or self.left_out)


@dataclass(frozen=True)
class Evidence:
    """What was read. `below`: the territory and all under it; `versions`: all that were received of their figures."""

    scope: Scope
    indicator: IndicatorItem
    territory: TerritoryItem
    below: Sequence[TerritoryItem]
    rollup: RollupItem | None
    versions: Sequence[ObservationItem]
    file_names: dict[str, str]
    checks: Sequence[CheckItem]
    definitions: Sequence[int] = ()
    as_of: datetime | None = None


def explain(evidence: Evidence) -> Explanation:
    """Take a figure apart, down to the cells that its contributors and all others stated."""
    book = book_at((_version(v) for v in evidence.versions), evidence.as_of)
    found = compose(evidence.scope, evidence.territory.code, book)
    return Explanation(
        indicator=evidence.scope.indicator.code,
        territory=evidence.territory.code,
        period=evidence.scope.period,
        as_of=evidence.as_of,
        rollup=evidence.rollup,
        definition=_definition(evidence),
        checks=list(evidence.checks),
        adds_up=_adds_up(evidence.rollup, found),
        **_Telling(evidence).all(found),
    )


class _Telling:
    """Turns the figures of a composition into cells with their place and their history."""

    def __init__(self, evidence: Evidence) -> None:
        self._names = {t.code: t.name for t in evidence.below}
        self._files = evidence.file_names
        self._rollup = evidence.rollup
        self._versions: dict[tuple[str, ...], list[ObservationItem]] = {}
        for version in sorted(evidence.versions, key=lambda v: -v.submission_seq):
            key = (version.indicator, version.period, version.territory, version.source, version.basis)
            self._versions.setdefault(key, []).append(version)

    def all(self, found: Composition) -> dict[str, list[Item]]:
        values = {f.value for f in found.declared}
        return {
            "contributors": [self._contribution(part) for part in found.used],
            "left_out": [self._left_out(aside) for aside in found.aside],
            "declared": [self._declared(figure, conflicting=len(values) > 1) for figure in found.declared],
            "references": [self._reference(weight) for weight in found.weights],
        }

    def _contribution(self, part: Part) -> Contribution:
        f = part.figure
        made = "over_time" if f.from_periods else "parts" if f.made_of else "stated"
        return Contribution(
            territory=f.territory,
            name=self._name(f.territory),
            value=f.value,
            numerator=f.numerator,
            denominator=f.denominator,
            status=f.status,
            simulated=f.simulated,
            made=made,
            cells=self._cells(part.cells),
        )

    def _left_out(self, aside: Aside) -> LeftOut:
        return LeftOut(
            territory=aside.territory,
            name=self._name(aside.territory),
            reason=aside.reason,
            missing=list(aside.missing),
            cells=self._cells(aside.cells),
        )

    def _declared(self, figure: Figure, *, conflicting: bool) -> Declared:
        ours = self._rollup.value if self._rollup and self._rollup.basis != Basis.declared else None
        difference = None if ours is None or figure.value is None else ours - figure.value
        return Declared(figure=self._cells([figure])[0], difference=difference, conflicting=conflicting)

    def _reference(self, weight: Weight) -> Reference:
        f = None if weight.figure is None else weight.figure.figure
        size: Decimal | None = None
        if f is not None:
            size = f.value if weight.origin == "same_period" else f.denominator
        cells = () if weight.figure is None else weight.figure.cells
        return Reference(
            territory=weight.territory,
            name=self._name(weight.territory),
            origin=weight.origin,
            weight=size,
            cells=self._cells(cells),
        )

    def _cells(self, figures: Iterable[Figure]) -> list[Cell]:
        cells = []
        for f in figures:
            newest, *earlier = (
                self._stated(v)
                for v in self._versions[f.indicator, f.period, f.territory, f.source, f.basis.value]
                if v.submission_seq <= f.submission_seq
            )
            place = {"indicator": f.indicator, "territory": f.territory, "period": f.period, "source": f.source}
            cells.append(Cell(**dict(newest), **place, basis=f.basis, entries=_entries(f), earlier=earlier))
        return cells

    def _stated(self, version: ObservationItem) -> Statement:
        return Statement(**version.model_dump(), file_name=self._files.get(version.receipt_id))

    def _name(self, code: str) -> str:
        return self._names.get(code, code)


def _entries(figure: Figure) -> str | None:
    """Where the read API lists the entries of a register that a total was made over, by the source that it has."""
    kind, _, name = figure.source.partition(":")
    match kind:
        case "project-call":
            return f"/v1/projects?{urlencode({'call': name.split('/')[0]})}"
        case "convention":
            return f"/v1/actions?{urlencode({'territory': figure.territory, 'period': figure.period})}"
        case _:
            return None


def _version(item: ObservationItem) -> Version:
    figure = Figure(
        item.indicator,
        item.period,
        item.territory,
        item.source,
        Basis(item.basis),
        item.submission_seq,
        item.definition_version,
        item.value,
        item.numerator,
        item.denominator,
        Status(item.status),
        item.simulated,
    )
    return Version(figure, item.received_at, item.receipt_id)


def _definition(evidence: Evidence) -> Definition:
    values = evidence.scope.indicator.model_dump(mode="json")
    return Definition(**values, versions=list(evidence.definitions))


def _adds_up(shown: RollupItem | None, found: Composition) -> bool | None:
    """Combine the contributors again; None where nothing is combined.

    False for a moment while a newer file has been stored and its rollup not yet: the reader is told so.
    """
    if shown is None or shown.value is None or not found.used or found.standing.basis is Basis.declared:
        return None
    made = found.standing.made
    return (shown.value, shown.numerator, shown.denominator) == (found.standing.value, made.numerator, made.denominator)
