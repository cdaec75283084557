"""Who is at the door and what they may send: token, feed, reporter and period of a submission."""

from dataclasses import dataclass
from typing import Annotated

import asyncpg
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.ingestion.attempts.attempt import Attempt
from services.ingestion.attempts.recorded import attempt_of
from services.ingestion.feeds.model import Feed
from services.ingestion.problems import Problem, away, database_answers
from services.ingestion.repair.outcome import UnreadableError, refuse_long
from services.ingestion.repair.periods import read_period
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.wording import sentence
from shared.catalogue.cache import CatalogueCache
from shared.domain.catalogue import Catalogue
from shared.runtime.auth import Identity, Role, identify

# Says in openapi.json how to show a token; the header itself is read by `identify`.
_BEARER = Depends(HTTPBearer(auto_error=False, description="A token made with `vigie tokens create`"))


@dataclass(frozen=True)
class Entrance:
    """The door: tokens and catalogue come from the database."""

    pool: asyncpg.Pool
    cache: CatalogueCache
    feeds: dict[str, Feed]

    async def identity(self, authorization: str | None) -> Identity:
        """Whom the token stands for; raises Problem 401."""
        async with database_answers():
            found = await identify(self.pool, authorization)
        if found is None:
            raise Problem(
                401,
                "Envoyez l'en-tête « Authorization: Bearer <jeton> » avec un jeton en vigueur.",
                "Send the header “Authorization: Bearer <token>” with a token in force.",
            )
        return found

    async def caller(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, _BEARER] = None
    ) -> Identity:
        """The same as a dependency, which runs before anything else of the request is looked at."""
        found = await self.identity(request.headers.get("authorization"))
        attempt_of(request).token_id = found.id
        return found

    async def catalogue(self) -> Catalogue:
        """The reference data; raises Problem 503 before they are loaded."""
        async with database_answers():
            catalogue = await self.cache.current()
        if not catalogue.territories.all():
            raise away("Le catalogue", "The catalogue")
        return catalogue

    def feed(self, name: str, identity: Identity, attempt: Attempt) -> Feed:
        """The feed, if this token may send it; raises Problem 404 or 403. Only a name that exists is noted."""
        feed = self.feeds.get(name)
        if feed is None:
            raise Problem(
                404,
                f"Aucun flux ne s'appelle « {name[:60]} ». Voir /v1/feeds.",
                f"No feed is called “{name[:60]}”. See /v1/feeds.",
            )
        attempt.feed = name
        if not identity.may_send(name) or identity.role.value not in feed.senders:
            raise Problem(
                403,
                f"Ce jeton ({identity.role.value}) ne dépose pas dans le flux {name}.",
                f"This token ({identity.role.value}) does not send to the feed {name}.",
            )
        return feed


def reporter_of(identity: Identity, territory: str | None, feed: Feed, catalogue: Catalogue) -> str:
    """For whom the file speaks: the territory asked for, else the token's only one; raises Problem 400 or 403."""
    if territory is None or not territory.strip():
        if len(identity.territories) == 1 and identity.territories[0] in catalogue.territories:
            return identity.territories[0]
        raise Problem(
            400,
            "Ce jeton couvre plusieurs territoires : donnez le paramètre territory.",
            "This token covers several territories: give the parameter territory.",
        )
    try:
        place = Gazetteer(catalogue.territories, feed).find(territory, None)
    except UnreadableError:
        place = None
    if place is None or not place.code:
        raise Problem(
            400,
            f"Territoire inconnu : « {territory[:60]} ». Écrivez un code comme DEPT-31 ou REG-76.",
            f"Unknown territory: “{territory[:60]}”. Write a code such as DEPT-31 or REG-76.",
        )
    if not identity.may_write(place.code, catalogue.territories):
        raise Problem(
            403,
            f"{place.code} n'est pas dans le périmètre de ce jeton.",
            f"{place.code} is not within this token's territories.",
        )
    return place.code


def period_of(period: str | None, feed: Feed) -> str | None:
    """The canonical period of the parameter; raises Problem 400."""
    if period is None or not period.strip():
        return None
    try:
        refuse_long(period)
        return read_period(period, feed.period_kinds).code
    except UnreadableError as refused:
        params = {**refused.params, "raw": period[:60]}
        french, english = (sentence(refused.code, params, english=e) for e in (False, True))
        raise Problem(400, french, english, code=refused.code) from refused


def may_see(identity: Identity, reporter: str, catalogue: Catalogue) -> bool:
    """Say whether a receipt is this token's business: it covers the reporter, or operates the platform."""
    if identity.role is Role.operator:
        return True
    return identity.role is not Role.public and identity.may_write(reporter, catalogue.territories)
