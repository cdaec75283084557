"""When the catalogue changes, the ledger follows it and everything watched is judged again."""

from services.alerting.alert import Alert
from services.alerting.duty import duties_of
from services.alerting.sitting import REAL_TIME, Sitting
from services.alerting.store import alerts, figures, ledger
from shared.domain.catalogue import Catalogue


async def follow_catalogue(s: Sitting) -> bool:
    """Bring ledger and open alerts in line with the catalogue; False when they already are.

    Only the catalogue in force is followed: a replica that waited with an older one must not bring it back.
    """
    if not await s.in_force():
        return False
    if await figures.followed_digest(s.connection) == s.catalogue.digest:
        return False
    duties = duties_of(s.catalogue)
    await ledger.replace_duties(s.connection, duties)
    asked = {(d.collection, d.territory, d.period) for d in duties}
    for alert in await alerts.open_alerts(s.connection):
        reason = no_longer_asked(alert, s.catalogue, asked)
        if reason is not None:
            await s.void(alert, reason)
    await figures.judge_again(s.connection, s.catalogue.digest, s.now, REAL_TIME.now())
    return True


def no_longer_asked(alert: Alert, catalogue: Catalogue, asked: set[tuple[str, str, str]]) -> str | None:
    """Why an open alert has no subject left in the catalogue, if so. Thresholds and targets are for the rules."""
    subject = alert.subject
    if not any(r.enabled and (r.code, r.kind) == (subject.rule, subject.kind) for r in catalogue.rules):
        return "rule_removed"
    if subject.indicator is not None:
        return None if subject.indicator in catalogue.indicators else "no_agreed_target"
    about = (subject.collection, subject.period)
    members = {territory for collection, territory, period in asked if (collection, period) == about}
    if any(catalogue.territories.covers(subject.territory, territory) for territory in members):
        return None
    return "not_expected"
