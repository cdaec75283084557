"""What the platform says in the end, asked of it over HTTP and of the mailbox, as one document."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx

from deploy.demo.implied import ASE_PARTS, RSA_PARTS
from deploy.demo.timeline import LOOKED_BACK_AT
from deploy.stack.stack import Stack

Item = dict[str, Any]
REGION, YEAR = "REG-76", "2020"

FIGURES: dict[str, tuple[str, str, str]] = {
    "calpae_amounts_2021": ("ax0.bud.contracted_state_share", REGION, "2021"),
    "camps_2021": ("ax6.bidonvilles.sites", REGION, "2021-12-31"),
    "ase_reaching_majority_2020": ("ax2.ase_exit.reaching_majority", REGION, YEAR),
    "ase_in_framework_2020": ("ax2.ase_exit.in_framework", REGION, YEAR),
    "ase_chose_worker_2020": ("ax2.ase_exit.chose_worker", REGION, YEAR),
    "ase_stable_housing_2020": ("ax2.ase_exit.stable_housing", REGION, YEAR),
    "ase_resources_2020": ("ax2.ase_exit.financial_resources", REGION, YEAR),
    "ase_studying_or_working_2020": ("ax2.ase_exit.studying_or_working", REGION, YEAR),
    "rsa_new_beneficiaries_2020": ("ax5.brsa.new_beneficiaries", REGION, YEAR),
    "rsa_oriented_2020": ("ax5.brsa.oriented_1_month", REGION, YEAR),
    "rsa_first_meeting_2020": ("ax5.brsa.first_meeting_set", REGION, YEAR),
    "rsa_first_meeting_2_weeks_2020": ("ax5.brsa.first_meeting_2_weeks", REGION, YEAR),
    "rsa_cer_2020": ("ax5.brsa.cer_signed", REGION, YEAR),
    "rsa_cer_2_months_2020": ("ax5.brsa.cer_2_months", REGION, YEAR),
    "garantie_jeunes_31_2021": ("ax2.garantie_jeunes.entries", "DEPT-31", "2021"),
}
CAMPAIGN_INDICATORS = {*ASE_PARTS, *RSA_PARTS}
FIGURE_FIELDS = (
    "value", "numerator", "denominator", "reported", "expected", "absent", "basis", "version", "status", "simulated",
)  # fmt: skip
CHECK_FIELDS = ("code", "label", "territory", "period", "expected", "computed", "difference", "detail", "simulated")
REPORT_FIELDS = ("collection", "territory", "feed", "period", "state", "due_at", "received_at")


class Platform:
    """The public addresses of a running stack."""

    def __init__(self, stack: Stack) -> None:
        self._urls = stack.urls
        self._client = httpx.Client(timeout=30)  # one for all: each client reads every root certificate again

    def items(self, service: str, path: str, **filters: str | list[str]) -> list[Item]:
        """A list of the read API or of alerting; raises httpx.HTTPStatusError on anything but an answer."""
        answer = self._client.get(f"{self._urls[service]}{path}", params=filters).raise_for_status()
        return list(answer.json()["items"])

    def rollup(self, indicator: str, territory: str, period: str) -> Item | None:
        """One figure, or None where the platform has none."""
        asked = {"indicator": indicator, "territory": territory, "period": period}
        return next(iter(self.items("dashboard", "/v1/rollups", **asked)), None)

    def figures(self) -> dict[str, Item]:
        """The figures of the demonstration that exist by now."""
        found = {key: self.rollup(*cell) for key, cell in FIGURES.items()}
        return {
            key: {name: r[name] for name in FIGURE_FIELDS} | {"target": self._target(r)}
            for key, r in found.items()
            if r is not None
        }

    def figures_at(self, day: date) -> dict[str, Item]:
        """The same figures as they were known at the end of a day."""
        indicators = [indicator for indicator, _, _ in FIGURES.values()]
        found = self.items("dashboard", "/v1/rollups", indicator=indicators, as_of=day.isoformat())
        known = {(r["indicator"], r["territory"], r["period"]): r for r in found}
        return {
            key: {name: known[cell][name] for name in FIGURE_FIELDS} for key, cell in FIGURES.items() if cell in known
        }

    def made_again(self, today: date) -> Item:
        """Every figure computed again as of now, against those that are stored: how many, and how many differ."""
        stored, again = (self.items("dashboard", "/v1/rollups", **f) for f in ({}, {"as_of": today.isoformat()}))
        return {
            "figures": len(stored),
            "differing": sum(r not in again for r in stored) + abs(len(stored) - len(again)),
        }

    def _target(self, rollup: Item) -> Item | None:
        """The target of a figure's own period; `met` compares them as the target says."""
        asked = {"indicator": rollup["indicator"], "territory": rollup["territory"], "period": rollup["period"]}
        found = self.items("dashboard", "/v1/targets", **asked)
        if not found:
            return None
        target, value = found[-1], rollup["value"]
        met = value >= target["value"] if target["comparator"] == ">=" else value <= target["value"]
        return {"value": target["value"], "commitment": target["commitment"], "met": met}

    def failing_checks(self) -> list[Item]:
        """Coherence checks that fail now."""
        found = self.items("dashboard", "/v1/checks")
        return [{name: c[name] for name in CHECK_FIELDS} for c in found if c["state"] == "fails"]

    def alerts(self) -> list[Item]:
        """Every alert, open or closed."""
        return self.items("alerting", "/v1/alerts", limit="5000")

    def reports(self) -> list[Item]:
        """Every expected report and where it stands."""
        found = self.items("dashboard", "/v1/reports")
        return [{name: r[name] for name in REPORT_FIELDS} for r in found]

    def mails(self) -> list[Item]:
        """Every mail that arrived, the first one first."""
        messages = self._client.get(f"{self._urls['mailbox']}/messages").raise_for_status().json()
        return [_mail(message) for message in sorted(messages, key=lambda m: m["id"])]


