"""The touched figures computed again, in the caller's transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.aggregator import store
from services.aggregator.named import Named, named_by
from services.aggregator.suppressing import withhold
from shared.catalogue.cache import CatalogueCache
from shared.computation.figure import Book, Key
from shared.computation.rollup import roll_up
from shared.computation.scope import Scope, moved_by, reads, scope_of
from shared.contracts.rollup import Rollup, RollupUpdated
from shared.domain.catalogue import Catalogue
from shared.runtime.database import Connection


@dataclass(frozen=True)
class Recomputed:
    """Every rollup of the moved pairs."""

    rollups: dict[Key, list[Rollup]]

    def updates(self, named: Named, receipts: dict[Key, set[str]]) -> list[RollupUpdated]:
        """One message per pair that has rollups of its named territories, with the receipts behind them."""
        found = [
            RollupUpdated(
                indicator=indicator,
                period=period,
                rollups=[r for r in self.rollups[indicator, period] if r.territory in territories],
                receipts=sorted(receipts.get((indicator, period), ())),
            )
            for (indicator, period), territories in sorted(named.items())
        ]
        return [update for update in found if update.rollups]


def moved(catalogue: Catalogue, keys: Iterable[Key]) -> dict[Key, set[Key]]:
    """The pairs whose rollups these move, each with those that move it; unknown indicators move nothing."""
    causes: dict[Key, set[Key]] = {}
    for key in keys:
        if key[0] in catalogue.indicators:
            for other in moved_by(catalogue, key):
                causes.setdefault(other, set()).add(key)
    return causes


def spread(named: dict[Key, set[str]], causes: dict[Key, set[Key]]) -> dict[Key, set[str]]:
    """What is named of some pairs, for every pair that they move."""
    return {key: set().union(*(named[cause] for cause in found)) for key, found in causes.items()}


async def whole(connection: Connection, catalogue: Catalogue, code: str) -> Named:
    """Every pair of one indicator that has a rollup by the present definition, with the territories it is about."""
    stated = named_by(catalogue, await store.reporters_of(connection, code))
    return {key: names for key, names in spread(stated, moved(catalogue, stated)).items() if key[0] == code}


async def hold(connection: Connection, cache: CatalogueCache, keys: Collection[Key]) -> Catalogue:
    """Hold the rollups of every indicator that these pairs move, and return the catalogue to compute them with.

    The catalogue is read again once they are held: one that came meanwhile may move others as well.
    """
    held: set[str] = set()
    while True:
        catalogue = await cache.current()
        wanted = {indicator for indicator, _ in moved(catalogue, keys)} - held
        if not wanted:
            return catalogue
        await store.lock_rollups(connection, wanted)
        held |= wanted


async def recompute(connection: Connection, catalogue: Catalogue, named: Named, at: datetime) -> Recomputed:
    """Compute and store the rollups of the named pairs from the current versions.

    The caller has spread the names over the pairs that they move and holds their indicators (`hold`): whoever comes
    next, with a newer catalogue or newer versions, waits and reads what this transaction committed.
    """
    scopes = {key: scope_of(catalogue, key) for key in named}
    book = await store.current_figures(connection, wanted(scopes.values()))
    computed = compute(scopes, book)
    for key in sorted(computed):
        await store.save_rollups(connection, key, computed[key], at)
    await withhold(connection, catalogue, named)
    return Recomputed(computed)


def wanted(scopes: Iterable[Scope]) -> set[Key]:
    """Every pair whose figures these scopes read."""
    return {key for scope in scopes for key in reads(scope)}


def compute(scopes: dict[Key, Scope], book: Book) -> dict[Key, list[Rollup]]:
    """The rollups of each scope."""
    return {key: roll_up(scope, book) for key, scope in scopes.items()}
