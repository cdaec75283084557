"""`vigie catalogue check` and `vigie catalogue load`."""

import argparse
import asyncio
from pathlib import Path

import asyncpg

from shared.catalogue import store
from shared.catalogue.fault import CatalogueError
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue
from shared.runtime.clock import make_clock
from shared.runtime.database import connect
from shared.runtime.errors import CommandError
from shared.runtime.settings import settings


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands of `vigie catalogue`; exit codes: 0 done, 1 faults in the files, 2 no database."""
    catalogue = subparsers.add_parser("catalogue", help="reference data: check its files, load them")
    actions = catalogue.add_subparsers(title="actions", required=True, metavar="ACTION")
    for name, run, about in (
        ("check", check, "list every fault of the files"),
        ("load", load, "check the files, then replace the catalogue of the database with them"),
    ):
        parser = actions.add_parser(name, help=about)
        parser.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="default: VIGIE_CATALOGUE_DIR")
        parser.add_argument(
            "--targets", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help="further target files"
        )
        parser.set_defaults(run=run)


def check(options: argparse.Namespace) -> int:
    """Print each fault as file:line: field: message, or what the catalogue holds."""
    catalogue = _read(options)
    if catalogue is None:
        return 1
    print(f"catalogue: {_summary(catalogue)}: ok")
    return 0


def load(options: argparse.Namespace) -> int:
    """Check, then load; says whether anything changed."""
    catalogue = _read(options)
    if catalogue is None:
        return 1
    changed = asyncio.run(_load(catalogue))
    print(f"catalogue: {_summary(catalogue)}: {'loaded' if changed else 'unchanged'} ({catalogue.digest[:12]})")
    return 0


def _read(options: argparse.Namespace) -> Catalogue | None:
    """The catalogue of the files; None once its faults are printed."""
    try:
        return read_catalogue(options.folder or settings().catalogue_dir, options.targets)
    except CatalogueError as error:
        print("\n".join(str(fault) for fault in error.faults))
        return None


async def _load(catalogue: Catalogue) -> bool:
    try:
        connection = await connect("vigie-catalogue")
        try:
            return await store.load(connection, catalogue, make_clock())
        finally:
            await connection.close()
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError) as error:
        msg = f"the database has no catalogue yet ({error}); run `vigie migrate` first"
        raise CommandError(msg) from error
    except (OSError, asyncpg.PostgresError) as error:
        msg = f"cannot load into the database: {error}; is it up, and is VIGIE_DATABASE_URL right?"
        raise CommandError(msg) from error


def _summary(catalogue: Catalogue) -> str:
    """The size of each part, so that a missing half is seen."""
    parts = {
        "territories": catalogue.territories.all(),
        "indicators": catalogue.indicators,
        "collections": catalogue.collections,
        "targets": catalogue.targets,
        "rules": catalogue.rules,
        "recipients": catalogue.recipients,
        "checks": catalogue.checks,
    }
    return ", ".join(f"{len(items)} {name}" for name, items in parts.items())
