"""The pages: read in one snapshot, arrange (pure), render."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import TemplateNotFound
from pydantic import BaseModel, BeforeValidator, Field

from services.dashboard.api import ensure_known, explanation_of
from services.dashboard.archive import Archive
from services.dashboard.changes import ChangeItem
from services.dashboard.comparison import compare
from services.dashboard.figures import Facts
from services.dashboard.filters import (
    AsOf,
    ByCell,
    IndicatorCode,
    InstantText,
    OneCell,
    PeriodCode,
    TerritoryCode,
)
from services.dashboard.instants import Seen
from services.dashboard.items import TerritoryItem
from services.dashboard.overview import Overview, choose, latest_periods, matrix, overview
from services.dashboard.problems import Problem
from services.dashboard.reading import Reading
from services.dashboard.rendering import link, render
from shared.domain.territory import Level

MOST_CHANGES = 30


# An empty field of a form means that nothing was chosen.
Emptied = BeforeValidator(lambda text: text or None)


class Dated(BaseModel):
    """A page that can be seen as of an instant."""

    as_of: Annotated[AsOf, Emptied] = None

    def kept(self) -> dict[str, str]:
        """What else was chosen, for the form that chooses another instant."""
        return self.model_dump(exclude={"as_of", "since", "fragment"}, exclude_none=True, exclude_defaults=True)


class Choice(Dated):
    """What the address of a page may choose; the names are those that readers see."""

    indicateur: IndicatorCode | None = None
    periode: PeriodCode | None = None
    territoire: TerritoryCode | None = None
    tri: str = Field("", pattern="^(valeur)?$")
    since: Annotated[InstantText | None, Emptied] = None
    fragment: str = Field("", pattern="^[a-z]*$")


class Explained(Dated):
    """The figure that the page of explanation is about."""

    indicateur: IndicatorCode
    territoire: TerritoryCode
    periode: PeriodCode


class Pages:
    """The pages of territories, indicators, explanations and expected reports."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def routes(self) -> APIRouter:
        """Every page, outside the OpenAPI document."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        router.get("/")(self.home)
        router.get("/territoires/{code}")(self.territory)
        router.get("/indicateurs/{code}")(self.indicator)
        router.get("/explication")(self.explanation)
        router.get("/remontees")(self.reports)
        return router

    def seen(self, as_of: str | None) -> Seen | None:
        """The past instant that a page is about."""
        return self.archive.seen(as_of)

    def show(self, template: str, fragment: str = "", vu: Seen | None = None, **values: Any) -> HTMLResponse:
        """A page, or the one section of it that an open page asks to read again. Its links stay at its instant."""
        if fragment:
            template = f"{template.removesuffix('.html')}/{fragment}.html"
        known_at = vu.at if vu else self.archive.clock.now()
        if vu is not None:
            values["link"] = partial(link, as_of=vu.text)
        try:
            return render(template, known_at=known_at, vu=vu, **values)
        except TemplateNotFound as error:
            if error.name != template:
                raise
            raise Problem(404, "Unknown fragment", f"cette page n'a pas de partie {fragment}") from error

    async def home(self, choice: Annotated[Choice, Query()]) -> Response:
        """The region where most happens; the choice of a region where nothing does yet."""
        async with self.archive.open() as reading:
            region = await reading.busiest_region()
            if region is not None:
                return RedirectResponse(link(f"/territoires/{region}", as_of=choice.as_of), 307)
            regions = await reading.territories(levels=["region"])
        return self.show("accueil.html", regions=regions, section="territoires")

    async def territory(self, code: TerritoryCode, choice: Annotated[Choice, Query()]) -> Response:
        """One territory: map, figures, alerts, expected reports, doubts, and what changed since an instant if asked."""
        vu = self.seen(choice.as_of)
        async with self.archive.open(vu) as reading:
            view, family = await self._overview(reading, code, choice)
            since, changed = await self._changed(reading, code, choice, vu)
            names = await reading.labels()
        return self.show(
            "territoire.html",
            choice.fragment,
            vu,
            view=view,
            names=names,
            family=[t.code for t in family],
            kept=choice.kept(),
            since=since,
            changed=changed,
            most=MOST_CHANGES,
            simulated=view.simulated or any(c.simulated for c in changed),
            section="territoires",
        )

    async def _changed(
        self, reading: Reading, code: str, choice: Choice, vu: Seen | None
    ) -> tuple[Seen | None, list[ChangeItem]]:
        """The figures of a territory whose value differs since an instant; none where none is asked."""
        since = self.archive.seen(choice.since, "since")
        until = vu.at if vu else self.archive.clock.now()
        if since is None or since.at >= until:
            return since, []
        found = await reading.changes(ByCell(territory=[code]), since.at, until)
        return since, [c for c in found if c.before != c.after]

    async def _overview(self, reading: Reading, code: str, choice: Choice) -> tuple[Overview, list[TerritoryItem]]:
        family = await self._family(reading, code)
        own = ByCell(territory=[code])
        under = ByCell(territory=[t.code for t in family])
        indicators = await reading.indicators()
        headlines = await reading.rollups(own)
        reports = await reading.reports(under)
        periods = latest_periods(headlines, reports)
        targets = await reading.targets(under)
        indicator = choice.indicateur or choose(periods, headlines, Facts(family, indicators, targets=targets))
        chosen = (indicator, choice.periode or periods[indicator][0]) if indicator in periods and indicator else None
        places = []
        if chosen:
            here = under.model_copy(update={"indicator": [chosen[0]], "period": [chosen[1]]})
            places = await reading.rollups(here)
        checks = await reading.checks(under)
        facts = Facts(family, indicators, [*headlines, *places], targets, checks, reports)
        alerts = await reading.open_alerts(under)
        territory = next(t for t in family if t.code == code)
        return overview(territory, facts, periods, chosen, alerts, checks), family

    async def indicator(self, code: IndicatorCode, choice: Annotated[Choice, Query()]) -> Response:
        """One indicator in every department of a territory."""
        vu = self.seen(choice.as_of)
        async with self.archive.open(vu) as reading:
            await ensure_known(reading.connection, [code])
            where = choice.territoire or await reading.busiest_region() or "NAT-FR"
            family = await self._family(reading, where)
            under = ByCell(indicator=[code], territory=[t.code for t in family])
            rollups = await reading.rollups(under)
            reports = await reading.reports(under)
            periods = latest_periods(rollups, [r.model_copy(update={"indicators": [code]}) for r in reports]).get(
                code, []
            )
            period = choice.periode or next(iter(periods), str((vu.at if vu else self.archive.clock.now()).year))
            explained = await reading.explanation(OneCell(indicator=code, territory=where, period=period))
            definition = (await reading.indicators([code]))[-1]
            targets = await reading.targets(under)
            checks = await reading.checks(under)
        facts = Facts(family, [definition], rollups, targets, checks, reports)
        by_value = choice.tri == "valeur"
        here = next(t for t in family if t.code == where)
        view = compare(definition, here, period, periods, facts, explained, by_value=by_value)
        names = {t.code: t.name for t in family}
        return self.show(
            "indicateur.html",
            choice.fragment,
            vu,
            kept=choice.kept(),
            view=view,
            names=names,
            family=list(names),
            by_value=by_value,
            simulated=view.simulated,
            section="indicateurs",
        )

    async def explanation(self, asked: Annotated[Explained, Query()]) -> Response:
        """Where one figure comes from."""
        vu = self.seen(asked.as_of)
        cell = OneCell(indicator=asked.indicateur, territory=asked.territoire, period=asked.periode)
        async with self.archive.open(vu) as reading:
            explained = await explanation_of(reading, cell, allow_empty=True)
            family = await self._family(reading, cell.territory)
            indicator = (await reading.indicators([cell.indicator]))[-1]
            names = await reading.labels()
        simulated = bool(explained.rollup and explained.rollup.simulated)
        here = next(t for t in family if t.code == cell.territory)
        wider = here.parent if here.level in {Level.department, Level.metropole} else here.code
        return self.show(
            "explication.html",
            vu=vu,
            wider=wider,
            named=lambda codes: [names.get(code, code) for code in codes],
            kept=asked.kept(),
            view=explained,
            names=names,
            family=[t.code for t in family],
            indicator=indicator,
            simulated=simulated,
        )

    async def reports(self, choice: Annotated[Choice, Query()]) -> Response:
        """Every expected report of a territory, all campaigns."""
        vu = self.seen(choice.as_of)
        async with self.archive.open(vu) as reading:
            where = choice.territoire or await reading.busiest_region() or "NAT-FR"
            family = await self._family(reading, where)
            found = await reading.reports(ByCell(territory=[t.code for t in family]))
            names = await reading.labels()
        territory = next(t for t in family if t.code == where)
        full = matrix(Facts(family, [], reports=found), most=len(found))
        return self.show(
            "remontees.html",
            choice.fragment,
            vu,
            kept=choice.kept(),
            territory=territory,
            matrix=full,
            names=names,
            family=[t.code for t in family],
            simulated=full.simulated,
            section="remontees",
        )

    async def _family(self, reading: Reading, code: str) -> list[TerritoryItem]:
        family = await reading.family(code)
        if not family:
            raise Problem(404, "Unknown territory", f"le référentiel ne contient pas le territoire {code}")
        return family
