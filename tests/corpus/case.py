"""Cases: a file as a department sends it, and the receipt that it must get, both written by hand in cases/*.yaml."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from tests.corpus.writers.grid import Grid, value_of
from tests.corpus.writers.ods import as_ods
from tests.corpus.writers.text import as_json, as_ndjson, encoded, objects
from tests.corpus.writers.xls import as_xls
from tests.corpus.writers.xlsx import as_xlsx

FOLDER = Path(__file__).parent
# How the cases shorten an indicator: `.oriented_1_month` of the feed rsa-delays is ax5.brsa.oriented_1_month.
FAMILIES = {
    "ase-exits": "ax2.ase_exit",
    "calpae-amounts": "ax0.bud",
    "rsa-delays": "ax5.brsa",
    "social-benefits": "ax3.benefits",
}
# Words of a figure line that are neither value nor counts.
_STATUSES = ("provisional", "estimated", "withdrawn")
_QUALIFIERS = ("~", ">", "<", ">=", "<=")


@dataclass(frozen=True)
class Case:
    """One file and its receipt. `refused` is the code of a file refused whole."""

    name: str
    feed: str
    content: bytes
    features: frozenset[str]
    reporter: str = "REG-76"
    period: str | None = None
    file_name: str = ""
    figures: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    refused: str = ""
    absent: frozenset[str] = field(default_factory=frozenset)


def cases() -> list[Case]:
    """Every case, in the order of the files."""
    found = []
    for path in sorted((FOLDER / "cases").glob("*.yaml")):
        found += [_case(written) for written in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


def _case(written: dict[str, Any]) -> Case:
    receipt = written["receipt"]
    kind = written["file"].get("format", "csv")
    feed = written["feed"]
    return Case(
        name=written["name"],
        feed=feed,
        content=_content(written["file"]),
        features=frozenset(written["features"]),
        reporter=written.get("reporter", "REG-76"),
        period=str(written["period"]) if "period" in written else None,
        file_name=written.get("file_name", f"{written['name']}.{kind}"),
        figures=tuple(sorted(figure_line(feed, line) for line in receipt.get("figures", []))),
        entries=tuple(sorted(receipt.get("entries", []))),
        repairs=tuple(sorted(_note_line(line) for line in receipt.get("repairs", []))),
        errors=tuple(sorted(_note_line(line) for line in receipt.get("errors", []))),
        refused=receipt.get("refused", ""),
        absent=frozenset(receipt.get("absent", [])),
    )


def _content(file: dict[str, Any]) -> bytes:
    kind = file.get("format", "csv")
    if "bytes" in file:
        return bytes(file["bytes"], "latin-1")
    if "sample" in file:
        return (FOLDER.parents[1] / file["sample"]).read_bytes()
    if kind in ("csv", "text"):
        return encoded(file["text"], file.get("encoding", "utf-8"), file.get("newline", "\n"))
    grids = [_grid(sheet) for sheet in file.get("sheets", [file])]
    if kind in ("xlsx", "xlsm"):
        options = {name: file.get(name, False) for name in ("epoch_1904", "computed_on_load")}
        return as_xlsx(grids, macros=kind == "xlsm", **options)
    if kind == "xls":
        return as_xls(grids, epoch_1904=file.get("epoch_1904", False))
    if kind == "ods":
        return as_ods(grids)
    header, *rows = grids[0].rows
    items = objects([str(cell) for cell in header], rows)
    text = as_ndjson(items) if kind == "ndjson" else as_json(items, wrapped=file.get("wrapped", False))
    return encoded(text, file.get("encoding", "utf-8"), "\n")


def _grid(sheet: dict[str, Any]) -> Grid:
    return Grid(
        rows=[[value_of(cell) for cell in row] for row in sheet["rows"]],
        name=sheet.get("name", "Feuil1"),
        hidden=sheet.get("hidden", False),
        merges=sheet.get("merges", []),
    )


def figure_line(feed: str, line: str) -> str:
    """A figure as a case writes it, in full: indicator territory period value above/below and what is unusual.

    `.in_framework DEPT-09 2020 41/79` has the percentage of its counts; `51.9 41/79` has the stated one; `- 41/-` none.
    """
    indicator, territory, period, *rest = line.split()
    if indicator.startswith("."):
        indicator = FAMILIES[feed] + indicator
    status = next((word for word in rest if word in _STATUSES), "final")
    qualifier = next((word for word in rest if word in _QUALIFIERS), "=")
    basis = "declared" if "declared" in rest else "reported"
    source = next((word for word in rest if word.startswith("source:")), f"source:{feed}")
    words = [w for w in rest if w not in (status, qualifier, basis, source)]
    counts = next((w for w in words if "/" in w), "-/-")
    above, below = counts.split("/")
    stated = next((w for w in words if "/" not in w), None)
    value = percent(above, below) if stated is None else stated
    numbers = f"{number(value)} {number(above)}/{number(below)}"
    return f"{indicator} {territory} {period} {numbers} {status} {qualifier} {basis} {source}"


def percent(above: str, below: str) -> str:
    """The percentage of two counts to four places, as a case leaves it to be worked out."""
    if "-" in (above, below) or Decimal(below) == 0:
        return "-"
    return str((100 * Decimal(above) / Decimal(below)).quantize(Decimal("0.0001")))


def number(text: str | Decimal | None) -> str:
    """A number in its shortest writing; - for none."""
    if text is None or text == "-":
        return "-"
    return format(Decimal(text).normalize(), "f")


def _note_line(line: str) -> str:
    """`[sheet!]row | column | code | value or proposal`, blanks trimmed, a missing last part empty."""
    parts = [part.strip() for part in str(line).split("|")]
    parts += [""] * (4 - len(parts))
    return " | ".join([*parts[:3], short(parts[3])])


def short(said: object) -> str:
    """A number in its shortest writing, anything else as it is."""
    try:
        return "" if said is None else number(str(said))
    except (InvalidOperation, ValueError):
        return str(said)
