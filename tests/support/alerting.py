"""Plain values for the tests of alerting."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.alerting.alert import Alert, State, Subject
from services.alerting.episode import born
from services.alerting.rules.figure import Figure
from services.alerting.rules.verdict import Breach
from services.alerting.transition import Kind, Transition
from shared.contracts.rollup import Rollup
from shared.domain.catalogue import Catalogue
from shared.domain.collection import Collection, Member
from shared.domain.indicator import Direction, Indicator, Method
from shared.domain.observation import Basis, Status
from shared.domain.period import Period
from shared.domain.rule import Recipient, Rule, RuleKind, Severity
from shared.domain.target import Target
from shared.domain.territory import Level, Territory, TerritoryTree, level_of

HOUSING = "ax2.ase_exit.stable_housing"
NOW = datetime(2021, 4, 1, 8, tzinfo=UTC)

INDICATOR = Indicator(
    code=HOUSING,
    label="Jeunes ayant un logement stable",
    axis=2,
    measure="Sorties de l'ASE",
    kind="ratio",
    unit="%",
    direction=Direction.up,
    method=Method.ratio,
)
TREE = TerritoryTree(
    [
        Territory(code="NAT-FR", name="France", level=Level.country),
        Territory(code="REG-76", name="Occitanie", level=Level.region, parent="NAT-FR"),
        Territory(code="REG-11", name="Île-de-France", level=Level.region, parent="NAT-FR"),
        Territory(code="DEPT-31", name="Haute-Garonne", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-32", name="Gers", level=Level.department, parent="REG-76"),
        Territory(code="DEPT-67", name="Bas-Rhin", level=Level.department, parent="NAT-FR", holidays="6AE"),
    ]
)
COLLECTION = Collection(
    code="calpae-2020",
    label="Indicateurs CALPAE 2020",
    feeds=["ase-exits", "rsa-delays"],
    period="2020",
    due_on=date(2021, 3, 31),
    indicators=[HOUSING],
    members=[Member(territory="DEPT-31"), Member(territory="DEPT-32")],
)
RULES = {
    RuleKind.target_missed: Rule(
        code="target_missed", kind=RuleKind.target_missed, version=1, label="", severity=Severity.warning
    ),
    RuleKind.off_trajectory: Rule(
        code="off_trajectory",
        kind=RuleKind.off_trajectory,
        version=1,
        label="",
        severity=Severity.warning,
        parameters={"fire_below": "0.90", "clear_at": "0.95", "confirmations": 2},
    ),
    RuleKind.report_overdue: Rule(
        code="report_overdue", kind=RuleKind.report_overdue, version=1, label="", severity=Severity.warning
    ),
    RuleKind.coverage_low: Rule(
        code="coverage_low",
        kind=RuleKind.coverage_low,
        version=1,
        label="",
        severity=Severity.info,
        parameters={"fire_below": "0.80", "clear_at": "0.85"},
    ),
}
COMMISSIONER = Recipient(
    code="commissioner-reg-76",
    role="commissioner",
    label="Commissaire",
    email="commissaire@vigie.example",
    territories=["REG-76"],
)
CATALOGUE = Catalogue(
    digest="d1",
    territories=TREE,
    indicators={HOUSING: INDICATOR},
    collections=[COLLECTION],
    rules=list(RULES.values()),
    recipients=[COMMISSIONER],
)


def figure(value: str | None, territory: str = "DEPT-31", period: str = "2020", **fields: Any) -> Figure:
    """A figure of one's own, complete and final unless said otherwise. Bounds and counts only when given."""
    numbers = {k: Decimal(str(v)) for k, v in fields.items() if k in NUMBERS and v is not None}
    others = {k: v for k, v in fields.items() if k not in NUMBERS and k != "indicator"}
    defaults: dict[str, Any] = {"reported": 1, "expected": 1, "status": Status.final, "basis": Basis.computed}
    rollup = Rollup(
        territory=territory,
        level=level_of(territory),
        method=others.pop("method", Method.ratio),
        definition_version=1,
        value=None if value is None else Decimal(value),
        version=others.pop("version", f"v-{value}"),
        **{"coverage": None if "coverage" in fields else Decimal(1), **defaults, **numbers, **others},
    )
    return Figure(fields.get("indicator", INDICATOR), Period.parse(period), rollup)


NUMBERS = frozenset({"numerator", "denominator", "coverage", "low", "high"})


def target(value: str, **fields: Any) -> Target:
    """An agreed target of 2020 for Haute-Garonne."""
    defaults = {"indicator": HOUSING, "territory": "DEPT-31", "period": "2020"}
    return Target(**{**defaults, "value": Decimal(value), **fields})


def firing(kind: RuleKind = RuleKind.target_missed, inputs: dict[str, Any] | None = None, **changes: Any) -> Alert:
    """An episode that has just opened."""
    about = (
        {"indicator": HOUSING}
        if kind in {RuleKind.target_missed, RuleKind.off_trajectory}
        else {"collection": "calpae-2020"}
    )
    subject = Subject(kind.value, kind, "DEPT-31", "2020", **about)
    breach = Breach("target_not_met", inputs or {"rollup_version": "v1", "target": "50"})
    opened = Transition(None, State.firing, breach.reason, breach.inputs, Kind.opened)
    return replace(born(subject, RULES[kind], 1, opened, NOW), **changes)
