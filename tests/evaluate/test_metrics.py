"""Success and precision against a frame-by-frame brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.evaluate.metrics import precision, success_auc

BOXES = arrays(np.float64, (6, 4), elements=st.floats(1, 60, width=32))


def _brute_iou(a, b) -> float:
    across = max(0.0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    inter = across * down
    return inter / (a[2] * a[3] + b[2] * b[3] - inter)


@given(found=BOXES, truth=BOXES, absent=st.integers(1, 5))
def test_equal_brute_force(found, truth, absent):
    truth = truth.copy()
    truth[absent] = np.nan
    judged = [i for i in range(1, 6) if i != absent]
    overlaps = [_brute_iou(found[i], truth[i]) for i in judged]
    hits = [sum(o > t / 20 for o in overlaps) / len(judged) for t in range(21)]
    # An overlap that falls on a threshold to the last bit may be judged either way.
    slack = sum(min(abs(o - t / 20) for t in range(21)) < 1e-12 for o in overlaps)
    assert success_auc(found, truth) == pytest.approx(sum(hits) / 21, abs=1e-12 + slack)
    near = [
        np.hypot(f[0] + f[2] / 2 - t[0] - t[2] / 2, f[1] + f[3] / 2 - t[1] - t[3] / 2) <= 20
        for f, t in ((found[i], truth[i]) for i in judged)
    ]
    assert precision(found, truth) == pytest.approx(np.mean(near))


def test_a_perfect_track_misses_only_the_threshold_of_one():
    boxes = np.tile([10.0, 10.0, 5.0, 5.0], (4, 1))
    assert success_auc(boxes, boxes) == pytest.approx(20 / 21)
    assert precision(boxes, boxes) == 1


def test_unequal_lengths_and_nothing_to_judge_are_named():
    boxes = np.ones((3, 4))
    with pytest.raises(ValueError, match="boxes: 3 found and 2 true"):
        success_auc(boxes, boxes[:2])
    with pytest.raises(ValueError, match="no frame after the first"):
        success_auc(boxes, np.full((3, 4), np.nan))
