"""Bearer tokens: who may send what about whom. Only a hash is kept."""

import hashlib
import secrets
from enum import StrEnum

import asyncpg
from pydantic import BaseModel, ConfigDict

from shared.domain.territory import TerritoryTree
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, queries_beside

QUERIES = queries_beside(__file__)


class Role(StrEnum):
    """What a token's holder is."""

    department = "department"
    commissioner = "commissioner"
    analyst = "analyst"
    public = "public"
    operator = "operator"


# Roles that read exact figures within their territories; to everybody else small cells are withheld.
ENTITLED = frozenset({Role.commissioner, Role.analyst, Role.operator, Role.department})


class Identity(BaseModel):
    """Whom a token stands for. Empty `feeds` means every feed."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    role: Role
    territories: list[str]
    feeds: list[str]

    def may_send(self, feed: str) -> bool:
        """Say whether this token may deposit into a feed."""
        return self.role in {Role.department, Role.commissioner, Role.operator} and (
            not self.feeds or feed in self.feeds
        )

    def entitled_to(self) -> frozenset[str]:
        """Territories whose figures, and those of all under them, this token reads exactly."""
        return frozenset(self.territories) if self.role in ENTITLED else frozenset()

    def may_write(self, territory: str, tree: TerritoryTree) -> bool:
        """Say whether figures about this territory are within the token's territories."""
        return any(tree.covers(scope, territory) for scope in self.territories)


def hash_token(secret: str) -> str:
    """The form in which a token is stored. Tokens are 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create_token(
    connection: Connection,
    clock: Clock,
    *,
    label: str,
    role: Role,
    territories: list[str],
    feeds: list[str],
) -> tuple[str, str]:
    """Store a new token; returns its id and the secret, which is shown once and kept nowhere."""
    secret = f"vigie_{secrets.token_urlsafe(32)}"
    token_id = f"tok-{secrets.token_hex(4)}"
    await connection.execute(
        QUERIES.create_token, token_id, hash_token(secret), label, role.value, territories, feeds, clock.now()
    )
    return token_id, secret


async def identify(pool: asyncpg.Pool, authorization: str | None) -> Identity | None:
    """The identity behind an Authorization header; None when it is missing, unknown or revoked."""
    scheme, _, secret = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    row = await pool.fetchrow(QUERIES.identify, hash_token(secret.strip()))
    return Identity(**dict(row)) if row else None
