"""What people read: French numbers, both twins alike, nothing forged, simulated data said."""

from dataclasses import replace

import pytest

from services.alerting.alert import State
from services.alerting.compose import LONGEST_SUBJECT, compose, subject_line
from services.alerting.episode import moved
from services.alerting.lifecycle import acknowledge
from services.alerting.notifiers.email import as_mail
from services.alerting.notifiers.notifier import Outgoing
from services.alerting.outbox import Channel, notifications_for
from services.alerting.phrases import REASON
from services.alerting.transition import Commitment, Kind, Transition
from shared.domain.indicator import Indicator
from shared.domain.rule import RuleKind
from tests.support.alerting import CATALOGUE, COMMISSIONER, HOUSING, INDICATOR, NOW, figure, firing

INPUTS = {
    **figure("31.188", numerator=945, denominator=3030).inputs(),
    "target": "40",
    "comparator": ">=",
    "gap": "-8.812",
    "gap_persons": 267,
    "simulated": True,
}
OPENED = Transition(None, State.firing, "target_not_met", INPUTS, Kind.opened)


def mail_of(alert=None, transition=OPENED, catalogue=CATALOGUE):
    return compose(alert or firing(inputs=INPUTS, simulated=True), transition, catalogue, "https://vigie.example/")


def test_a_mail_says_what_how_much_why_and_what_to_do() -> None:
    mail = mail_of()
    alert = firing()
    assert mail.subject.startswith("[Données simulées] Alerte : cible non atteinte, Haute-Garonne, Jeunes")
    for part in (
        "Données simulées",
        "31,2\u202f% (945 sur 3\u202f030)",
        "au moins 40,0\u202f%",
        "8,8\u00a0points sous la cible, soit 267 personnes",
        "2020",
        REASON["target_not_met"],
    ):
        assert part in mail.text
    assert f"https://vigie.example/alertes/{alert.id}" in mail.text
    assert f'href="https://vigie.example/alertes/{alert.id}"' in mail.html
    assert '<html lang="fr">' in mail.html
    assert 'scope="row"' in mail.html


def test_real_figures_are_not_called_simulated() -> None:
    mail = mail_of(firing(inputs={**INPUTS, "simulated": False}))
    assert "simulé" not in mail.subject + mail.text + mail.html


def test_labels_cannot_forge_markup_or_headers() -> None:
    hostile = INDICATOR.model_copy(update={"label": "<script>alert(1)</script>\r\nBcc: x@y.z " + "é" * 400})
    catalogue = replace(CATALOGUE, indicators={HOUSING: Indicator.model_validate(hostile)})
    mail = mail_of(catalogue=catalogue)
    assert "<script>" not in mail.html
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert len(mail.subject) <= LONGEST_SUBJECT
    assert subject_line("a\nb") == "a b"


@pytest.mark.parametrize("kind", list(RuleKind))
@pytest.mark.parametrize("notice", list(Kind))
def test_every_rule_and_event_has_its_words(kind: RuleKind, notice: Kind) -> None:
    inputs = {
        RuleKind.report_overdue: {"missing_feeds": ["ase-exits"], "due_at": "2021-03-31T21:59:59+00:00"},
        RuleKind.coverage_low: {
            "coverage": "0.6154",
            "reported": 8,
            "expected_reports": 13,
            "absent": ["DEPT-32"],
            "indicators": [HOUSING],
            "threshold": "0.8",
            "due_at": "2021-03-31T21:59:59+00:00",
        },
        RuleKind.off_trajectory: {**INPUTS, "expected": "35.5", "target_due": "2022-12-31"},
    }.get(kind, INPUTS)
    alert = firing(kind, inputs, owner="DDETS 31", commitment_date=NOW.date())
    mail = mail_of(alert, Transition(State.firing, State.firing, "report_received", inputs, notice))
    assert alert.id in mail.text
    assert "inconnu" not in mail.text
    assert "None" not in mail.text


def test_a_transition_gives_one_mail_per_recipient_and_one_message_for_followers() -> None:
    alert = firing(inputs=INPUTS)
    rows = notifications_for(alert, OPENED, NOW, CATALOGUE, public_url="http://x", mail_from="v@vigie.example")
    assert [(r.channel, r.recipient) for r in rows] == [
        (Channel.kafka, "followers"),
        (Channel.email, COMMISSIONER.code),
    ]
    assert rows[1].message_id == f"<{rows[1].id}@vigie.example>"
    again = notifications_for(alert, OPENED, NOW, CATALOGUE, public_url="http://x", mail_from="v@vigie.example")
    assert again == rows
    silent = replace(OPENED, kind=None)
    (only,) = notifications_for(alert, silent, NOW, CATALOGUE, public_url="http://x", mail_from="v@vigie.example")
    assert only.channel is Channel.kafka


def test_recipients_are_those_whose_territories_and_rules_cover_the_alert() -> None:
    def told(**changes) -> int:
        catalogue = replace(CATALOGUE, recipients=[COMMISSIONER.model_copy(update=changes)])
        rows = notifications_for(firing(inputs=INPUTS), OPENED, NOW, catalogue, public_url="", mail_from="v@x.y")
        return len(rows) - 1

    assert told() == 1
    assert told(territories=["NAT-FR"]) == 1
    assert told(territories=["REG-11"]) == 0
    assert told(rules=["coverage_low"]) == 0
    assert told(rules=["target_missed"]) == 1


def test_headers_thread_an_episode_and_keep_the_message_id() -> None:
    message = Outgoing(
        "n2", "a1", "key", "withdrawn", "c", "email", "c@vigie.example", "Objet", "texte", "<p>texte</p>",
        "<n2@vigie.example>", "<n1@vigie.example>", True, NOW, NOW, 1, False,
    )  # fmt: skip
    mail = as_mail(message, "vigie@vigie.example")
    assert mail["Message-ID"] == "<n2@vigie.example>"
    assert mail["References"] == "<n1@vigie.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Vigie-Alert"] == "a1"
    assert mail["X-Vigie-Simulated"] == "true"
    first = as_mail(replace(message, thread_id="<n2@vigie.example>"), "vigie@vigie.example")
    assert first["References"] is None


def test_an_acknowledgement_names_its_owner_and_date() -> None:
    alert = firing(inputs=INPUTS)
    transition = acknowledge(alert, Commitment("DDETS 31", "plan", NOW.date()), NOW.date(), "commissaire")
    mail = mail_of(moved(alert, transition, NOW), transition)
    assert "Responsable : DDETS 31" in mail.text
    assert "Engagement au : 1er\u00a0avril 2021" in mail.text
