"""deploy/catalogue, read and checked: a whole catalogue, or every fault of every file."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shared.catalogue.campaigns import check_collections, check_feeds
from shared.catalogue.checks import check_checks
from shared.catalogue.document import read_document
from shared.catalogue.fault import CatalogueError, Fault
from shared.catalogue.indicators import OPTIONAL, check_indicators
from shared.catalogue.record import Record
from shared.catalogue.reference import declared
from shared.catalogue.rules import check_recipients, check_rules
from shared.catalogue.table import read_table
from shared.catalogue.targets import check_targets, key_of
from shared.catalogue.territories import check_territories
from shared.domain.catalogue import Catalogue, by_version
from shared.domain.indicator import Indicator
from shared.domain.target import Target
from shared.domain.territory import Territory, TerritoryTree


def read_catalogue(folder: Path, extra_targets: Sequence[Path] = ()) -> Catalogue:
    """The catalogue of a folder, with the targets of further files (the demo's simulated ones) added to its own.

    Raises CatalogueError with every fault found, in the order of files and lines.
    """
    faults: list[Fault] = []
    territory_rows = read_table(folder / "territories.csv", Territory, faults)
    indicator_rows = read_table(folder / "indicators.csv", Indicator, faults, optional=OPTIONAL)
    target_rows = [read_table(path, Target, faults) for path in (folder / "targets.csv", *extra_targets)]
    campaign_sections = read_document(folder / "collections.yaml", ("feeds", "collections"), faults) or {}
    rule_entries = _section(folder / "rules.yaml", "rules", faults)
    recipient_entries = _section(folder / "recipients.yaml", "recipients", faults)
    check_entries = _section(folder / "checks.yaml", "checks", faults)

    territories = declared("territory", "territories.csv", territory_rows)
    indicators = declared("indicator", "indicators.csv", indicator_rows)
    feeds = declared("feed", "the feeds of collections.yaml", campaign_sections.get("feeds"))
    rules = declared("rule", "rules.yaml", rule_entries)

    catalogue = _catalogue(
        territories=check_territories(territory_rows or [], territories, faults),
        indicators=check_indicators(indicator_rows or [], indicators, faults),
        targets=check_targets([row for rows in target_rows for row in rows or []], indicators, territories, faults),
        feeds=check_feeds(campaign_sections.get("feeds", []), faults),
        collections=check_collections(campaign_sections.get("collections", []), feeds, indicators, territories, faults),
        rules=check_rules(rule_entries or [], faults),
        recipients=check_recipients(recipient_entries or [], territories, rules, faults),
        checks=check_checks(check_entries or [], indicators, territories, faults),
    )
    if faults:
        raise CatalogueError(sorted(faults, key=lambda f: (f.file, f.line, f.field)))
    return catalogue


def _section(path: Path, name: str, faults: list[Fault]) -> list[Record] | None:
    """The entries of a document with one section."""
    sections = read_document(path, (name,), faults)
    return None if sections is None else sections.get(name)


def _catalogue(*, territories: list[Territory], indicators: list[Indicator], **lists: list[Any]) -> Catalogue:
    """The catalogue in one order whatever the order of the files; only territories and indicators keep theirs."""
    in_order = {name: sorted(items, key=key_of if name == "targets" else _code) for name, items in lists.items()}
    content: dict[str, list[Any]] = {"territories": territories, "indicators": indicators, **in_order}
    newest, earlier = by_version(indicators)
    return Catalogue(_digest(content), TerritoryTree(territories), newest, earlier=earlier, **in_order)


def _code(item: Any) -> str:
    return str(item.code)


def _digest(content: dict[str, list[Any]]) -> str:
    """sha256 of what the files say: comments, quotes, blanks and the order of columns do not count."""
    plain = {name: [_json(item) for item in items] for name, items in content.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _json(item: BaseModel) -> dict[str, Any]:
    return item.model_dump(mode="json")
