"""Alerts on screen: the list, one alert with its story, and the form that takes charge of it.

The form is forwarded to alerting with the token that the person typed: the dashboard itself may write nothing and
keeps no token.
"""

from typing import Annotated

import httpx
import structlog
from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, SecretStr

from services.dashboard.filters import ByCell
from services.dashboard.pages import Choice, Pages
from services.dashboard.problems import Problem
from shared.runtime.settings import settings

log = structlog.get_logger()
FORWARD_SECONDS = 10.0


class Acknowledgement(BaseModel):
    """The form. The fields are named as the reader sees them."""

    jeton: SecretStr = Field(min_length=1)
    responsable: str = Field(min_length=1, max_length=200)
    motif: str = Field(min_length=1, max_length=2000)
    echeance: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


def alert_routes(pages: Pages) -> APIRouter:
    """Pages about alerts, outside the OpenAPI document."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/alertes")
    async def alerts(choice: Annotated[Choice, Query()]) -> Response:
        vu = pages.seen(choice.as_of)
        async with pages.archive.open(vu) as reading:
            found = await reading.open_alerts(ByCell())
            closed = await reading.closed_alerts()
            names = await reading.labels()
        return pages.show(
            "alertes.html",
            choice.fragment,
            vu,
            kept=choice.kept(),
            alerts=found,
            closed=closed,
            names=names,
            simulated=any(a.simulated for a in found),
            section="alertes",
        )

    @router.get("/alertes/{alert_id}")
    async def alert(alert_id: str, choice: Annotated[Choice, Query()], fait: str = "") -> Response:
        return await story(alert_id, choice, done=fait == "oui")

    @router.post("/alertes/{alert_id}/prise-en-charge")
    async def acknowledge(alert_id: str, form: Annotated[Acknowledgement, Form()]) -> Response:
        refusal = await forward(alert_id, form)
        if refusal is None:
            return RedirectResponse(f"/alertes/{alert_id}?fait=oui", 303)
        page = await story(alert_id, Choice(), refusal=refusal)
        page.status_code = 422
        return page

    async def story(alert_id: str, choice: Choice, refusal: str = "", *, done: bool = False) -> Response:
        vu = pages.seen(choice.as_of)
        async with pages.archive.open(vu) as reading:
            found = await reading.alert(alert_id)
            if found is None:
                raise Problem(404, "Unknown alert", f"aucune alerte ne porte l'identifiant {alert_id}")
            transitions = await reading.transitions(alert_id)
            mails = await reading.notifications(alert_id)
            names = await reading.labels()
        return pages.show(
            "alerte.html",
            choice.fragment,
            vu,
            kept=choice.kept(),
            alert=found,
            transitions=transitions,
            mails=mails,
            names=names,
            refusal=refusal,
            done=done and found.state == "acknowledged",
            simulated=found.simulated,
            section="alertes",
        )

    return router


async def forward(alert_id: str, form: Acknowledgement) -> str | None:
    """Hand the form to alerting; returns why it was refused, None when it was taken."""
    body = {"owner": form.responsable, "reason": form.motif, "commitment_date": form.echeance}
    headers = {"Authorization": f"Bearer {form.jeton.get_secret_value().strip()}"}
    try:
        async with httpx.AsyncClient(base_url=settings().alerting_url, timeout=FORWARD_SECONDS) as client:
            answer = await client.post(f"/v1/alerts/{alert_id}/ack", json=body, headers=headers)
    except httpx.HTTPError as error:
        log.warning("alerting_away", error=repr(error))
        return "le service des alertes ne répond pas ; réessayez dans quelques instants"
    if answer.is_success:
        return None
    if answer.status_code in {401, 403}:
        return "ce jeton ne permet pas de prendre en charge cette alerte"
    if answer.status_code == 409:
        return "seule une alerte ouverte peut être prise en charge, et celle-ci ne l'est plus"
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    return str(problem.get("detail") or problem.get("title") or f"refus du service des alertes ({answer.status_code})")
