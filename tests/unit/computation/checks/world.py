"""A small catalogue and its figures, as the checks see them."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from shared.computation.checks.evaluation import evaluate
from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Outcome
from shared.computation.figure import Figure, Key
from shared.computation.rollup import roll_up
from shared.computation.scope import moved_by, scope_of
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.check import Check, CheckKind
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Indicator, Method, Sources
from shared.domain.observation import Basis, Status
from shared.domain.target import Target
from shared.domain.territory import Level, Territory, TerritoryTree

TREE = TerritoryTree(
    [
        Territory(code="NAT-FR", name="France", level=Level.country),
        Territory(code="REG-76", name="Occitanie", level=Level.region, parent="NAT-FR"),
        Territory(code="DEPT-09", name="Ariège", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-48", name="Lozère", level=Level.department, parent="REG-76"),
        Territory(code="EPCI-243100518", name="Toulouse", level=Level.metropole, parent="DEPT-31"),
    ]
)
REGION = "REG-76"


def indicator(code: str, method: Method = Method.none, sources: Sources = Sources.rival) -> Indicator:
    return Indicator(code=code, label=code, axis=1, measure="", kind="", unit="", method=method, sources=sources)


def catalogue(
    *indicators: Indicator, checks: Iterable[Check] = (), targets: Iterable[Target] = (), members: Iterable[str] = ()
) -> Catalogue:
    asked = Collection(
        code="c", label="c", feeds=[], period="2020", due_on="2021-03-31", indicators=[i.code for i in indicators],  # type: ignore[arg-type]
        members=[Member(territory=m) for m in members],
    )  # fmt: skip
    return Catalogue(
        "digest",
        TREE,
        {i.code: i for i in indicators},
        checks=list(checks),
        targets=list(targets),
        collections=[asked] if asked.members else [],
    )


def figure(
    code: str,
    value: str | None,
    numerator: str | None = None,
    denominator: str | None = None,
    *,
    territory: str = REGION,
    period: str = "2020",
    source: str = "f",
    basis: Basis = Basis.declared,
    seq: int = 1,
    status: Status = Status.final,
) -> Figure:
    sides = [None if v is None else Decimal(v) for v in (value, numerator, denominator)]
    return Figure(code, period, territory, source, basis, seq, 1, *sides, status, simulated=False)


def own(code: str, value: str | None, *sides: str | None, **more: object) -> Figure:
    return figure(code, value, *sides, **{"basis": Basis.reported, **more})  # type: ignore[arg-type]


def book_of(figures: Iterable[Figure]) -> dict[Key, list[Figure]]:
    """The newest version of every cell, in one order."""
    newest: dict[tuple[str, ...], Figure] = {}
    for f in figures:
        cell = (f.indicator, f.period, f.territory, f.source, f.basis.value)
        if cell not in newest or newest[cell].submission_seq < f.submission_seq:
            newest[cell] = f
    book: dict[Key, list[Figure]] = defaultdict(list)
    for f in newest.values():
        book[f.indicator, f.period].append(f)
    return book


def rollups_of(known: Catalogue, book: dict[Key, list[Figure]]) -> dict[Key, dict[str, Rollup]]:
    keys = {other for key in book for other in moved_by(known, key)}
    return {key: {r.territory: r for r in roll_up(scope_of(known, key), book)} for key in keys}


def found(
    check: Check,
    known: Catalogue,
    *figures: Figure,
    subject: str = "",
    territory: str = REGION,
    period: str = "2020",
) -> Outcome | None:
    """What a check finds in one place."""
    book = book_of(figures)
    evidence = Evidence(territory, period, known, book, rollups_of(known, book))
    return evaluate(check, evidence, subject)


def check(kind: CheckKind, **more: object) -> Check:
    return Check(**{"code": "c", "kind": kind, "label": "c", **more})  # type: ignore[arg-type]
