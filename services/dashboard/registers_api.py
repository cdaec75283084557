"""The read API of registers: calls, projects, actions and milestones, as they stand or as they were known."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import asyncpg
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.dashboard import register_store as store
from services.dashboard.api import OR_CSV, ensure_known, reply
from services.dashboard.archive import Archive
from services.dashboard.items import Item, Items
from services.dashboard.register_items import ActionItem, MilestoneItem, ProjectCallItem, ProjectItem
from services.dashboard.register_store import ByCall, ByCallAndTheme, ByEntry
from shared.runtime.database import Connection

Asked = TypeVar("Asked", bound=ByEntry)


def register_routes(pool: asyncpg.Pool, archive: Archive) -> APIRouter:
    """Every list of the registers. Withdrawn entries are there, with their status."""
    router = APIRouter(prefix="/v1", tags=["registers"])

    async def listed(
        request: Request,
        asked: Asked,
        item: type[Item],
        read: Callable[[Connection, Asked, datetime | None], Awaitable[Sequence[Item]]],
    ) -> Response:
        known_by = archive.seen(asked.as_of)
        at = None if known_by is None else known_by.at
        async with pool.acquire() as connection:
            await ensure_known(connection, territories=asked.territory)
            return reply(request, asked, item, await read(connection, asked, at))

    @router.get("/project-calls", response_model=Items[ProjectCallItem], responses=OR_CSV)
    async def project_calls(request: Request, asked: Annotated[ByCall, Query()]) -> Response:
        """Calls for projects and for expressions of interest."""
        return await listed(request, asked, ProjectCallItem, store.project_calls)

    @router.get("/projects", response_model=Items[ProjectItem], responses=OR_CSV)
    async def projects(request: Request, asked: Annotated[ByCallAndTheme, Query()]) -> Response:
        """Projects that calls retained."""
        return await listed(request, asked, ProjectItem, store.projects)

    @router.get("/actions", response_model=Items[ActionItem], responses=OR_CSV)
    async def actions(request: Request, asked: Annotated[ByEntry, Query()]) -> Response:
        """Lines of conventions of departments and metropoles."""
        return await listed(request, asked, ActionItem, store.actions)

    @router.get("/milestones", response_model=Items[MilestoneItem], responses=OR_CSV)
    async def milestones(request: Request, asked: Annotated[ByEntry, Query()]) -> Response:
        """Milestones, by the day that they are due."""
        return await listed(request, asked, MilestoneItem, store.milestones)

    return router
