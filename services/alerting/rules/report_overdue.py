"""A territory owes a report whose due instant has passed."""

from collections.abc import Sequence

from services.alerting.alert import Inputs
from services.alerting.duty import Duty
from services.alerting.rules.verdict import Breach, Clear, Verdict
from shared.domain.collection import ReportState


def evaluate(duties: Sequence[Duty], *, simulated: bool = False) -> Verdict:
    """Judge what one territory owes to one collection: one alert, whatever the number of feeds.

    Clear says how it was cleared: a report in time means that the alert should never have been, a late one ends it.
    """
    missing = sorted(d.feed for d in duties if d.state is ReportState.overdue)
    inputs: Inputs = {
        "feeds": sorted(d.feed for d in duties),
        "missing_feeds": missing,
        "due_at": min((d.due_at.isoformat() for d in duties), default=None),
        "received_at": max((d.received_at.isoformat() for d in duties if d.received_at is not None), default=None),
        "simulated": simulated,
    }
    if missing:
        return Breach("report_not_received", inputs)
    asked = [d for d in duties if d.state is not ReportState.waived]
    if not duties:
        return Clear("not_expected", inputs)
    if not asked:
        return Clear("waived", inputs)
    if any(d.state is ReportState.expected for d in asked):
        return Clear("not_due", inputs)
    if all(d.state is ReportState.received or (d.received_at is not None and d.received_at <= d.due_at) for d in asked):
        return Clear("received_in_time", inputs)
    return Clear("report_received", inputs)
