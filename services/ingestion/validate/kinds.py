"""How the value of an indicator is read, where its column holds values of all kinds."""

from services.ingestion.feeds.model import ColumnKind
from shared.domain.indicator import Indicator

_COUNTED = ("count", "stock")


def kind_of(indicator: Indicator) -> ColumnKind:
    """The kind of column that an indicator alone would have, by its kind and unit."""
    if indicator.kind in _COUNTED:
        return ColumnKind.count
    if indicator.unit.startswith("EUR") and indicator.kind == "amount":
        return ColumnKind.amount
    if indicator.unit == "%":
        return ColumnKind.percentage
    return ColumnKind.number
