"""SQL that the services run: named, used, on one clock, and within the schemas that they own."""

import ast
import re
from pathlib import Path

import pytest

from shared.runtime.database import Queries
from tests.consistency.repository import ROOT, files, lines_with, text

MIGRATIONS = [path for path in files() if path.parts[:2] == ("shared", "migrations")]
QUERY_FILES = [
    path
    for path in files()
    if path.suffix == ".sql" and path.parts[0] in ("services", "shared") and path not in MIGRATIONS
]
EACH = pytest.mark.parametrize("path", QUERY_FILES, ids=str)
CLOCKS = r"(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(" + (
    r"|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
)
NAMES = ("QUERIES", "queries")  # what a store calls its Queries
SCHEMAS = ("catalogue", "platform", "ingestion", "aggregator", "alerting", "entitled", "published")
OWNED = {
    "shared/catalogue": {"catalogue"},
    "shared/runtime": {"platform"},
    **{f"services/{name}": {name, "entitled"} for name in ("ingestion", "aggregator", "alerting", "dashboard")},
}


def bodies(path: Path) -> dict[str, str]:
    """Queries of a file by name, without their comments."""
    queries = Queries(ROOT / path)
    return {name: re.sub(r"--[^\n]*", "", getattr(queries, name)) for name in queries.names()}


def asked(path: Path) -> set[str]:
    """Names that Python asks of a file: the module named like it or, for queries.sql, those without one of theirs."""
    if path.name == "queries.sql":
        beside = [p for p in files() if p.parent == path.parent and p.suffix == ".py"]
        modules = [p for p in beside if p.with_suffix(".sql") not in files()]
    else:
        modules = [path.with_suffix(".py")]
    return {
        node.attr
        for module in modules
        for node in ast.walk(ast.parse(text(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in NAMES
    }


@EACH
def test_every_named_query_is_run_and_every_query_run_is_named(path: Path) -> None:
    """The file and the modules beside it name the same queries."""
    assert asked(path) == set(bodies(path))


@EACH
def test_no_query_name_is_given_twice(path: Path) -> None:
    """The second would silently take the place of the first."""
    names = Queries(ROOT / path).names()
    assert len(re.findall(r"^-- name: ", text(path), flags=re.MULTILINE)) == len(names)


@pytest.mark.parametrize("path", QUERY_FILES + MIGRATIONS, ids=str)
def test_sql_reads_no_clock(path: Path) -> None:
    """Instants are parameters, from shared.runtime.clock: the demo's campaign of 2021 must stay in 2021."""
    assert lines_with(CLOCKS, [path]) == []


def test_sql_stands_in_sql_files() -> None:
    """Python runs named queries. A probe's SELECT 1 is not a query."""
    statement = r"[\"'](?i:select\s(?!1\b)|insert\s+into|update\s+\w+\.|delete\s+from)"
    assert lines_with(statement, [p for p in files() if p.parts[0] == "services" and p.suffix == ".py"]) == []


@EACH
def test_a_star_stands_for_a_contract_only(path: Path) -> None:
    """`*` over shared views, whose columns are a contract, or over rows of the query itself; never over a table."""
    for name, body in bodies(path).items():
        # `SELECT *`, `DISTINCT ON (...) *` or `t.*`: not a product, and not count(*).
        for star in re.finditer(r"(?i)(?:select|\)|,)\s+\*|\b(\w+)\.\*", body):
            source = r"\w+\.\w+" if star[1] is None else rf"(\w+\.\w+)\s+(?:as\s+)?{star[1]}\b"
            relations = re.findall(rf"(?i)\b(?:from|join)\s+{source}", body[star.start() :])
            tables = [r for r in relations if "entitled." not in r]
            assert not tables, f"{path}: {name} takes every column of {tables}"


@EACH
def test_a_service_touches_its_own_schema_and_entitled_views(path: Path) -> None:
    """What another service stores is read through schema entitled, and written by nobody else."""
    (own,) = [schemas for folder, schemas in OWNED.items() if path.is_relative_to(folder)]
    for name, body in bodies(path).items():
        named = set(re.findall(rf"\b({'|'.join(SCHEMAS)})\.[a-z_]+", body)) - own
        assert not named, f"{path}: {name} reaches into {named}"
        assert not re.search(r"(?i)(insert\s+into|update|delete\s+from)\s+entitled\.", body), f"{path}: {name}"


@EACH
def test_every_relation_named_is_made_by_a_migration(path: Path) -> None:
    """No query waits for a table or view that was renamed or never made."""
    made = set(
        re.findall(
            r"(?i)create\s+(?:or replace\s+)?(?:table|view|materialized view|sequence|function)\s+(\w+\.\w+)",
            "\n".join(text(migration) for migration in MIGRATIONS),
        )
    )
    for name, body in bodies(path).items():
        named = {
            relation
            for relation in re.findall(r"(?i)\b(?:from|join|into|update)\s+([a-z_]+\.[a-z_]+)", body)
            if relation.split(".")[0] in SCHEMAS
        }
        assert named <= made, f"{path}: {name} names {sorted(named - made)}"


def test_the_page_of_contracts_lists_the_views() -> None:
    """docs/contracts.md names exactly the views of schema published."""
    made = set(re.findall(r"(?i)create\s+(?:or replace\s+)?view\s+published\.(\w+)", "\n".join(map(text, MIGRATIONS))))
    section = text(Path("docs/contracts.md")).partition("## Views")[2].partition("\n## ")[0]
    listed = {word for each in re.findall(r"`([a-z_ \n]+)`", section) for word in each.split()}
    assert made <= listed, f"not on the page: {sorted(made - listed)}"
    assert listed - made <= {"published", "vigie_reader", "entitled", "vigie_analyst"}, (
        f"not in the database: {sorted(listed - made)}"
    )


def test_migrations_are_numbered_without_a_gap_and_can_be_undone() -> None:
    """0001, 0002, …: one order on every machine; each has its way back."""
    numbers = [int(path.name.split("_")[0]) for path in MIGRATIONS if path.suffix == ".sql"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all("-- migrate:up" in text(p) and "-- migrate:down" in text(p) for p in MIGRATIONS if p.suffix == ".sql")