def document(platform: Platform, seconds: float) -> dict[str, Any]:
    """The last line of `make smoke`."""
    mails = platform.mails()
    alerts: dict[str, list[Item]] = defaultdict(list)
    for alert in sorted(platform.alerts(), key=lambda a: (a["territory"], a["indicator"] or "", a["episode"])):
        alerts[alert["rule"]].append(_alert(alert, mails))
    return {
        "figures": platform.figures(),
        "known_at": {day.isoformat(): platform.figures_at(day) for day in LOOKED_BACK_AT},
        "as_of_now": platform.made_again(LOOKED_BACK_AT[-1]),
        "checks": platform.failing_checks(),
        "alerts": dict(alerts),
        "reports": platform.reports(),
        "mails": mails,
        "seconds": round(seconds, 1),
    }


def _mail(message: Mapping[str, Any]) -> Item:
    headers = {name.lower(): value for name, value in message["headers"].items()}
    return {
        "id": message["id"],
        "to": message["to"],
        "subject": message["subject"],
        "alert_ids": [headers[name] for name in ("x-vigie-alert",) if name in headers],
        "kind": headers.get("x-vigie-kind"),
        "simulated": headers.get("x-vigie-simulated") == "true",
        "message_id": message["message_id"],
    }


def _alert(alert: Item, mails: list[Item]) -> Item:
    """One alert with the mails about it; `mail_id` is the mail that opened it."""
    own = [mail for mail in mails if alert["id"] in mail["alert_ids"]]
    inputs = alert["inputs"]
    return {
        "id": alert["id"],
        "territory": alert["territory"],
        "indicator": alert["indicator"],
        "collection": alert["collection"],
        "period": alert["period"],
        "state": alert["state"],
        "value": inputs.get("value"),
        "target": inputs.get("target"),
        "gap": inputs.get("gap"),
        "rule_version": alert["rule_version"],
        "simulated": alert["simulated"],
        "mail_id": next((mail["id"] for mail in own if mail["kind"] == "opened"), None),
        "mails": [{"id": mail["id"], "kind": mail["kind"]} for mail in own],
    }
