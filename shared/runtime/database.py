"""PostgreSQL: the pool, and named queries kept in queries.sql beside the store that runs them."""

import json
import re
from pathlib import Path

import asyncpg

from shared.runtime.settings import settings

# A connection on its own, or lent by the pool.
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

_NAME = re.compile(r"^-- name: (?P<name>[a-z_]+)\s*$", re.MULTILINE)


class Queries:
    """Queries of one file, as attributes: `-- name: save_receipt` becomes `queries.save_receipt`."""

    def __init__(self, path: Path) -> None:
        parts = _NAME.split(path.read_text(encoding="utf-8"))
        self._texts = {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
        self._path = path

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            msg = f"{self._path} has no query named {name}"
            raise AttributeError(msg) from None

    def names(self) -> list[str]:
        """Every query of the file."""
        return list(self._texts)


def queries_beside(module_file: str) -> Queries:
    """The queries.sql in the folder of a module: `queries_beside(__file__)`."""
    return Queries(Path(module_file).with_name("queries.sql"))


async def _prepare(connection: Connection) -> None:
    """JSON columns read and write Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind,
            schema="pg_catalog",
            encoder=lambda v: json.dumps(v, ensure_ascii=False, default=str),
            decoder=json.loads,
        )


def make_pool(application: str, *, min_size: int = 1, max_size: int = 4) -> asyncpg.Pool:
    """A pool to be entered with `async with`; connections name their service in pg_stat_activity."""
    return asyncpg.create_pool(
        settings().database_url.get_secret_value(),
        min_size=min_size,
        max_size=max_size,
        init=_prepare,
        command_timeout=30,
        server_settings={"application_name": application, "timezone": "UTC"},
    )


async def connect(application: str = "vigie-cli") -> asyncpg.Connection:
    """One connection, for commands."""
    connection = await asyncpg.connect(
        settings().database_url.get_secret_value(),
        server_settings={"application_name": application, "timezone": "UTC"},
    )
    await _prepare(connection)
    return connection
