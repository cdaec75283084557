"""Named points where a test may kill the process, as power loss would; idle unless VIGIE_FAULT_FILE is set."""

import os
import signal

from shared.runtime.settings import settings


def fault_point(name: str) -> None:
    """Kill this process if the file of VIGIE_FAULT_FILE names this point. The file goes first: it kills once."""
    file = settings().fault_file
    if file is None or not file.exists() or file.read_text(encoding="utf-8").strip() != name:
        return
    file.unlink()
    os.kill(os.getpid(), signal.SIGKILL)
