"""The read API: GET /v1/…, JSON or CSV, figures as they stand or, with as_of, as they were known."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from services.dashboard import export, store
from services.dashboard.archive import Archive
from services.dashboard.changes import ChangeItem
from services.dashboard.explanation import Explanation
from services.dashboard.filters import Answered, Between, ByCell, ByIndicator, ByTerritory, OneCell
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
from services.dashboard.reading import Reading
from shared.runtime.database import Connection

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A filter is unknown or not of an accepted shape; the problem names it."},
    404: {"description": "The catalogue holds no such indicator or territory."},
    503: {"description": "The database is away; Retry-After says when to try again."},
}
OR_CSV: dict[int | str, dict[str, Any]] = {**PROBLEMS, 200: {"content": {export.MEDIA_TYPE: {}}}}
AS_OF = " With as_of, "
DESCRIPTIONS = {
    "/observations": f"Newest version of each figure.{AS_OF}the newest among those received by then.",
    "/rollups": "Figures of each territory with coverage, absentees, bounds and evolution."
    f"{AS_OF}computed from what was received by then, with today's catalogue.",
    "/alerts": f"Open alerts, the gravest first.{AS_OF}those open then, as their last transition by then left them.",
    "/reports": "Expected reports: who owes what, by when, where it stands."
    f"{AS_OF}what had been received by then, against today's due dates and waivers.",
    "/checks": f"Outcomes of coherence checks, failing ones first.{AS_OF}what today's checks find"
    " in the figures of then.",
    "/targets": "Targets with baseline and commitment, every version. They belong to the catalogue, whose past is not"
    " kept: as_of is checked and changes nothing.",
}
Read = Callable[[Reading, ByCell], Awaitable[Sequence[Item]]]

LISTS: tuple[tuple[str, type[Item], Read], ...] = (
    ("/observations", ObservationItem, Reading.observations),
    ("/rollups", RollupItem, Reading.rollups),
    ("/alerts", AlertItem, Reading.open_alerts),
    ("/reports", ReportItem, Reading.reports),
    ("/checks", CheckItem, Reading.checks),
    ("/targets", TargetItem, Reading.targets),
)


def api_routes(archive: Archive) -> APIRouter:
    """Every list of the read API."""
    router = APIRouter(prefix="/v1", tags=["read"])

    @router.get("/indicators", response_model=Items[IndicatorItem], responses=OR_CSV)
    async def indicators(request: Request, asked: Annotated[ByIndicator, Query()]) -> Response:
        """What is measured, each version of each definition."""
        async with archive.open() as reading:
            await ensure_known(reading.connection, asked.indicator)
            return reply(request, asked, IndicatorItem, await reading.indicators(asked.indicator))

    @router.get("/territories", response_model=Items[TerritoryItem], responses=OR_CSV)
    async def territories(request: Request, asked: Annotated[ByTerritory, Query()]) -> Response:
        """Where it is measured."""
        async with archive.open() as reading:
            await ensure_known(reading.connection, territories=asked.territory)
            found = await reading.territories(asked.territory, [level.value for level in asked.level])
            return reply(request, asked, TerritoryItem, found)

    def by_cell(path: str, item: type[Item], read: Read, text: str) -> None:
        async def listed(request: Request, asked: Annotated[ByCell, Query()]) -> Response:
            async with archive.open(archive.seen(asked.as_of)) as reading:
                await ensure_known(reading.connection, asked.indicator, asked.territory)
                return reply(request, asked, item, await read(reading, asked))

        router.add_api_route(
            path,
            listed,
            name=path.strip("/"),
            description=text,
            response_model=Items[item],  # type: ignore[valid-type]
            responses=OR_CSV,
        )

    for path, item, read in LISTS:
        by_cell(path, item, read, DESCRIPTIONS[path])

    @router.get("/changes", response_model=Items[ChangeItem], responses=OR_CSV)
    async def changed(request: Request, asked: Annotated[Between, Query()]) -> Response:
        """Figures that differ between two instants, with the receipts that were received in between and explain it."""
        since, until = archive.seen(asked.since, "since"), archive.seen(asked.until, "until")
        assert since is not None
        end = until.at if until else archive.clock.now()
        if since.at >= end:
            message = f"{asked.since} does not come before until"
            raise Problem(400, "Bad parameter", f"since: {message}", errors=[{"field": "since", "message": message}])
        async with archive.open() as reading:
            await ensure_known(reading.connection, asked.indicator, asked.territory)
            return reply(request, asked, ChangeItem, await reading.changes(asked.cells(), since.at, end))

    @router.get("/explain", response_model=Explanation, responses=PROBLEMS)
    async def explain(asked: Annotated[OneCell, Query()]) -> Response:
        """Where one figure comes from: contributors down to the cell of their file, and what was left out.

        With as_of, contributors, checks and history are those known by then; the definition is today's.
        """
        async with archive.open(archive.seen(asked.as_of)) as reading:
            explanation = await explanation_of(reading, asked)
        return JSONResponse(explanation.model_dump(mode="json"), headers={"Vary": "Authorization"})

    return router


async def explanation_of(reading: Reading, asked: OneCell, *, allow_empty: bool = False) -> Explanation:
    """Read and explain one figure; raises a 404 for an unknown code or, unless allowed, where nothing was reported."""
    await ensure_known(reading.connection, [asked.indicator], [asked.territory])
    explanation = await reading.explanation(asked)
    if explanation.empty and not allow_empty:
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
        disposition = {
            "Content-Disposition": f'attachment; filename="vigie-{name}.csv"',
            "Vary": "Accept, Authorization",
        }
        return Response(
            export.to_csv(model, items), media_type=f"{export.MEDIA_TYPE}; charset=utf-8", headers=disposition
        )
    return JSONResponse(
        {"items": [item.model_dump(mode="json") for item in items]}, headers={"Vary": "Accept, Authorization"}
    )
