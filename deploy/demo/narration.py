"""The campaign told on a terminal, in French: short, and the same when it is read from a file."""

import sys
import textwrap
from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from deploy.demo.harvest import Item
from deploy.demo.sending import Sent
from deploy.demo.timeline import Moment, name_of

WIDTH = 100
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
TOLD = (
    ("calpae_amounts_2021", "Montants contractualisés 2021", "€"),
    ("camps_2021", "Bidonvilles fin 2021", "sites"),
    ("ase_in_framework_2020", "ASE : pris en charge dans le référentiel", "%"),
    ("ase_stable_housing_2020", "ASE : logement stable", "%"),
    ("rsa_oriented_2020", "RSA : orientés en un mois", "%"),
    ("rsa_cer_2020", "RSA : contrats (CER) signés", "%"),
    ("garantie_jeunes_31_2021", "Garantie jeunes, Haute-Garonne", "entrées"),
)
RULES = {
    "target_missed": "cible non atteinte",
    "off_trajectory": "en retard sur la trajectoire",
    "report_overdue": "remontée en retard",
    "coverage_low": "complétude insuffisante",
}
_COLOURS = {"bold": "1", "faint": "2", "red": "31", "green": "32", "yellow": "33", "blue": "36"}


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def paint(text: str, colour: str) -> str:
    """The text in colour, where a person reads it."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if sys.stdout.isatty() else text


def tell_moment(moment: Moment) -> None:
    title = f"{_day(moment.at)}, {moment.at.hour} h · {moment.title}"
    say("", paint("━" * WIDTH, "faint"), paint(title, "bold"), f"  {moment.story}")


def tell_sent(sent: Sequence[Sent]) -> None:
    if not sent:
        return
    figures = sum(each.receipt["accepted"] for each in sent)
    repairs = sum(len(each.receipt["repairs"]) for each in sent)
    who = ", ".join(sorted({name_of(each.send.sender) for each in sent}))
    said = f", {_count(repairs, 'remarque')} aux rapports d'import" if repairs else ""
    summary = f"{_count(len(sent), 'fichier')}, {_count(figures, 'chiffre')}{said} : {who}"
    lines = textwrap.wrap(summary, WIDTH - 4, break_on_hyphens=False)
    say(f"  {paint('↑', 'blue')} {lines[0]}", *(f"    {line}" for line in lines[1:]))


def tell_mails(mails: Sequence[Item]) -> None:
    for mail in mails:
        colour = "green" if mail["kind"] in {"resolved", "withdrawn"} else "yellow"
        say(f"  {paint('✉', colour)} {mail['subject']}")


def tell_figures(figures: dict[str, Item]) -> None:
    """The region as it stands: each figure with what it is made of and who is missing."""
    say("", paint("Ce que dit Vigie", "bold"))
    for key, label, unit in TOLD:
        if key in figures:
            say(f"  {label:<42}{paint(quantity(figures[key]['value'], unit), 'bold'):>20}   {_made_of(figures[key])}")


def tell_alerts(alerts: dict[str, list[Item]]) -> None:
    say("", paint("Alertes ouvertes", "bold"))
    for rule, label in RULES.items():
        found = [a for a in alerts.get(rule, []) if a["state"] in {"firing", "acknowledged", "recovering", "pending"}]
        names = ", ".join(sorted({name_of(alert["territory"]) for alert in found}))
        say(f"  {label:<42}{len(found):>4}   {names}")


def tell_checks(checks: Sequence[Item]) -> None:
    say("", paint("Chiffres signalés douteux (gardés, jamais modifiés)", "bold"))
    for check in checks:
        implied = check["detail"].get("implied_denominator")
        hint = f", dénominateur implicite {number(implied)}" if implied else ""
        sides = f"attendu {number(check['expected'])}, calculé {number(check['computed'])}{hint}"
        say(f"  {name_of(check['territory']):<15}{check['label']}", f"  {'':<15}{paint(sides, 'faint')}")


def tell_end(shown: dict[str, Any]) -> None:
    """The summary: figures, alerts, doubts, mails."""
    say("", paint("━" * WIDTH, "faint"))
    tell_figures(shown["figures"])
    tell_alerts(shown["alerts"])
    tell_checks(shown["checks"])
    simulated = sum(mail["simulated"] for mail in shown["mails"])
    say(
        "",
        f"{_count(len(shown['mails']), 'courriel')}, dont {simulated} sur des données simulées et marqués comme tels.",
    )


def number(value: Any) -> str:
    """1 234,5 : a French number with at most one decimal."""
    if value is None:
        return "—"
    exact = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{exact:,.1f}".removesuffix(".0").replace(",", "\u202f").replace(".", ",")


def quantity(value: Any, unit: str) -> str:
    return f"{number(value)}\u00a0{unit}"


def _made_of(figure: Item) -> str:
    parts = []
    if figure["numerator"] is not None:
        parts.append(f"{number(figure['numerator'])} sur {number(figure['denominator'])}")
    if figure["expected"]:
        parts.append(f"{figure['reported']} réponses sur {figure['expected']}")
    if figure["absent"]:
        parts.append("manque " + ", ".join(name_of(code) for code in figure["absent"]))
    if target := figure.get("target"):
        parts.append(f"cible {number(target['value'])} {'atteinte' if target['met'] else 'non atteinte'}")
    if figure["simulated"]:
        parts.append("données simulées")
    return paint(" · ".join(parts), "faint")


def _count(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'s' if count > 1 else ''}"


def _day(instant: datetime) -> str:
    return f"{'1er' if instant.day == 1 else instant.day} {MONTHS[instant.month - 1]} {instant.year}"
