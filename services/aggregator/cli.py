"""`vigie rebuild`: every rollup again from the kept versions, and whether the stored ones are equal."""

import argparse
import asyncio

SHOWN = 20


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; exit codes: 0 equal (or written), 1 different, 2 the database is away."""
    parser = subparsers.add_parser("rebuild", help="compute every rollup again and compare it with the stored one")
    parser.add_argument("--write", action="store_true", help="store what differs as it was computed")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare all; every column counts but the time of writing."""
    return asyncio.run(_rebuild(write=options.write))


async def _rebuild(*, write: bool) -> int:
    from services.aggregator.rebuild import rebuild
    from shared.catalogue.cache import CatalogueCache
    from shared.runtime.clock import make_clock
    from shared.runtime.database import make_pool

    figures = indicators = 0
    differences = []
    async with make_pool("vigie-rebuild") as pool:
        async for one in rebuild(pool, CatalogueCache(pool), make_clock().now(), write=write):
            indicators += 1
            figures += one.figures
            differences += one.differences
    for each in differences[:SHOWN]:
        (indicator, period), state = each.key, "not stored" if each.stored is None else "stored"
        print(f"{indicator} {period} {each.territory}: {state}, differs in {', '.join(each.fields)}")
    if len(differences) > SHOWN:
        print(f"and {len(differences) - SHOWN} more")
    verdict = f"{len(differences)} differ" if differences else "all equal to the stored ones"
    written = ", now written" if write and differences else ""
    print(f"{figures} figures of {indicators} indicators computed again: {verdict}{written}")
    return 1 if differences and not write else 0
