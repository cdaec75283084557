"""Registers as the dashboard reads them: one function per query. `at`: as they were known then, None for now."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from services.dashboard.filters import Answered, AsOf, PeriodCode, TerritoryCode
from services.dashboard.register_items import ActionItem, MilestoneItem, ProjectCallItem, ProjectItem
from services.dashboard.store import LARGEST_ANSWER
from shared.runtime.database import Connection, Queries

QUERIES = Queries(Path(__file__).with_suffix(".sql"))


class ByEntry(Answered):
    """Those given must all match; a repeated one matches any of its values."""

    territory: list[TerritoryCode] = Field([], description="one or several; repeat the parameter")
    period: list[PeriodCode] = Field([], description="one or several; repeat the parameter")
    as_of: AsOf = None

    def place(self) -> tuple[Sequence[str] | None, Sequence[str] | None]:
        """The first two parameters of every query."""
        return self.territory or None, self.period or None


class ByCall(ByEntry):
    call: list[str] = Field([], max_length=200, description="identifier of the call; repeat the parameter")


class ByCallAndTheme(ByCall):
    theme: list[str] = Field([], max_length=200, description="alimentation, insertion, …; repeat the parameter")


async def project_calls(connection: Connection, asked: ByCall, at: datetime | None) -> list[ProjectCallItem]:
    """Calls for projects, by period and territory."""
    rows = await _fetch(connection, QUERIES.project_calls, *asked.place(), asked.call or None, at)
    return [ProjectCallItem(**row) for row in rows]


async def projects(connection: Connection, asked: ByCallAndTheme, at: datetime | None) -> list[ProjectItem]:
    """Projects by call."""
    themes = [theme.lower() for theme in asked.theme]
    rows = await _fetch(connection, QUERIES.projects, *asked.place(), asked.call or None, themes or None, at)
    return [ProjectItem(**row) for row in rows]


async def actions(connection: Connection, asked: ByEntry, at: datetime | None) -> list[ActionItem]:
    """Lines of conventions."""
    return [ActionItem(**row) for row in await _fetch(connection, QUERIES.actions, *asked.place(), at)]


async def milestones(connection: Connection, asked: ByEntry, at: datetime | None) -> list[MilestoneItem]:
    """Milestones by the day that they are due."""
    return [MilestoneItem(**row) for row in await _fetch(connection, QUERIES.milestones, *asked.place(), at)]


async def _fetch(
    connection: Connection, query: str, *filters: "Sequence[str] | datetime | None"
) -> list[dict[str, Any]]:
    """One more than the largest answer, so that too large a one is seen."""
    return [dict(row) for row in await connection.fetch(query, *filters, LARGEST_ANSWER + 1)]
