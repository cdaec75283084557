"""The SMTP side: accepts every mail, or refuses the next ones when told to."""

from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.mailbox.mails import Mails


@dataclass
class Refusals:
    """How many of the next deliveries are refused, and with which SMTP code."""

    code: int = 451
    left: int = 0


class Sink:
    """What aiosmtpd calls once a mail has arrived."""

    def __init__(self, mails: Mails, refusals: Refusals) -> None:
        self._mails = mails
        self._refusals = refusals

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._refusals.left > 0:
            self._refusals.left -= 1
            return f"{self._refusals.code} Refused on demand, {self._refusals.left} more to come"
        content = envelope.original_content or b""
        mail = self._mails.keep(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return f"250 Kept as {mail.id}"
