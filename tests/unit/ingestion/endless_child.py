"""The process that judges files, with a file that it never comes to the end of."""

import sys

from services.ingestion.judgement import child_process
from services.ingestion.judgement.job import seconds_for


def endless(*_: object) -> None:
    """Compute."""
    while True:
        pass


if __name__ == "__main__":
    assert seconds_for(1, int(sys.argv[2])) < int(sys.argv[2])
    child_process.judge_here = endless  # type: ignore[assignment]
    raise SystemExit(child_process.main(int(sys.argv[1]), int(sys.argv[2])))
