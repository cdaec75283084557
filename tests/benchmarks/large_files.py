"""A 50 MB CSV of a million rows and an XLSX of 20,000: rows a second and memory, beside the usual readers.

`python -m tests.benchmarks.large_files`: each reader in a process of its own, in turn, in one run; then the same
files as dry runs through the service with its limits raised, while other requests are timed. Medians and ratios.
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

from shared.catalogue.files import read_catalogue
from tests.benchmarks.ground import ROOT, Ground, ground, ms, p99
from tests.benchmarks.tables import large_csv, large_workbook

RAISED = {
    "VIGIE_MAX_UPLOAD_BYTES": "200000000",
    "VIGIE_MAX_ROWS": "2000000",
    "VIGIE_MAX_CELLS": "20000000",
    "VIGIE_PARSE_MEMORY_BYTES": "16000000000",
    "VIGIE_PARSE_SECONDS": "600",
}


def _pandas_csv(path: Path) -> int:
    import pandas as pd

    return len(pd.read_csv(path, sep=";", dtype=str))


def _pandas_excel(path: Path) -> int:
    import pandas as pd

    return len(pd.read_excel(path, dtype=str))


def _openpyxl(path: Path) -> int:
    import openpyxl

    return sum(1 for _ in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)) - 1


def _parse(path: Path) -> int:
    from services.ingestion.parse.read import read_sheets
    from services.ingestion.parse.rows import Limits

    limits = Limits(rows=2_000_000, cells=20_000_000)
    return sum(len(sheet.rows) for sheet in read_sheets(path.read_bytes(), "", path.name, limits)) - 1


def _judge(path: Path) -> int:
    from services.ingestion.feeds.loader import load_feeds
    from services.ingestion.parse.read import read_sheets
    from services.ingestion.parse.rows import Limits
    from services.ingestion.validate.validation import validate

    feed = load_feeds()["observations" if path.suffix == ".csv" else "ase-exits"]
    sheets = read_sheets(path.read_bytes(), "", path.name, Limits(rows=2_000_000, cells=20_000_000))
    outcome = validate(sheets, feed, read_catalogue(ROOT / "deploy/catalogue"), "NAT-FR", None, most=10_000_000)
    assert outcome.figures and not outcome.errors, outcome.errors[:3]
    return sum(len(sheet.rows) for sheet in sheets) - 1


READERS: dict[str, Callable[[Path], int]] = {
    "pandas-csv": _pandas_csv,
    "pandas-excel": _pandas_excel,
    "openpyxl": _openpyxl,
    "parse": _parse,
    "judge": _judge,
}


def alone(reader: str, path: Path) -> None:
    """What the child does: read once, say how long it took and the most memory it had."""
    started = time.perf_counter()
    rows = READERS[reader](path)
    seconds = time.perf_counter() - started
    print(
        json.dumps({"rows": rows, "seconds": seconds, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
    )


def _in_a_child(reader: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.large_files", "--alone", reader, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare(path: Path, readers: list[str], rounds: int) -> None:
    """Each reader in turn, round after round; one line each, the first is what the others are compared with."""
    found: dict[str, list[dict[str, Any]]] = {reader: [] for reader in readers}
    for _ in range(rounds):
        for reader in readers:
            found[reader].append(_in_a_child(reader, path))
    base = statistics.median(f["seconds"] for f in found[readers[0]])
    for reader, runs in found.items():
        seconds = statistics.median(r["seconds"] for r in runs)
        rss = statistics.median(r["rss"] for r in runs)
        print(
            f"{path.name} {reader}: {runs[0]['rows']} rows in {seconds:.2f} s, "
            f"{runs[0]['rows'] / seconds:,.0f} rows/s, "
            f"{rss:.0f} MB at most, {seconds / base:.2f} times {readers[0]}",
            flush=True,
        )


async def through(place: Ground, name: str, content: bytes, feed: str) -> None:
    """A dry run of the file through the service, and what others wait meanwhile."""
    family = psutil.Process(place.stack.children["ingestion"].pid)
    waits: dict[str, list[float]] = {"livez": [], "dry run of one row": []}
    peak = {"service": 0, "children": 0}
    done = asyncio.Event()

    async def ask(http: httpx.AsyncClient) -> None:
        small = b"indicateur;territoire;p\xc3\xa9riode;valeur\nax2.ase_exit.reaching_majority;31;2020;1\n"
        while not done.is_set():
            started = time.perf_counter()
            assert (await http.get("/livez")).status_code == 200
            waits["livez"].append(time.perf_counter() - started)
            started = time.perf_counter()
            answer = await http.post("/v1/feeds/observations/submissions", params={"dry_run": "true"}, content=small)
            assert answer.status_code == 200, answer.text
            waits["dry run of one row"].append(time.perf_counter() - started)
            await asyncio.sleep(0.02)

    async def watch() -> None:
        while not done.is_set():
            peak["service"] = max(peak["service"], family.memory_info().rss)
            for child in family.children(recursive=True):
                try:
                    peak["children"] = max(peak["children"], child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            await asyncio.sleep(0.05)

    url, headers = place.stack.urls["ingestion"], place.bearer
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=900) as http:
        others = [asyncio.create_task(ask(http)), asyncio.create_task(watch())]
        started = time.perf_counter()
        answer = await http.post(
            f"/v1/feeds/{feed}/submissions", params={"dry_run": "true", "filename": name}, content=content
        )
        seconds = time.perf_counter() - started
        done.set()
        await asyncio.gather(*others)
    assert answer.status_code == 200, answer.text[:500]
    accepted = answer.json()["accepted"]
    said = ", ".join(
        f"{name} median {ms(statistics.median(w))} p99 {ms(p99(w))} of {len(w)}" for name, w in waits.items()
    )
    print(
        f"{name} as a dry run: {accepted} figures in {seconds:.1f} s, {accepted / seconds:,.0f} figures/s; "
        f"at most {peak['service'] / 2**20:.0f} MB in the service, {peak['children'] / 2**20:.0f} MB in its child; "
        f"meanwhile {said}",
        flush=True,
    )


async def main(options: argparse.Namespace) -> None:
    """Make the files, compare the readers, go through the service."""
    catalogue = read_catalogue(ROOT / "deploy/catalogue")
    with tempfile.TemporaryDirectory(prefix="vigie-large-") as folder:
        table, workbook = Path(folder) / "large.csv", Path(folder) / "large.xlsx"
        csv, excel = large_csv(catalogue, options.rows), large_workbook(catalogue, 20_000)
        table.write_bytes(csv)
        workbook.write_bytes(excel)
        print(f"CSV {len(csv) / 1e6:.1f} MB, XLSX {len(excel) / 1e6:.1f} MB")
        await asyncio.to_thread(compare, table, ["pandas-csv", "parse", "judge"], options.rounds)
        await asyncio.to_thread(compare, workbook, ["openpyxl", "pandas-excel", "parse", "judge"], options.rounds)
        async with ground("embedded", ["ingestion"], **RAISED) as place:
            await through(place, workbook.name, excel, "ase-exits")
            await through(place, table.name, csv, "observations")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", nargs=2, metavar=("READER", "FILE"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.alone:
        alone(chosen.alone[0], Path(chosen.alone[1]))
    else:
        asyncio.run(main(chosen))
