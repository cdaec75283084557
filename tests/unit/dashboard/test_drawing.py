"""The map and the bars: geometry that templates only have to write down."""

import re
from decimal import Decimal

from services.dashboard.atlas.france import draw, outlines
from services.dashboard.atlas.trim import outline, rings, shape
from services.dashboard.bars import bar, scale_over

OCCITANIE = [f"DEPT-{n}" for n in ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")]


def test_every_metropolitan_department_has_an_outline() -> None:
    codes = {f"DEPT-{n:02d}" for n in range(1, 96) if n != 20} | {"DEPT-2A", "DEPT-2B"}
    assert set(outlines()) == codes


def test_a_region_is_cropped_to_its_departments() -> None:
    drawn = draw(OCCITANIE)
    assert [s.territory for s in drawn.shapes] == OCCITANIE
    assert drawn.view_box == "1987 3722 2207 1613"
    for s in drawn.shapes:
        assert drawn.left < s.x < drawn.left + drawn.width
        assert drawn.top < s.y < drawn.top + drawn.height
        assert re.fullmatch(r"(M\d+,\d+l(-?\d+,-?\d+ ?)+z)+", s.path)


def test_overseas_departments_are_tiles_and_alsace_is_both_its_halves() -> None:
    guadeloupe = draw(["DEPT-971"])
    assert guadeloupe.view_box == "-30 -30 230 230"
    mixed = draw(["DEPT-31", "DEPT-971"])
    assert mixed.shapes[1].y > outlines()["DEPT-31"].box[3]
    alsace = draw(["DEPT-6AE"]).shapes[0]
    assert alsace.path == outlines()["DEPT-67"].path + outlines()["DEPT-68"].path


def test_no_department_at_all_is_still_a_map() -> None:
    assert draw([]).shapes == ()


def test_strokes_are_followed_rounded_and_put_back_in_one_path() -> None:
    path = "m 10,10 10,0 0,10 -10,0 z m 30,0 1,0 0,1 z"
    assert rings(path)[0] == [(10, 10), (20, 10), (20, 20), (10, 20)]
    assert rings(path)[1][0] == (40, 10)
    assert outline([(0.01, 0.01), (0.02, 0.0), (1.0, 1.0)]) == [(0, 0), (10, 10)]
    made = shape(path)
    assert made["path"].startswith("M100,100l100,0 0,100 -100,0z")
    assert (made["box"], made["label"]) == ([100, 100, 410, 200], [150, 150])


def test_bars_share_a_scale_that_holds_zero_values_and_targets() -> None:
    scale = scale_over([Decimal(20), None, Decimal(30), Decimal(35)], "%")
    assert (scale.low, scale.high) == (Decimal(0), Decimal(35))
    drawn = bar(scale, Decimal(30), Decimal(35))
    assert (drawn.start, drawn.length, drawn.target) == (0.0, 85.71, 100.0)


def test_a_missing_value_has_no_length_and_keeps_its_target() -> None:
    drawn = bar(scale_over([Decimal(50)], "%"), None, Decimal(50))
    assert (drawn.length, drawn.target) == (0.0, 50.0)


def test_negative_values_start_left_of_zero() -> None:
    drawn = bar(scale_over([Decimal(-10), Decimal(10)], "EUR"), Decimal(-10), None)
    assert (drawn.start, drawn.length, drawn.target) == (0.0, 50.0, None)
    assert scale_over([], "%").at(Decimal(3)) == 0.0
