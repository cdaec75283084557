"""Which filters each address takes. Another one, or a code of another shape, is refused by name, never ignored."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.dashboard.instants import EXPECTED, written
from shared.domain.period import Period
from shared.domain.territory import Level, level_of

_INDICATOR = re.compile(r"^[a-z0-9]+(\.[a-z0-9_]+)+$")


def _indicator(code: str) -> str:
    if not _INDICATOR.match(code):
        msg = f"{code!r} is not an indicator code; expected lower-case words joined by dots, ax2.ase_exit.in_framework"
        raise ValueError(msg)
    return code


def _territory(code: str) -> str:
    level_of(code)
    return code


def _period(code: str) -> str:
    return Period.parse(code).code


IndicatorCode = Annotated[str, AfterValidator(_indicator), Field(description="such as ax2.ase_exit.in_framework")]
TerritoryCode = Annotated[str, AfterValidator(_territory), Field(description="NAT-FR, REG-76, DEPT-31, EPCI-243100518")]
PeriodCode = Annotated[str, AfterValidator(_period), Field(description="2020, 2020-S1, 2020-Q3, 2020-12, 2019/2021 …")]

InstantText = Annotated[str, AfterValidator(written)]
AsOf = Annotated[InstantText | None, Field(description=f"what was known by then; {EXPECTED}; never in the future")]


class Answered(BaseModel):
    """Every list comes as JSON or CSV (`Accept: text/csv` does the same)."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "csv"] | None = None


class ByIndicator(Answered):
    indicator: list[IndicatorCode] = Field([], description="one or several; repeat the parameter")


class ByTerritory(Answered):
    territory: list[TerritoryCode] = Field([], description="one or several; repeat the parameter")
    level: list[Level] = []


class ByCell(ByIndicator, ByTerritory):
    """indicator, territory, period, level: those given must all match; a repeated one matches any of its values."""

    period: list[PeriodCode] = []
    as_of: AsOf = None


class Between(ByIndicator, ByTerritory):
    """Filters as elsewhere; `until` defaults to now."""

    period: list[PeriodCode] = []
    since: Annotated[InstantText, Field(description=f"what is compared with; {EXPECTED}")]
    until: AsOf = None

    def cells(self) -> ByCell:
        """The same filters without the two instants."""
        return ByCell(indicator=self.indicator, territory=self.territory, level=self.level, period=self.period)


class OneCell(BaseModel):
    """The one figure to explain; all three are needed."""

    model_config = ConfigDict(extra="forbid")

    indicator: IndicatorCode
    territory: TerritoryCode
    period: PeriodCode
    as_of: AsOf = None
