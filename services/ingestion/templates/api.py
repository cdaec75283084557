"""The route that hands out a feed's template."""

import asyncio
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from services.ingestion.attempts.recorded import attempt_of
from services.ingestion.entrance import Entrance, period_of, reporter_of
from services.ingestion.problems import Problem, database_answers
from services.ingestion.templates.description import TEMPLATE, XLSX
from services.ingestion.templates.known import KnownFigures
from services.ingestion.templates.rows import period_to_ask, territories_of
from services.ingestion.templates.workbook import template
from shared.domain.period import Period
from shared.domain.territory import Level
from shared.runtime.auth import Identity
from shared.runtime.clock import Clock


def template_routes(entrance: Entrance, known: KnownFigures, clock: Clock) -> APIRouter:
    """The router over what is known. The token must be one that may send the feed."""
    router = APIRouter(prefix="/v1")

    @router.get("/feeds/{feed}/template.xlsx", response_class=Response, **TEMPLATE)
    async def template_of(
        request: Request,
        identity: Annotated[Identity, Depends(entrance.caller)],
        feed: Annotated[str, Path(description="Name of the feed, see /v1/feeds")],
        territory: Annotated[str | None, Query(description="Who reports; default: the token's only territory")] = None,
        period: Annotated[
            str | None, Query(description="Default: the next one that is due, else the last that is over")
        ] = None,
    ) -> Response:
        declared = entrance.feed(feed, identity, attempt_of(request))
        catalogue = await entrance.catalogue()
        reporter = reporter_of(identity, territory, declared, catalogue)
        today = clock.now().astimezone(ZoneInfo(catalogue.territories[reporter].zone)).date()
        about = period_of(period, declared) or period_to_ask(reporter, declared, catalogue, today)
        territories = territories_of(reporter, declared, catalogue, about)
        if not territories:
            raise Problem(
                400,
                f"Le flux {feed} ne prend aucun chiffre de {reporter} : ses mailles sont {_levels(declared.levels)}.",
                f"The feed {feed} takes no figure of {reporter}: its levels are {_levels(declared.levels)}.",
            )
        before = Period.parse(about).previous()
        async with database_answers():
            figures = await known.of(declared, territories, before.code) if before else {}
        content = await asyncio.to_thread(template, declared, catalogue, reporter, about, figures)
        name = f"{feed}_{reporter}_{about.replace('/', '_')}.xlsx"
        return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    return router


def _levels(levels: list[Level]) -> str:
    return ", ".join(level.value for level in levels)
