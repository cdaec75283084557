"""Deposit a file as a department does: one POST with its token, one receipt."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.timeline import Send
from deploy.stack.errors import StackError

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Sent:
    """A file and the receipt that answered it."""

    send: Send
    file: Path
    receipt: dict[str, Any]

    @property
    def status(self) -> str:
        """accepted, partial, rejected or duplicate."""
        return str(self.receipt["status"])


def deposit(client: httpx.Client, file: Path, send: Send, token: str) -> Sent:
    """Send one file; raises StackError when it was answered with anything but a receipt."""
    answer = client.post(
        path_of(send, file.name),
        content=file.read_bytes(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPES[file.suffix]},
    )
    if answer.status_code not in {200, 202, 422} or "status" not in answer.json():
        raise StackError(f"{file.name}, sent by {send.sender}, was answered {answer.status_code}:\n{answer.text}")
    return Sent(send, file, answer.json())


def path_of(send: Send, file_name: str) -> str:
    """The address of a deposit, with what the file itself does not say."""
    asked = {"filename": file_name}
    if send.period:
        asked["period"] = send.period
    if send.simulated:
        asked["simulated"] = "true"
    return f"/v1/feeds/{send.feed}/submissions?{httpx.QueryParams(asked)}"


def as_curl(base_url: str, send: Send, file: Path, token: str) -> str:
    """The same deposit as a command to copy."""
    return (
        f"curl -H 'Authorization: Bearer {token}' \\\n"
        f"     --data-binary {shlex.quote(f'@{file}')} \\\n"
        f"     '{base_url}{path_of(send, file.name)}'"
    )
