"""The map of some departments, cropped to them, ready to draw. Pure but for reading its own data file.

Departments that the outlines do not hold (overseas) stand as tiles beside the map.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MARGIN = 30
TILE = 170
GAP = 30
# Collectivities that the outlines know under older codes.
ALSO_DRAWN_AS = {"DEPT-6AE": ("DEPT-67", "DEPT-68"), "DEPT-69D": ("DEPT-69",), "DEPT-69M": ("DEPT-69",)}


@dataclass(frozen=True)
class Shape:
    """One department: its outline, the place of its label and how large that may be written."""

    territory: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Map:
    """Shapes in one coordinate system; view_box crops it."""

    shapes: tuple[Shape, ...]
    left: int
    top: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"

    @property
    def scale(self) -> float:
        """Size of a unit of text or line, so that every region is drawn with the same strokes."""
        return max(self.width, self.height) / 1000


@dataclass(frozen=True)
class Outline:
    """One department of departments.json: its path, its box (left, top, right, bottom), the place of its label."""

    path: str
    box: tuple[int, int, int, int]
    label: tuple[int, int]


@cache
def outlines() -> dict[str, Outline]:
    """Every department that has one, by code."""
    drawn = json.loads(Path(__file__).with_name("departments.json").read_text(encoding="utf-8"))
    return {code: Outline(s["path"], tuple(s["box"]), tuple(s["label"])) for code, s in drawn.items()}


def draw(territories: Sequence[str]) -> Map:
    """The map of these departments, in their order."""
    known = outlines()
    drawn: list[Shape] = []
    boxes: list[tuple[int, int, int, int]] = []
    tiles: list[str] = []
    for code in territories:
        parts = [known[c] for c in ALSO_DRAWN_AS.get(code, (code,)) if c in known]
        if not parts:
            tiles.append(code)
            continue
        drawn.append(Shape(code, "".join(part.path for part in parts), *parts[0].label))
        boxes.extend(part.box for part in parts)
    left, _, _, bottom = _around(boxes)
    below = bottom + GAP if boxes else 0
    for i, code in enumerate(tiles):
        x = left + i * (TILE + GAP)
        drawn.append(Shape(code, f"M{x},{below}h{TILE}v{TILE}h{-TILE}z", x + TILE // 2, below + TILE // 2))
        boxes.append((x, below, x + TILE, below + TILE))
    left, top, right, bottom = _around(boxes)
    return Map(tuple(drawn), left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN)


def _around(boxes: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """The box around boxes; a point at the origin where there is none."""
    if not boxes:
        return 0, 0, 0, 0
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
