"""The read API: GET /v1/…, JSON or CSV, figures as they stand."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from services.dashboard import export, store
from services.dashboard.explanation import Explanation
from services.dashboard.explanation import explain as explain_figure
from services.dashboard.filters import Answered, ByCell, ByIndicator, ByTerritory, OneCell
from services.dashboard.items import (
    AlertItem,
    CheckItem,
    IndicatorItem,
    Item,
    Items,
    ObservationItem,
    ReportItem,
    RollupItem,
    TargetItem,
    TerritoryItem,
)
from services.dashboard.problems import Problem, unknown
from shared.runtime.database import Connection

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A filter is unknown or not of an accepted shape; the problem names it."},
    404: {"description": "The catalogue holds no such indicator or territory."},
    503: {"description": "The database is away; Retry-After says when to try again."},
}
OR_CSV: dict[int | str, dict[str, Any]] = {**PROBLEMS, 200: {"content": {export.MEDIA_TYPE: {}}}}
Read = Callable[[Connection, ByCell], Awaitable[Sequence[Item]]]


def api_routes(pool: asyncpg.Pool) -> APIRouter:
    """Every list of the read API."""
    router = APIRouter(prefix="/v1", tags=["read"])

    @router.get("/indicators", response_model=Items[IndicatorItem], responses=OR_CSV)
    async def indicators(request: Request, asked: Annotated[ByIndicator, Query()]) -> Response:
        """What is measured, each version of each definition."""
        async with pool.acquire() as connection:
            await ensure_known(connection, asked.indicator)
            return reply(request, asked, IndicatorItem, await store.indicators(connection, asked.indicator))

    @router.get("/territories", response_model=Items[TerritoryItem], responses=OR_CSV)
    async def territories(request: Request, asked: Annotated[ByTerritory, Query()]) -> Response:
        """Where it is measured."""
        async with pool.acquire() as connection:
            await ensure_known(connection, territories=asked.territory)
            found = await store.territories(connection, asked.territory, [level.value for level in asked.level])
            return reply(request, asked, TerritoryItem, found)

    def by_cell(path: str, item: type[Item], read: Read, text: str) -> None:
        async def listed(request: Request, asked: Annotated[ByCell, Query()]) -> Response:
            async with pool.acquire() as connection:
                await ensure_known(connection, asked.indicator, asked.territory)
                return reply(request, asked, item, await read(connection, asked))

        router.add_api_route(
            path,
            listed,
            name=path.strip("/"),
            description=text,
            response_model=Items[item],  # type: ignore[valid-type]
            responses=OR_CSV,
        )

    by_cell("/observations", ObservationItem, store.observations, "Newest version of each reported or declared figure.")
    by_cell("/rollups", RollupItem, store.rollups, "Figures of each territory with coverage, absentees and bounds.")
    by_cell("/alerts", AlertItem, store.open_alerts, "Open alerts, the gravest first.")
    by_cell("/reports", ReportItem, store.reports, "Expected reports: who owes what, by when, where it stands.")
    by_cell("/checks", CheckItem, store.checks, "Outcomes of coherence checks, failing ones first.")
    by_cell("/targets", TargetItem, store.targets, "Targets with baseline and commitment, every version.")

    @router.get("/explain", response_model=Explanation, responses=PROBLEMS)
    async def explain(asked: Annotated[OneCell, Query()]) -> Response:
        """Where one figure comes from: contributors down to the cell of their file, and what was left out."""
        async with pool.acquire() as connection:
            explanation = await explanation_of(connection, asked)
        return JSONResponse(explanation.model_dump(mode="json"))

    return router


async def explanation_of(connection: Connection, asked: OneCell, *, allow_empty: bool = False) -> Explanation:
    """Read and explain one figure; raises a 404 for an unknown code or, unless allowed, where nothing was reported."""
    await ensure_known(connection, [asked.indicator], [asked.territory])
    evidence = await store.evidence(connection, asked)
    explanation = explain_figure(evidence)
    empty = explanation.rollup is None and not explanation.contributors and not explanation.declared
    if empty and not allow_empty:
        where = f"{asked.indicator} in {asked.territory} for {asked.period}"
        raise Problem(404, "No figure", f"nothing was reported or declared for {where}")
    return explanation


async def ensure_known(connection: Connection, indicators: Sequence[str] = (), territories: Sequence[str] = ()) -> None:
    """Raise a 404 naming the first code that the catalogue does not hold: an empty list would hide the mistake."""
    if indicators:
        known = {i.code for i in await store.indicators(connection, indicators)}
        for code in indicators:
            if code not in known:
                raise unknown("indicator", code)
    if territories:
        known = {t.code for t in await store.territories(connection, territories)}
        for code in territories:
            if code not in known:
                raise unknown("territory", code)


def reply(request: Request, asked: Answered, model: type[Item], items: Sequence[Item]) -> Response:
    """The list in the form asked for; an explicit `format` wins over the Accept header."""
    if len(items) > store.LARGEST_ANSWER:
        detail = f"more than {store.LARGEST_ANSWER} items match; add filters (indicator, territory, period, level)"
        raise Problem(400, "Answer too large", detail)
    wants_csv = asked.format == "csv" or (
        asked.format is None and export.MEDIA_TYPE in request.headers.get("accept", "")
    )
    if wants_csv:
        name = request.url.path.rsplit("/", 1)[-1]
        disposition = {"Content-Disposition": f'attachment; filename="vigie-{name}.csv"'}
        return Response(
            export.to_csv(model, items), media_type=f"{export.MEDIA_TYPE}; charset=utf-8", headers=disposition
        )
    return JSONResponse({"items": [item.model_dump(mode="json") for item in items]}, headers={"Vary": "Accept"})
