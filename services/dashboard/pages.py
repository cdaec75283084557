"""The pages: read in one snapshot, arrange (pure), render."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import TemplateNotFound
from pydantic import BaseModel, Field

from services.dashboard import store
from services.dashboard.api import ensure_known, explanation_of
from services.dashboard.comparison import compare
from services.dashboard.explanation import explain
from services.dashboard.figures import Facts
from services.dashboard.filters import ByCell, IndicatorCode, OneCell, PeriodCode, TerritoryCode
from services.dashboard.items import TerritoryItem
from services.dashboard.overview import Overview, choose, latest_periods, matrix, overview
from services.dashboard.problems import Problem
from services.dashboard.rendering import render
from shared.runtime.clock import Clock
from shared.runtime.database import Connection


class Choice(BaseModel):
    """What the address of a page may choose; the names are those that readers see."""

    indicateur: IndicatorCode | None = None
    periode: PeriodCode | None = None
    territoire: TerritoryCode | None = None
    tri: str = Field("", pattern="^(valeur)?$")
    fragment: str = Field("", pattern="^[a-z]*$")


class Explained(BaseModel):
    """The figure that the page of explanation is about."""

    indicateur: IndicatorCode
    territoire: TerritoryCode
    periode: PeriodCode


class Pages:
    """The pages of territories, indicators, explanations and expected reports."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    def routes(self) -> APIRouter:
        """Every page, outside the OpenAPI document."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        router.get("/")(self.home)
        router.get("/territoires/{code}")(self.territory)
        router.get("/indicateurs/{code}")(self.indicator)
        router.get("/explication")(self.explanation)
        router.get("/remontees")(self.reports)
        return router

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """One instant of the database for a whole page: its figures agree with each other."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    def show(self, template: str, fragment: str = "", **values: Any) -> HTMLResponse:
        """A page, or the one section of it that an open page asks to read again."""
        if fragment:
            template = f"{template.removesuffix('.html')}/{fragment}.html"
        try:
            return render(template, known_at=self._clock.now(), **values)
        except TemplateNotFound as error:
            if error.name != template:
                raise
            raise Problem(404, "Unknown fragment", f"cette page n'a pas de partie {fragment}") from error

    async def home(self) -> Response:
        """The region where most happens; the choice of a region where nothing does yet."""
        async with self.snapshot() as connection:
            region = await store.busiest_region(connection)
            if region is not None:
                return RedirectResponse(f"/territoires/{region}", 307)
            regions = await store.territories(connection, levels=["region"])
        return self.show("accueil.html", regions=regions, section="territoires")

    async def territory(self, code: TerritoryCode, choice: Annotated[Choice, Query()]) -> Response:
        """One territory: map, figures, alerts, expected reports, doubts."""
        async with self.snapshot() as connection:
            view, family = await self._overview(connection, code, choice)
            names = await store.labels(connection)
        return self.show(
            "territoire.html",
            choice.fragment,
            view=view,
            names=names,
            family=[t.code for t in family],
            simulated=view.simulated,
            section="territoires",
        )

    async def _overview(
        self, connection: Connection, code: str, choice: Choice
    ) -> tuple[Overview, list[TerritoryItem]]:
        family = await self._family(connection, code)
        own = ByCell(territory=[code])
        under = ByCell(territory=[t.code for t in family])
        indicators = await store.indicators(connection)
        headlines = await store.rollups(connection, own)
        reports = await store.reports(connection, under)
        periods = latest_periods(headlines, reports)
        targets = await store.targets(connection, under)
        indicator = choice.indicateur or choose(periods, headlines, Facts(family, indicators, targets=targets))
        chosen = (indicator, choice.periode or periods[indicator][0]) if indicator in periods and indicator else None
        places = []
        if chosen:
            places = await store.rollups(
                connection, under.model_copy(update={"indicator": [chosen[0]], "period": [chosen[1]]})
            )
        checks = await store.checks(connection, under)
        facts = Facts(family, indicators, [*headlines, *places], targets, checks, reports)
        alerts = await store.open_alerts(connection, under)
        territory = next(t for t in family if t.code == code)
        return overview(territory, facts, periods, chosen, alerts, checks), family

    async def indicator(self, code: IndicatorCode, choice: Annotated[Choice, Query()]) -> Response:
        """One indicator in every department of a territory."""
        async with self.snapshot() as connection:
            await ensure_known(connection, [code])
            where = choice.territoire or await store.busiest_region(connection) or "NAT-FR"
            family = await self._family(connection, where)
            under = ByCell(indicator=[code], territory=[t.code for t in family])
            rollups = await store.rollups(connection, under)
            reports = await store.reports(connection, under)
            periods = latest_periods(rollups, [r.model_copy(update={"indicators": [code]}) for r in reports]).get(
                code, []
            )
            period = choice.periode or next(iter(periods), str(self._clock.now().year))
            evidence = await store.evidence(connection, OneCell(indicator=code, territory=where, period=period))
            targets = await store.targets(connection, under)
            checks = await store.checks(connection, under)
        facts = Facts(family, [evidence.indicator], rollups, targets, checks, reports)
        by_value = choice.tri == "valeur"
        view = compare(
            evidence.indicator, evidence.territory, period, periods, facts, explain(evidence), by_value=by_value
        )
        names = {t.code: t.name for t in family}
        return self.show(
            "indicateur.html",
            choice.fragment,
            view=view,
            names=names,
            family=list(names),
            by_value=by_value,
            simulated=view.simulated,
            section="indicateurs",
        )

    async def explanation(self, asked: Annotated[Explained, Query()]) -> Response:
        """Where one figure comes from."""
        cell = OneCell(indicator=asked.indicateur, territory=asked.territoire, period=asked.periode)
        async with self.snapshot() as connection:
            explained = await explanation_of(connection, cell, allow_empty=True)
            family = await self._family(connection, cell.territory)
            indicator = (await store.indicators(connection, [cell.indicator]))[-1]
            names = await store.labels(connection)
        simulated = bool(explained.rollup and explained.rollup.simulated)
        return self.show(
            "explication.html",
            view=explained,
            names=names,
            family=[t.code for t in family],
            indicator=indicator,
            simulated=simulated,
        )

    async def reports(self, choice: Annotated[Choice, Query()]) -> Response:
        """Every expected report of a territory, all campaigns."""
        async with self.snapshot() as connection:
            where = choice.territoire or await store.busiest_region(connection) or "NAT-FR"
            family = await self._family(connection, where)
            found = await store.reports(connection, ByCell(territory=[t.code for t in family]))
            names = await store.labels(connection)
        territory = next(t for t in family if t.code == where)
        full = matrix(Facts(family, [], reports=found), most=len(found))
        return self.show(
            "remontees.html",
            choice.fragment,
            territory=territory,
            matrix=full,
            names=names,
            family=[t.code for t in family],
            simulated=full.simulated,
            section="remontees",
        )

    async def _family(self, connection: Connection, code: str) -> list[TerritoryItem]:
        family = await store.family(connection, code)
        if not family:
            raise Problem(404, "Unknown territory", f"le référentiel ne contient pas le territoire {code}")
        return family
