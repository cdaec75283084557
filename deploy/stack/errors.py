"""What can stop the stack from running. Each message says what, where and what to do."""

# ruff: noqa: N818 - these names say what happened: `except ChildDied`
from pathlib import Path


class StackError(Exception):
    """Anything the person at the terminal can act upon; printed without a traceback."""


class ChildDied(StackError):
    """A child ended although nobody asked it to; carries its last log lines."""

    def __init__(self, name: str, returncode: int, log: Path, tail: str) -> None:
        how = f"was killed by signal {-returncode}" if returncode < 0 else f"ended with code {returncode}"
        super().__init__(f"{name} {how}. Last lines of {log}:\n{tail or '(nothing was logged)'}")
        self.name = name
        self.returncode = returncode
        self.tail = tail

    @property
    def lost_port(self) -> bool:
        """True when it died because somebody took its port between our choice and its bind."""
        said = self.tail.lower()
        return "address already in use" in said or "addrinuse" in said


class NotReady(StackError):
    """A child runs but does not answer in time."""


class PortBusy(StackError):
    """A fixed port is taken by somebody else."""


class AlreadyRunning(StackError):
    """Another launcher uses the same data directory at this moment."""


class NothingToRun(StackError):
    """A program that the stack needs is not installed."""
