"""PURE. What people read: one mail per transition, as text and as accessible HTML, in French."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.alerting.alert import Alert
from services.alerting.transition import Transition
from services.alerting.wording import word
from shared.domain.catalogue import Catalogue

LONGEST_SUBJECT = 160
SIMULATED = "Données simulées"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    auto_reload=False,
)


@dataclass(frozen=True)
class Mail:
    """What is sent, whoever receives it."""

    subject: str
    text: str
    html: str


def compose(alert: Alert, transition: Transition, catalogue: Catalogue, public_url: str) -> Mail:
    """Write the mail of one transition; raises ValueError when the transition is not for people.

    `alert` is the episode after the transition.
    """
    if transition.kind is None:
        msg = f"the transition of alert {alert.id} to {transition.to_state.value} is not for people"
        raise ValueError(msg)
    wording = word(alert, transition, transition.kind, catalogue)
    context = {
        "wording": wording,
        "simulated": SIMULATED if alert.simulated else "",
        "link": f"{public_url.rstrip('/')}/alertes/{alert.id}",
        "rule": f"{alert.subject.rule}, version {alert.rule_version}",
    }
    return Mail(
        subject_line(f"[{SIMULATED}] {wording.headline}" if alert.simulated else wording.headline),
        _TEMPLATES.get_template("mail.txt").render(context),
        _TEMPLATES.get_template("mail.html").render(context),
    )


def subject_line(headline: str) -> str:
    """One line of bounded length: labels come from files that people edit, and a line break would forge a header."""
    line = " ".join("".join(c if c.isprintable() else " " for c in headline).split(" "))
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
