"""Mail by SMTP: one message, one recipient, one Message-ID that stays the same at every attempt."""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib

from services.alerting.notifiers.notifier import NotSentError, Outgoing
from shared.runtime.settings import Settings

_SECONDS = 15
_ADDRESS = re.compile(r"""(?:"[^"@]*"|[^\s<>()\[\]"',:;@]+)@[^\s<>()"',:;@]+""")
_HIDDEN = "(address)"


class EmailNotifier:
    """Sends through the relay of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, message: Outgoing) -> None:
        """Send one mail; raises NotSentError.

        Only what the relay says about this message or its recipient is final. A refused login or sender is our
        configuration's fault: no mail may be lost to an expired password.
        """
        settings = self._settings
        try:
            await aiosmtplib.send(
                as_mail(message, settings.mail_from),
                sender=settings.mail_from,
                recipients=[message.address],
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username or None,
                password=settings.smtp_password.get_secret_value() or None,
                start_tls=settings.smtp_starttls,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = max((r.code for r in error.recipients), default=550)
            said = "; ".join(f"{r.code} {r.message}" for r in error.recipients) or str(code)
            detail = without_addresses(said, message.address)
            raise NotSentError("recipient_refused", detail, retryable=code < 500) from error
        except aiosmtplib.SMTPDataError as error:
            detail = without_addresses(f"{error.code} {error.message}", message.address)
            raise NotSentError("message_refused", detail, retryable=error.code < 500) from error
        except aiosmtplib.SMTPResponseException as error:
            detail = without_addresses(f"{error.code} {error.message}", message.address)
            raise NotSentError("relay_refused", detail, retryable=True) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSentError("relay_away", without_addresses(repr(error), message.address), retryable=True) from error


def without_addresses(text: str, recipient: str) -> str:
    """What a relay says with every address replaced: it is stored, logged and shown, addresses are not."""
    return _ADDRESS.sub(_HIDDEN, re.sub(re.escape(recipient), _HIDDEN, text, flags=re.IGNORECASE))


def as_mail(message: Outgoing, sender: str) -> EmailMessage:
    """The mail of an outbox row, its text twin first."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.address
    # Encoded by us: folding by the standard library doubles the space before an accented word that starts a line.
    mail.set_raw("Subject", Header(message.subject or "", "utf-8", header_name="Subject").encode())
    mail["Date"] = message.created_at
    mail["Message-ID"] = message.message_id
    if message.thread_id and message.thread_id != message.message_id:
        mail["In-Reply-To"] = message.thread_id
        mail["References"] = message.thread_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Vigie-Alert"] = message.alert_id
    mail["X-Vigie-Kind"] = message.kind
    if message.simulated:
        mail["X-Vigie-Simulated"] = "true"
    mail.set_content(message.body_text)
    if message.body_html:
        mail.add_alternative(message.body_html, subtype="html")
    return mail
