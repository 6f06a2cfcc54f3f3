"""Boxes: a table of cases, and properties against counting grid cells."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.box import Box, boxes_to_array, iou

PLACE = st.floats(-1e4, 1e4)
SIDE = st.floats(0.01, 1e4)
BOXES = st.builds(Box, PLACE, PLACE, SIDE, SIDE)
CELLS = st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(0, 8), st.integers(0, 8))


def _iou(a: Box, b: Box) -> float:
    return float(iou(boxes_to_array([a]), boxes_to_array([b]))[0])


def test_corners_and_centre():
    box = Box(10.0, 20.0, 30.0, 8.0)
    assert (box.x2, box.y2, box.cx, box.cy) == (40, 28, 25, 24)
    assert box.as_tuple() == (10, 20, 30, 8)


@pytest.mark.parametrize("text", ["10,20,30,40", " 10, 20 ,30.0,4e1", "10;20;30;40"])
def test_parse_reads_four_numbers(text):
    assert Box.parse(text) == Box(10.0, 20.0, 30.0, 40.0)


@pytest.mark.parametrize("text", ["", "10,20,30", "1,2,3,4,5", "1,2,3,", "left,2,3,4"])
def test_parse_says_what_it_wants(text):
    with pytest.raises(ValueError, match=r"^box: expected four numbers X,Y,W,H in pixels, such as 120,80,64,48; got "):
        Box.parse(text)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(math.nan, 0.0, 5.0, 5.0), "finite"),
        (Box(0.0, math.inf, 5.0, 5.0), "finite"),
        (Box(0.0, 0.0, 0.0, 5.0), "above 0 pixels"),
        (Box(0.0, 0.0, 5.0, -1.0), "above 0 pixels"),
        (Box(100.0, 0.0, 5.0, 5.0), "outside the 100x80 frame"),
        (Box(0.0, 80.0, 5.0, 5.0), "outside the 100x80 frame"),
        (Box(-5.0, 0.0, 5.0, 5.0), "outside the 100x80 frame"),
        (Box(0.0, -9.0, 5.0, 5.0), "outside the 100x80 frame"),
    ],
)
def test_a_box_that_cannot_start_is_named(box, words):
    with pytest.raises(ValueError, match=f"^box: .*{words}"):
        box.check_start(100, 80)


@pytest.mark.parametrize("box", [Box(-4.0, -4.0, 5.0, 5.0), Box(99.5, 79.5, 50.0, 50.0), Box(0.0, 0.0, 100.0, 80.0)])
def test_a_box_that_touches_the_frame_can_start(box):
    assert box.check_start(100, 80) is box


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        (Box(20.0, 10.0, 30.0, 40.0), (20, 10, 30, 40)),  # inside: untouched
        (Box(-8.0, -8.0, 30.0, 40.0), (0, 0, 22, 32)),  # cut at the left and at the top
        (Box(90.0, 70.0, 30.0, 40.0), (90, 70, 10, 10)),  # cut at the right and at the bottom
        (Box(95.0, 75.0, 30.0, 40.0), (90, 70, 10, 10)),  # moved in, so that the margin fits
        (Box(20.0, 10.0, 3.0, 4.0), (20, 10, 10, 10)),  # grown to the margin
        (Box(20.0, 10.0, -5.0, 40.0), (20, 10, 10, 40)),  # edges in the wrong order
        (Box(500.0, -500.0, 9.0, 9.0), (90, 0, 10, 10)),  # far outside
    ],
)
def test_clip_table(box, clipped):
    assert box.clip(100, 80, 10.0).as_tuple() == clipped


@given(BOXES, st.integers(1, 2000), st.integers(1, 2000), st.floats(0.5, 40))
def test_clip_ends_inside_with_the_least_side_and_is_done_once(box, width, height, margin):
    once = box.clip(width, height, margin)
    assert once.x >= 0 and once.y >= 0
    assert once.x2 <= width + 1e-9 * width and once.y2 <= height + 1e-9 * height
    assert once.w >= min(margin, width) and once.h >= min(margin, height)
    assert once.clip(width, height, margin).as_tuple() == pytest.approx(once.as_tuple(), abs=1e-9)


@given(CELLS, CELLS)
def test_iou_equals_counting_cells(a, b):
    masks = np.zeros((2, 20, 20), bool)
    for mask, (x, y, w, h) in zip(masks, (a, b), strict=True):
        mask[y : y + h, x : x + w] = True
    union = (masks[0] | masks[1]).sum()
    expected = (masks[0] & masks[1]).sum() / union if union else 0.0
    assert _iou(Box(*map(float, a)), Box(*map(float, b))) == pytest.approx(expected)


@given(BOXES, BOXES)
def test_iou_is_symmetric_and_a_fraction(a, b):
    assert 0 <= _iou(a, b) <= 1 + 1e-9
    assert _iou(a, b) == _iou(b, a)


NEAR = st.builds(Box, st.floats(-50, 50), st.floats(-50, 50), st.floats(1, 60), st.floats(1, 60))


@given(NEAR, NEAR, st.floats(-1000, 1000), st.floats(0.01, 100))
def test_iou_does_not_change_when_both_boxes_move_or_grow(a, b, shift, scale):
    moved = [Box(box.x + shift, box.y - shift, box.w, box.h) for box in (a, b)]
    grown = [Box(*(scale * value for value in box.as_tuple())) for box in (a, b)]
    assert _iou(*moved) == pytest.approx(_iou(a, b), abs=1e-9)
    assert _iou(*grown) == pytest.approx(_iou(a, b), abs=1e-9)


def test_iou_of_empty_boxes_is_nothing():
    nothing = Box(3.0, 3.0, 0.0, 0.0)
    assert _iou(nothing, nothing) == 0
    assert iou(boxes_to_array([]), boxes_to_array([])).shape == (0,)
