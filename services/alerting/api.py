"""What HTTP may ask of alerts: read them with their proof, and acknowledge one."""

from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Header, Query

from services.alerting.alert import Alert, State
from services.alerting.calendar import law_date
from services.alerting.discretion import discreet
from services.alerting.lifecycle import CannotAcknowledgeError, acknowledge
from services.alerting.problems import ProblemError, documented
from services.alerting.representation import (
    Acknowledgement,
    AlertDetail,
    AlertList,
    PlainText,
    is_plain,
    item_of,
    with_numbers,
)
from services.alerting.sitting import sitting
from services.alerting.store import alerts
from services.alerting.transition import Commitment
from shared.catalogue.cache import CatalogueCache
from shared.domain.catalogue import Catalogue
from shared.runtime.auth import Identity, Role, identify
from shared.runtime.clock import Clock
from shared.runtime.database import Connection

MAY_ACKNOWLEDGE = frozenset({Role.commissioner, Role.operator})
Token = Annotated[str | None, Header(description="Bearer followed by a token")]


def alert_routes(pool: asyncpg.Pool, catalogue: CatalogueCache, clock: Clock) -> APIRouter:
    """The routes under /v1/alerts."""
    router = APIRouter(prefix="/v1/alerts", tags=["alerts"])

    async def holder(authorization: Token = None) -> Identity:
        identity = await identify(pool, authorization)
        if identity is None:
            raise ProblemError(401, "a valid token is needed: Authorization: Bearer ...")
        return identity

    async def reader(authorization: Token = None) -> Identity | None:
        return await identify(pool, authorization)

    @router.get("", responses=documented(422))
    async def list_alerts(
        by: Annotated[Identity | None, Depends(reader)],
        state: Annotated[list[State] | None, Query(description="One or several states")] = None,
        rule: PlainText | None = None,
        territory: Annotated[PlainText | None, Query(description="This territory and all below it")] = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    ) -> AlertList:
        """List alerts, the latest change first; without a token for its territory, what is about few people is bare."""
        known = await catalogue.current()
        within = _within(known, territory) if territory else None
        async with pool.acquire() as connection:
            found = await alerts.list_alerts(
                connection, [s.value for s in state] if state else None, rule, within, limit
            )
            marked = await alerts.marked_places(connection)
        items = [discreet(item_of(alert), marked, by, known.territories) for alert in found]
        return AlertList.model_validate({"items": items})

    @router.get("/{alert_id}", responses=documented(404))
    async def read_alert(alert_id: str, by: Annotated[Identity | None, Depends(reader)]) -> AlertDetail:
        """Show one alert with every decision and every message about it; bare as in the list."""
        known = await catalogue.current()
        async with pool.acquire() as connection:
            return await _detail(connection, await _found(connection, alert_id), by, known)

    @router.post("/{alert_id}/ack", responses=documented(401, 403, 404, 409, 422))
    async def acknowledge_alert(
        alert_id: str, wish: Acknowledgement, identity: Annotated[Identity, Depends(holder)]
    ) -> AlertDetail:
        """Take a firing alert on until a date; if the condition still holds after it, the alert fires again."""
        known = await catalogue.current()
        async with sitting(pool, known, clock) as s:
            alert = await _found(s.connection, alert_id)
            _check_right(identity, alert, known)
            commitment = Commitment(wish.owner, wish.reason, wish.commitment_date)
            try:
                transition = acknowledge(alert, commitment, law_date(s.now), identity.label)
            except CannotAcknowledgeError as error:
                raise ProblemError(422 if error.field else 409, str(error), **_fields(error, alert)) from error
            await s.move(alert, transition)
            return await _detail(s.connection, await _found(s.connection, alert_id), identity, known)

    return router


def _check_right(identity: Identity, alert: Alert, catalogue: Catalogue) -> None:
    if identity.role not in MAY_ACKNOWLEDGE:
        raise ProblemError(403, f"a token of role {identity.role.value} may not acknowledge alerts")
    if not identity.may_write(alert.subject.territory, catalogue.territories):
        raise ProblemError(403, f"{alert.subject.territory} is outside this token's territories")


def _fields(error: CannotAcknowledgeError, alert: Alert) -> dict[str, Any]:
    if error.field:
        return {"errors": [{"field": error.field, "message": str(error)}]}
    return {"state": alert.state.value}


def _within(catalogue: Catalogue, territory: str) -> list[str]:
    """A territory and all below it; an unknown code matches nothing but itself."""
    below = [t.code for t in catalogue.territories.all() if catalogue.territories.covers(territory, t.code)]
    return below or [territory]


async def _found(connection: Connection, alert_id: str) -> Alert:
    alert = await alerts.alert_by_id(connection, alert_id) if is_plain(alert_id) else None
    if alert is None:
        raise ProblemError(404, "there is no alert of this id")
    return alert


async def _detail(connection: Connection, alert: Alert, by: Identity | None, catalogue: Catalogue) -> AlertDetail:
    transitions = await alerts.transitions_of(connection, alert.id)
    item = item_of(alert) | {
        "transitions": [t | {"inputs": with_numbers(t["inputs"])} for t in transitions],
        "notifications": await alerts.notifications_of(connection, alert.id),
    }
    return AlertDetail.model_validate(discreet(item, await alerts.marked_places(connection), by, catalogue.territories))
