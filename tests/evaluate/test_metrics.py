"""Success and precision against a frame-by-frame brute force of the specification, and against GOT-10k's toolkit."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.evaluate.metrics import (
    PIXELS,
    SHARES,
    THRESHOLDS,
    centre_errors,
    normalised_errors,
    overlaps,
    precision_curve,
    success_curve,
)
from playground.evaluate.protocol import PLAIN, PROTOCOLS

FRAMES, SIZE = 6, (70, 50)
# Whole pixels, because the inclusive and the continuous formulas then agree to the last bit.
CORNERS = arrays(np.int64, (FRAMES, 2), elements=st.integers(-20, 60))
SIDES = arrays(np.int64, (FRAMES, 2), elements=st.integers(1, 40))
BOXES = st.builds(lambda corner, side: np.concatenate([corner, side], axis=1).astype(float), CORNERS, SIDES)


def _inclusive_iou(a, b) -> float:
    """As the official code counts: boxes end at x + w - 1, lengths are differences + 1."""
    across = max(0.0, min(a[0] + a[2] - 1, b[0] + b[2] - 1) - max(a[0], b[0]) + 1)
    down = max(0.0, min(a[1] + a[3] - 1, b[1] + b[3] - 1) - max(a[1], b[1]) + 1)
    return across * down / (a[2] * a[3] + b[2] * b[3] - across * down)


def _inclusive_centre(box) -> tuple[float, float]:
    return box[0] + (box[2] - 1) / 2, box[1] + (box[3] - 1) / 2


def _toolkit_clip(box):
    x, y = (min(max(v, 0), end) for v, end in zip(box[:2], SIZE, strict=True))
    return [x, y, min(max(box[2], 0), SIZE[0] - x), min(max(box[3], 0), SIZE[1] - y)]


def _brute(found, truth, name):
    """IoU, centre error and normalised error of every frame that counts, as lists, by the text of spec 4.5."""
    lists = [], [], []
    for i, (f, t) in enumerate(zip(found.tolist(), truth.tolist(), strict=True)):
        absent = math.isnan(t[0])
        if name in ("plain", "got10k"):
            if i == 0 or absent:
                continue
        elif i == 0:
            row = (1.0, 0.0, 0.0)
        elif absent:
            row = (
                -1.0,
                -1.0 if name == "uav123" else math.inf,
                math.inf if name == "lasot" else -1.0,
            )
        if i > 0 and not absent:
            a, b = (_toolkit_clip(f), _toolkit_clip(t)) if name == "got10k" else (f, t)
            empty = a[2] * a[3] + b[2] * b[3] == 0
            (fx, fy), (tx, ty) = _inclusive_centre(f), _inclusive_centre(t)
            row = (
                0.0 if empty else _inclusive_iou(a, b),
                math.hypot(fx - tx, fy - ty),
                math.hypot((fx - tx) / t[2], (fy - ty) / t[3]),
            )
        for values, value in zip(lists, row, strict=True):
            values.append(value)
    return lists


@pytest.mark.parametrize("name", ["plain", "otb", "lasot", "tnl2k", "uav123", "got10k"])
@given(found=BOXES, truth=BOXES, absent=st.sets(st.integers(1, FRAMES - 1), max_size=FRAMES - 2))
def test_equal_brute_force(name, found, truth, absent):
    truth[sorted(absent)] = np.nan
    rules = PROTOCOLS[name]
    iou, centre, normalised = _brute(found, truth, name)
    # An error that falls on a limit up to rounding may be judged either way.
    assume(all(abs(e - k / 100) > 1e-9 for e in normalised for k in range(1, 51)))
    success = [sum(o > k * 0.05 for o in iou) / len(iou) for k in range(21)]
    assert success_curve(overlaps(found, truth, rules, SIZE)).tolist() == pytest.approx(success, abs=1e-12)
    near = [sum(e <= k for e in centre) / len(centre) for k in range(51)]
    assert precision_curve(centre_errors(found, truth, rules), PIXELS).tolist() == pytest.approx(near, abs=1e-12)
    share = [sum(e <= k / 100 for e in normalised) / len(normalised) for k in range(51)]
    assert precision_curve(normalised_errors(found, truth, rules), SHARES).tolist() == pytest.approx(share, abs=1e-12)


def test_a_perfect_track_misses_only_the_threshold_of_one():
    boxes = np.tile([10.0, 10.0, 5.0, 5.0], (4, 1))
    assert success_curve(overlaps(boxes, boxes)).mean() == pytest.approx(20 / 21)
    assert THRESHOLDS[-1] == 1 and precision_curve(centre_errors(boxes, boxes), PIXELS).min() == 1


def test_limits_belong_to_precision_and_not_to_success():
    truth = np.tile([0.0, 0.0, 100.0, 100.0], (2, 1))
    half = np.array([[0.0, 0.0, 100.0, 100.0], [0.0, 0.0, 100.0, 50.0]])
    away = truth + np.array([20.0, 0, 0, 0])
    assert success_curve(overlaps(half, truth))[[9, 10]].tolist() == [1, 0]  # IoU 0.5 is not above 0.5
    assert precision_curve(centre_errors(away, truth), PIXELS)[[19, 20]].tolist() == [0, 1]
    assert precision_curve(normalised_errors(away, truth), SHARES)[[19, 20]].tolist() == [0, 1]


def test_frames_before_the_first_true_box_do_not_count():
    truth = np.tile([10.0, 10.0, 5.0, 5.0], (5, 1))
    truth[:2] = np.nan
    found = truth.copy()
    assert len(overlaps(found, truth)) == 2
    assert len(overlaps(found, truth, PROTOCOLS["otb"])) == 3


def test_a_box_without_area_is_absent_and_a_found_one_that_is_not_finite_is_a_miss():
    truth = np.tile([10.0, 10.0, 5.0, 5.0], (4, 1))
    found = truth.copy()
    truth[1, 2] = 0
    found[2] = np.nan
    assert overlaps(found, truth).tolist() == [0, 1]
    assert centre_errors(found, truth).tolist() == [np.inf, 0]


def test_unequal_lengths_nothing_to_judge_and_an_unknown_border_are_named():
    boxes = np.ones((3, 4))
    with pytest.raises(ValueError, match="boxes: 3 found and 2 true"):
        overlaps(boxes, boxes[:2])
    with pytest.raises(ValueError, match="no frame after the first"):
        overlaps(boxes, np.full((3, 4), np.nan))
    with pytest.raises(ValueError, match="boxes: .*size is needed"):
        overlaps(boxes, boxes, PROTOCOLS["got10k"])


@given(found=BOXES, truth=BOXES)
def test_equal_the_toolkit_of_got10k(found, truth):
    toolkit = pytest.importorskip("got10k.utils.metrics", reason="the toolkit got10k is not installed")
    theirs = toolkit.rect_iou(found[1:].copy(), truth[1:].copy(), bound=SIZE)
    assert overlaps(found, truth, PROTOCOLS["got10k"], SIZE) == pytest.approx(theirs, abs=1e-9)
    assert overlaps(found, truth) == pytest.approx(toolkit.rect_iou(found[1:], truth[1:]), abs=1e-9)
    assert centre_errors(found, truth, PLAIN) == pytest.approx(toolkit.center_error(found[1:], truth[1:]), abs=1e-9)
