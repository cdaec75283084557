"""What a relay says is kept without the addresses it names."""

import aiosmtplib
import pytest

from services.alerting.notifiers.email import EmailNotifier
from services.alerting.notifiers.notifier import NotSentError, Outgoing
from shared.runtime.settings import Settings
from tests.support.alerting import NOW

TO = "jean.dupont@ddets-31.example"
MESSAGE = Outgoing(
    id="n", alert_id="a", alert_key="k", kind="opened", recipient="commissioner", channel="email", address=TO,
    subject="s", body_text="t", body_html=None, message_id="<m@vigie.example>", thread_id=None, simulated=False,
    created_at=NOW, enqueued_at=NOW, attempts=1, uncertain=False,
)  # fmt: skip
REFUSED = aiosmtplib.SMTPRecipientRefused(550, f"5.1.1 <{TO}>: no such user, ask postmaster@relay.example", TO)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (aiosmtplib.SMTPRecipientsRefused([REFUSED]), "550 5.1.1 <(address)>: no such user, ask (address)"),
        (aiosmtplib.SMTPDataError(554, f"spam for {TO.upper()}"), "554 spam for (address)"),
        (aiosmtplib.SMTPSenderRefused(553, "vigie@vigie.example not ours", "vigie@vigie.example"), "553 (address) not"),
        (aiosmtplib.SMTPServerDisconnected(f"lost while RCPT TO:<{TO}>"), "RCPT TO:<(address)>"),
    ],
)
async def test_an_error_of_the_relay_names_nobody(monkeypatch: pytest.MonkeyPatch, error: Exception, kept: str) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(aiosmtplib, "send", refuse)
    with pytest.raises(NotSentError) as refusal:
        await EmailNotifier(Settings()).send(MESSAGE)
    assert kept in str(refusal.value)
    assert "@" not in str(refusal.value)
