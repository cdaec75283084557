"""Items as the published views give them, with only what a test cares about to say."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.dashboard.items import (
    AlertItem,
    CheckItem,
    IndicatorItem,
    ObservationItem,
    ReportItem,
    RollupItem,
    TargetItem,
    TerritoryItem,
)
from services.dashboard.recollection import Version
from shared.computation.figure import Figure
from shared.domain.observation import Basis, Status
from shared.domain.territory import level_of

AT = datetime(2021, 3, 30, 8, 12, tzinfo=UTC)
RATE = "ax2.ase_exit.in_framework"


def indicator(code: str = RATE, **fields: Any) -> IndicatorItem:
    row: dict[str, Any] = {
        "code": code,
        "definition_version": 1,
        "label": "Jeunes du référentiel",
        "axis": 2,
        "measure": "ASE",
        "kind": "ratio",
        "unit": "%",
        "direction": "up",
        "frequency": "annual",
        "method": "ratio",
        "metropoles": "not_asked",
        "numerator_label": "",
        "denominator_label": "",
        "denominator_indicator": None,
        "reporter": "",
        "source": "",
        "valid_from": None,
        "valid_to": None,
    }
    return IndicatorItem(**row | fields)


def territory(code: str, name: str = "", parent: str | None = None) -> TerritoryItem:
    return TerritoryItem(
        code=code, name=name or code, level=level_of(code), parent=parent, zone="Europe/Paris", holidays="metropole"
    )


def rollup(value: Any, where: str = "DEPT-31", **fields: Any) -> RollupItem:
    row: dict[str, Any] = {
        "indicator": RATE,
        "territory": where,
        "level": level_of(where).value,
        "period": "2020",
        "method": "ratio",
        "definition_version": 1,
        "value": None if value is None else Decimal(str(value)),
        "numerator": None,
        "denominator": None,
        "reported": 1,
        "expected": 1,
        "absent": [],
        "unpaired": [],
        "incomplete": [],
        "eligible": None,
        "from_periods": [],
        "coverage": Decimal(1),
        "coverage_weight": None,
        "low": None,
        "high": None,
        "min": None,
        "median": None,
        "max": None,
        "status": "final",
        "basis": "computed",
        "simulated": False,
        "evolution": None,
        "version": "v1",
    }
    return RollupItem(**row | fields)


def observation(where: str, seq: int, above: int | None, below: int | None, **fields: Any) -> ObservationItem:
    value = None if above is None or not below else round(Decimal(100 * above) / below, 1)
    row: dict[str, Any] = {
        "indicator": RATE,
        "territory": where,
        "level": level_of(where).value,
        "period": "2020",
        "source": "ase-exits",
        "basis": "reported",
        "value": value,
        "numerator": above,
        "denominator": below,
        "status": "final",
        "qualifier": "=",
        "simulated": False,
        "definition_version": 1,
        "feed": "ase-exits",
        "submission_seq": seq,
        "receipt_id": f"rcp-{seq}",
        "sheet": "Feuil1",
        "row": 4,
        "column": "C",
        "event_id": uuid5(NAMESPACE_URL, f"{where}{seq}{fields}"),
        "reported_at": None,
        "received_at": AT,
    }
    return ObservationItem(**row | fields)


def version_of(item: ObservationItem) -> Version:
    """The same version as the core reads it."""
    names = ("indicator", "period", "territory", "source", "submission_seq", "definition_version", "value", "numerator")
    values: dict[str, Any] = {name: getattr(item, name) for name in (*names, "denominator", "simulated")}
    figure = Figure(**values, basis=Basis(item.basis), status=Status(item.status))
    return Version(figure, item.received_at, item.receipt_id)


def check(kind: str, indicators: list[str], state: str = "fails", **fields: Any) -> CheckItem:
    row: dict[str, Any] = {
        "code": f"{kind}-1",
        "label": "",
        "kind": kind,
        "territory": "DEPT-31",
        "level": "department",
        "period": "2020",
        "state": state,
        "indicators": indicators,
        "expected": None,
        "computed": None,
        "difference": None,
        "detail": {},
        "simulated": False,
        "evaluated_at": AT,
    }
    return CheckItem(**row | fields)


def target(value: Any, where: str = "DEPT-31", **fields: Any) -> TargetItem:
    row: dict[str, Any] = {
        "indicator": RATE,
        "territory": where,
        "level": level_of(where).value,
        "period": "2020",
        "due": None,
        "value": Decimal(str(value)),
        "comparator": ">=",
        "baseline": None,
        "baseline_date": None,
        "commitment": "agreed",
        "simulated": False,
        "source": "",
        "version": 1,
    }
    return TargetItem(**row | fields)


def report(where: str, state: str, feed: str = "ase-exits", **fields: Any) -> ReportItem:
    row: dict[str, Any] = {
        "collection": "calpae-2020",
        "collection_label": "CALPAE 2020",
        "indicators": [RATE],
        "territory": where,
        "level": "department",
        "feed": feed,
        "period": "2020",
        "due_at": AT,
        "state": state,
        "received_at": None,
        "receipt_id": None,
        "simulated": False,
        "source_text": "",
    }
    return ReportItem(**row | fields)


def alert(where: str, rule: str = "target_missed", state: str = "firing", **fields: Any) -> AlertItem:
    row: dict[str, Any] = {
        "id": f"{rule}-{where}",
        "alert_key": "k",
        "episode": 1,
        "rule": rule,
        "rule_label": None,
        "kind": rule,
        "rule_version": 1,
        "severity": "warning",
        "territory": where,
        "level": level_of(where).value,
        "indicator": RATE,
        "collection": None,
        "period": "2020",
        "state": state,
        "seq": 1,
        "data_status": "known",
        "inputs": {},
        "simulated": False,
        "owner": None,
        "ack_reason": None,
        "commitment_date": None,
        "opened_at": AT,
        "changed_at": AT,
    }
    return AlertItem(**row | fields)
