"""The reference data of one moment, as every service sees it."""

from dataclasses import dataclass, field

from shared.domain.check import Check
from shared.domain.collection import Collection, Feed
from shared.domain.indicator import Indicator
from shared.domain.rule import Recipient, Rule
from shared.domain.target import Target
from shared.domain.territory import TerritoryTree


@dataclass(frozen=True)
class Catalogue:
    """Territories, indicators, collections, targets, rules, recipients and checks; `digest` names their state."""

    digest: str
    territories: TerritoryTree
    indicators: dict[str, Indicator]
    feeds: list[Feed] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

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
