"""The alerts that ought to be open, and the mails that ought to have left: the rules read a second time, plainly."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.implied import FORMS, Known

FIRE_OFF, CLEAR_OFF = Decimal("0.90"), Decimal("0.95")
FIRE_COVERAGE, CLEAR_COVERAGE = Decimal("0.80"), Decimal("0.85")
REGION = "REG-76"


@dataclass(frozen=True, order=True)
class Watch:
    """What an alert is about. `subject`: an indicator, or a collection."""

    rule: str
    territory: str
    subject: str
    period: str


@dataclass(frozen=True, order=True)
class Told:
    """One mail: what happened to an alert."""

    watch: Watch
    kind: str


@dataclass
class Foresight:
    """Follows the campaign moment by moment, as the rules would."""

    targets: Sequence[dict[str, str]]
    collections: Sequence[dict[str, Any]]
    open: set[Watch] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)

    def at(self, instant: datetime, known: Known) -> None:
        """Move to an instant with what is known then; remembers whom each change is told."""
        now = self._missed(known) | self._behind(known) | self._silent(instant.date(), known)
        self.told += [Told(watch, "opened") for watch in sorted(now - self.open)]
        self.told += [Told(watch, _closing(watch.rule)) for watch in sorted(self.open - now)]
        self.open = now

    def _missed(self, known: Known) -> set[Watch]:
        return {
            Watch("target_missed", territory, indicator, period)
            for (indicator, territory, period), figure in known.by_department().items()
            for target in self._agreed(indicator, territory)
            if target["period"] == period and not _reaches(figure.value, target, Decimal(target["value"]))
        }

    def _behind(self, known: Known) -> set[Watch]:
        found = set()
        for (indicator, territory, period), figure in known.by_department().items():
            for target in self._agreed(indicator, territory):
                if not period.isdecimal() or not target["baseline_date"] or not target["due"]:
                    continue
                start, due = date.fromisoformat(target["baseline_date"]), date.fromisoformat(target["due"])
                end = date(int(period), 12, 31)
                if not start < end < due:
                    continue
                watch = Watch("off_trajectory", territory, indicator, period)
                line = _on_the_line(target, Decimal((end - start).days) / Decimal((due - start).days))
                if figure.value / line < (CLEAR_OFF if watch in self.open else FIRE_OFF):
                    found.add(watch)
        return found

    def _silent(self, today: date, known: Known) -> set[Watch]:
        found = set()
        asked_here = {form.feed for form, _ in FORMS}
        for collection in self.collections:
            if not set(collection["feeds"]) <= asked_here or today <= collection["due_on"]:
                continue
            about = (collection["code"], str(collection["period"]))
            answers = {feed: set(known.answered(feed)) for feed in collection["feeds"]}
            found |= {
                Watch("report_overdue", member, *about)
                for member in collection["members"]
                if any(member not in senders for senders in answers.values())
            }
            coverage = Decimal(min(map(len, answers.values()))) / len(collection["members"])
            watch = Watch("coverage_low", REGION, *about)
            if coverage < (CLEAR_COVERAGE if watch in self.open else FIRE_COVERAGE):
                found.add(watch)
        return found

    def _agreed(self, indicator: str, territory: str) -> Iterable[dict[str, str]]:
        return (
            t
            for t in self.targets
            if (t["indicator"], t["territory"], t["commitment"]) == (indicator, territory, "agreed")
        )


def foresight(catalogue: Path, targets: Path) -> Foresight:
    """Read the targets and the campaigns that the catalogue and the demo declare."""
    declared: list[dict[str, str]] = []
    for path in (catalogue / "targets.csv", targets):
        with path.open(encoding="utf-8", newline="") as lines:
            declared += csv.DictReader(lines)
    campaigns = yaml.safe_load((catalogue / "collections.yaml").read_text(encoding="utf-8"))
    return Foresight(declared, campaigns["collections"])


def _reaches(value: Decimal, target: dict[str, str], wanted: Decimal) -> bool:
    return value >= wanted if target["comparator"] == ">=" else value <= wanted


def _on_the_line(target: dict[str, str], share: Decimal) -> Decimal:
    """The value that the straight line from baseline to target passes at this share of the way."""
    baseline = Decimal(target["baseline"])
    return baseline + (Decimal(target["value"]) - baseline) * share


def _closing(rule: str) -> str:
    """A late report ends its alert; a figure that was corrected never deserved its own."""
    return "withdrawn" if rule in {"target_missed", "off_trajectory"} else "resolved"
