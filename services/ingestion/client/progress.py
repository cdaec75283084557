"""A progress bar for whoever watches a terminal; nothing in a log or a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int], None]


@contextmanager
def progress(name: str, size: int) -> Iterator[Progress]:
    """Call what it yields with each number of bytes sent."""
    if not sys.stderr.isatty() or not size:
        yield lambda _: None
        return
    # Imported where it is shown: a script should not wait for it.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=size)
        yield lambda sent: bar.advance(task, sent)
