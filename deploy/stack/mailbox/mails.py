"""The mails received, each one a file, so that any mail program can open it."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One mail: `id` is its rank of arrival."""

    id: int
    message: EmailMessage

    def header(self, name: str) -> str:
        return str(self.message.get(name, ""))

    def part(self, kind: str) -> str | None:
        """Return its text ("plain") or its page ("html"); None when it has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if isinstance(body, EmailMessage) else None

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "to": self.header("To"),
            "from": self.header("From"),
            "subject": self.header("Subject"),
            "message_id": self.header("Message-ID"),
            "date": self.header("Date"),
            "headers": {name: str(value) for name, value in self.message.items()},
            "text": self.part("plain"),
            "html": self.part("html"),
        }


class Mails:
    """The folder of the mails, read once, then kept in step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._mails = {
            int(path.stem): _read(int(path.stem), path.read_bytes()) for path in sorted(folder.glob("*.eml"))
        }

    def keep(self, sender: str, recipients: list[str], content: bytes) -> Mail:
        """Store a mail as it came, under the lines that a delivering server writes on top."""
        envelope = f"Return-Path: <{sender}>\r\n" + "".join(f"Delivered-To: {each}\r\n" for each in recipients)
        mail = _read(max(self._mails, default=0) + 1, envelope.encode() + content)
        (self._folder / f"{mail.id:06d}.eml").write_bytes(envelope.encode() + content)
        self._mails[mail.id] = mail
        return mail

    def newest_first(self) -> list[Mail]:
        return [self._mails[each] for each in sorted(self._mails, reverse=True)]

    def get(self, mail_id: int) -> Mail | None:
        return self._mails.get(mail_id)


def _read(mail_id: int, content: bytes) -> Mail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return Mail(mail_id, message)
