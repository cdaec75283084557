"""One reading of the database: every answer (JSON, CSV, pages, metrics) takes its items from here.

Without an instant it gives what is stored; with one, what was known by then, computed again from the versions.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from services.dashboard import past, store
from services.dashboard.business import Outbox, RuleInfo, Value
from services.dashboard.changes import ChangeItem, changes
from services.dashboard.discretion import Discretion, Viewer
from services.dashboard.explanation import Evidence, Explanation
from services.dashboard.explanation import explain as take_apart
from services.dashboard.filters import ByCell, OneCell
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
from services.dashboard.recall import Recall, allowed
from services.dashboard.recollection import moved_from, read_for
from shared.computation.scope import reads, scope_of
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection

F = TypeVar("F", RollupItem, ChangeItem, CheckItem)


class Reading:
    """What was known at an instant (`at`; None: now), in one transaction. The catalogue is always today's."""

    def __init__(self, connection: Connection, catalogue: Catalogue, at: datetime | None, viewer: Viewer) -> None:
        self.connection = connection
        self.catalogue = catalogue
        self.at = at
        self._recall = None if at is None else Recall(connection, catalogue, at)
        self._viewer = viewer
        self._discretion: Discretion | None = None

    async def discretion(self) -> Discretion:
        """What is withheld from whoever reads; every figure goes through it."""
        if self._discretion is None:
            marks = await store.marks(self.connection)
            self._discretion = Discretion(self._viewer, marks, self.catalogue.territories, past=self.at is not None)
        return self._discretion

    async def observations(self, asked: ByCell) -> list[ObservationItem]:
        """The newest version of each cell."""
        if self.at is None:
            found = await store.observations(self.connection, asked)
        else:
            found = await past.observations(self.connection, asked, self.at)
        return [*map((await self.discretion()).observation, found)]

    async def rollups(self, asked: ByCell) -> list[RollupItem]:
        """Figures with all that qualifies them."""
        if self._recall is None:
            found = await store.rollups(self.connection, asked)
        else:
            found = _matching(await self._recall.rollups(asked), asked)
        return [*map((await self.discretion()).rollup, found)]

    async def changes(self, asked: ByCell, since: datetime, until: datetime) -> list[ChangeItem]:
        """Figures that differ between two instants."""
        stated = await past.stated(self.connection, until, since)
        keys = allowed(moved_from(self.catalogue, stated, asked.indicator, asked.period))
        versions = await past.versions(self.connection, read_for(self.catalogue, keys), until)
        found = _matching(await asyncio.to_thread(changes, self.catalogue, keys, versions, since, until), asked)
        return [*map((await self.discretion()).change, found)]

    async def open_alerts(self, asked: ByCell) -> list[AlertItem]:
        """Open episodes, the gravest and oldest first."""
        if self.at is None:
            found = await store.open_alerts(self.connection, asked)
        else:
            found = await past.open_alerts(self.connection, asked, self.at)
        return [*map((await self.discretion()).alert, found)]

    async def closed_alerts(self) -> list[AlertItem]:
        """The episodes closed last."""
        if self.at is None:
            found = await store.closed_alerts(self.connection)
        else:
            found = await past.closed_alerts(self.connection, self.at)
        return [*map((await self.discretion()).alert, found)]

    async def alert(self, alert_id: str) -> AlertItem | None:
        """One episode, open or closed."""
        found = await self._alert(alert_id)
        return None if found is None else (await self.discretion()).alert(found)

    async def _alert(self, alert_id: str) -> AlertItem | None:
        if self.at is None:
            return await store.alert(self.connection, alert_id)
        return await past.alert(self.connection, alert_id, self.at)

    async def transitions(self, alert_id: str) -> list[asyncpg.Record]:
        """The story of one episode, in order."""
        if self.at is None:
            return await store.transitions(self.connection, alert_id)
        return await past.transitions(self.connection, alert_id, self.at)

    async def notifications(self, alert_id: str) -> list[dict[str, Any]]:
        """The mails of one episode with the role they went to, never an address; without what may quote a figure."""
        if self.at is None:
            found = await store.notifications(self.connection, alert_id)
        else:
            found = await past.notifications(self.connection, alert_id, self.at)
        about = await self._alert(alert_id)
        concealed = about is None or (await self.discretion()).conceals(about)
        return [{**mail, "subject": None} if concealed else dict(mail) for mail in found]

    async def reports(self, asked: ByCell) -> list[ReportItem]:
        """The ledger of expected reports."""
        if self.at is None:
            return await store.reports(self.connection, asked)
        return await past.reports(self.connection, asked, self.at)

    async def checks(self, asked: ByCell) -> list[CheckItem]:
        """Outcomes of checks, failing ones first."""
        if self._recall is None:
            found = await store.checks(self.connection, asked)
        else:
            found = _matching(await self._recall.checks(asked), asked)
        return [*map((await self.discretion()).check, found)]

    async def targets(self, asked: ByCell) -> list[TargetItem]:
        """Targets, every version: those of the present catalogue, whatever the instant."""
        return await store.targets(self.connection, asked)

    async def indicators(self, codes: Sequence[str] = ()) -> list[IndicatorItem]:
        """Every version of every definition of the present catalogue."""
        return await store.indicators(self.connection, codes)

    async def territories(self, codes: Sequence[str] = (), levels: Sequence[str] = ()) -> list[TerritoryItem]:
        """Territories of the present catalogue, in its order."""
        return await store.territories(self.connection, codes, levels)

    async def family(self, code: str) -> list[TerritoryItem]:
        """A territory and all under it; empty when the catalogue has no such code."""
        return await store.family(self.connection, code)

    async def busiest_region(self) -> str | None:
        """The region with most figures and expected reports; None while there are none."""
        return await store.busiest_region(self.connection)

    async def labels(self) -> dict[str, str]:
        """Names of territories, labels of indicators, collections and feeds, by code."""
        return await store.labels(self.connection)

    async def values(self) -> list[Value]:
        """Every rollup, as far as metrics need it: without a value where whoever keeps samples would keep too much."""
        shown = (await self.discretion()).metric
        return [
            v if shown((v.indicator, v.period, v.territory)) else replace(v, value=None)
            for v in await store.values(self.connection)
        ]

    async def rules(self) -> list[RuleInfo]:
        """Enabled alert rules."""
        return await store.rules(self.connection)

    async def outbox(self) -> list[Outbox]:
        """How many notifications stand where."""
        return await store.outbox(self.connection)

    async def explanation(self, asked: OneCell) -> Explanation:
        """Where one figure comes from, as far as whoever reads may know."""
        return (await self.discretion()).explanation(take_apart(await self._evidence(asked)))

    async def _evidence(self, asked: OneCell) -> Evidence:
        """All that explains one figure; the territory and the indicator are known to exist.

        Its versions are exact, so that it adds up: what is made of it is shown through `discretion` only.
        """
        scope = scope_of(self.catalogue, (asked.indicator, asked.period))
        below = await self.family(asked.territory)
        here = ByCell(indicator=[asked.indicator], territory=[asked.territory], period=[asked.period])
        versions = await past.versions_under(self.connection, reads(scope), [t.code for t in below], self.at)
        definitions = {i.definition_version: i for i in await self.indicators([asked.indicator])}
        return Evidence(
            scope=scope,
            indicator=definitions.get(scope.indicator.definition_version, [*definitions.values()][-1]),
            territory=next(t for t in below if t.code == asked.territory),
            below=below,
            rollup=next(iter(await self.rollups(here)), None),
            versions=versions,
            file_names=await store.file_names(self.connection, sorted({v.receipt_id for v in versions})),
            checks=await self.checks(here),
            definitions=sorted(definitions),
            as_of=self.at,
        )


def _matching(items: Iterable[F], asked: ByCell) -> list[F]:
    """Those of the territories and levels asked."""
    return [
        item
        for item in items
        if (not asked.territory or item.territory in asked.territory) and (not asked.level or item.level in asked.level)
    ]
