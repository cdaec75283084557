"""PURE. Who is told about an alert."""

from services.alerting.alert import Subject
from shared.domain.catalogue import Catalogue
from shared.domain.rule import Recipient


def recipients_for(subject: Subject, catalogue: Catalogue) -> list[Recipient]:
    """Recipients whose territories cover the alert's and who take its rule, each address once."""
    by_address: dict[str, Recipient] = {}
    for recipient in catalogue.recipients:
        if recipient.rules and subject.rule not in recipient.rules:
            continue
        if any(catalogue.territories.covers(scope, subject.territory) for scope in recipient.territories):
            by_address.setdefault(recipient.email, recipient)
    return list(by_address.values())
