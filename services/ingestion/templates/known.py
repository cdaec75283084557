"""The figures of the period before, which a template shows beside the cells to fill in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import asyncpg

from services.ingestion.feeds.model import Feed
from shared.domain.observation import Basis, Cell
from shared.runtime.database import queries_beside

QUERIES = queries_beside(__file__)


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """The sides of one figure."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


class KnownFigures:
    """What is stored. The caller asks only for territories that its token covers."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, feed: Feed, territories: Sequence[str], period: str) -> dict[Cell, KnownFigure]:
        """The newest figures of this feed by cell."""
        indicators = feed.indicators() or None
        rows = await self._pool.fetch(QUERIES.known_figures, list(territories), period, feed.name, indicators)
        return {
            Cell(r["indicator"], r["territory"], r["period"], r["source"], Basis(r["basis"])): KnownFigure(
                r["value"], r["numerator"], r["denominator"]
            )
            for r in rows
        }
