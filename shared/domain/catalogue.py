"""The reference data of one moment, as every service sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from shared.domain.check import Check
from shared.domain.collection import Collection, Feed
from shared.domain.indicator import Indicator
from shared.domain.period import Period
from shared.domain.rule import Recipient, Rule
from shared.domain.target import Target
from shared.domain.territory import TerritoryTree


@dataclass(frozen=True)
class Catalogue:
    """Territories, indicators, collections, targets, rules, recipients and checks; `digest` names their state.

    `indicators` holds the newest version of each definition, `earlier` those before it, newest first.
    """

    digest: str
    territories: TerritoryTree
    indicators: dict[str, Indicator]
    feeds: list[Feed] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    earlier: dict[str, list[Indicator]] = field(default_factory=dict)

    @cached_property
    def weighed(self) -> dict[str, list[str]]:
        """Indicators by the one that is their denominator, in any of their definitions: each figure asks for them."""
        found: dict[str, list[str]] = {}
        for definition in self.definitions():
            held = found.setdefault(definition.denominator_indicator or "", [])
            if definition.code not in held:
                held.append(definition.code)
        return found

    def definitions(self) -> list[Indicator]:
        """Every version of every indicator, those of one code together."""
        return [i for code, newest in self.indicators.items() for i in (*reversed(self.earlier.get(code, [])), newest)]

    def definition(self, code: str, period: str) -> Indicator:
        """The version of an indicator that a period keeps, whatever was defined later; KeyError for an unknown code.

        Where no version covers the first day of the period, the newest one does.
        """
        newest = self.indicators[code]
        if code not in self.earlier:
            return newest
        start = Period.parse(period).start
        return next((i for i in [newest, *self.earlier[code]] if i.in_force(start)), newest)

    def feed_label(self, code: str) -> str:
        """A feed as people call it; its code when the catalogue does not hold it."""
        return next((feed.label for feed in self.feeds if feed.code == code), code)

    def collection_for(self, indicator: str, period: str) -> Collection | None:
        """The collection that asks for this indicator in this period, if any."""
        for collection in self.collections:
            if collection.period == period and indicator in collection.indicators:
                return collection
        return None

    def collection_of_feed(self, feed: str, period: str) -> Collection | None:
        """The collection that a submission of this feed and period answers, if any."""
        for collection in self.collections:
            if collection.period == period and feed in collection.feeds:
                return collection
        return None

    def targets_for(self, indicator: str, territory: str) -> list[Target]:
        """Targets of one indicator in one territory, in the latest version of each due date."""
        latest: dict[tuple[object, object], Target] = {}
        for target in self.targets:
            if target.indicator == indicator and target.territory == territory:
                key = (target.period, target.due)
                if key not in latest or latest[key].version < target.version:
                    latest[key] = target
        return list(latest.values())


def by_version(indicators: Iterable[Indicator]) -> tuple[dict[str, Indicator], dict[str, list[Indicator]]]:
    """The newest version of each definition in the order given, and those before it, newest first."""
    versions: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        versions.setdefault(indicator.code, []).append(indicator)
    for found in versions.values():
        found.sort(key=lambda i: i.definition_version, reverse=True)
    newest = {code: found[0] for code, found in versions.items()}
    return newest, {code: found[1:] for code, found in versions.items() if len(found) > 1}
